"""What a client reads in their own space: what was marked, under their own actor, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import records.actions
from counselling.db import as_actor
from counselling.errors import NotThere, Refused
from records.domain import AddendumKind
from records.domain.amendments import Basis
from tests.records.writing import signed_note
from tests.world import World

if TYPE_CHECKING:
    from typing import Any
    from uuid import UUID

    import psycopg

    from counselling.access import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def opened_note(world: World, text: str = "Slept five hours.") -> UUID:
    """Sign a note of Mara's and let her read it."""
    note = signed_note(world.dana, world.mara_case, text, alone="Mine.")
    let_read(world.dana, note, world.mara)
    return note


def let_read(actor: Actor, note: UUID, *people: UUID) -> None:
    """Let exactly these people read a note."""
    with as_actor(actor):
        records.actions.set_readers(actor=actor, note_id=note, client_ids=people)


def reads(person: Actor, client: UUID, note: UUID) -> records.actions.OwnNotePage:
    """Read a note as the client does."""
    with as_actor(person):
        return records.actions.read_own_note(actor=person, note_id=note, client_id=client)


def test_a_note_is_closed_to_the_client_until_its_author_opens_it(world: World) -> None:
    note = signed_note(world.dana, world.mara_case, "Slept five hours.", alone="Mine.")
    with pytest.raises(NotThere):
        reads(world.mara_portal, world.mara, note)
    let_read(world.dana, note, world.mara)
    page = reads(world.mara_portal, world.mara, note)
    assert page.shared == "Slept five hours."
    assert (page.part, page.addenda, page.amendments) == (None, (), ())
    let_read(world.dana, note)
    with pytest.raises(NotThere):
        reads(world.mara_portal, world.mara, note)


def test_what_is_added_later_is_read_with_it(world: World) -> None:
    note = opened_note(world)
    with as_actor(world.dana):
        records.actions.add_addendum(
            actor=world.dana, note_id=note, kind=AddendumKind.ENTERED_IN_ERROR, text="Not hers."
        )
    page = reads(world.mara_portal, world.mara, note)
    assert [one.text for one in page.addenda] == ["Not hers."]
    assert page.in_error


def say(world: World, note: UUID) -> UUID:
    """Say as Mara that something in a note is not right."""
    with as_actor(world.mara_portal):
        return records.actions.ask_amendment(
            actor=world.mara_portal,
            client_id=world.mara,
            note_id=note,
            wrong="It says five hours.",
            better="It was seven.",
        )


@pytest.mark.req("RT-04")
def test_what_a_client_says_is_read_beside_the_note_and_answered_once(world: World) -> None:
    note = opened_note(world)
    said = say(world, note)
    with as_actor(world.dana):
        page = records.actions.open_note(actor=world.dana, note_id=note)
    assert [(one.wrong, one.better, one.state) for one in page.amendments] == [
        ("It says five hours.", "It was seven.", "asked")
    ]
    with as_actor(world.dana):
        records.actions.refuse_amendment(
            actor=world.dana, amendment_id=said, basis=Basis.ACCURATE, words="My clock said so."
        )
    with as_actor(world.mara_portal):
        records.actions.disagree_with_refusal(
            actor=world.mara_portal, amendment_id=said, statement="I slept seven hours."
        )
    with as_actor(world.dana):
        records.actions.reply_to_statement(
            actor=world.dana, amendment_id=said, words="We looked at the log."
        )
    (shown,) = reads(world.mara_portal, world.mara, note).amendments
    assert shown.state == "rebutted"
    assert shown.travels
    assert [one.text for one in shown.steps] == [
        "My clock said so.", "I slept seven hours.", "We looked at the log.",
    ]  # fmt: skip


@pytest.mark.req("RT-04")
def test_what_is_accepted_stands_as_a_correction_under_the_note(world: World) -> None:
    note = opened_note(world)
    said = say(world, note)
    with as_actor(world.dana):
        records.actions.accept_amendment(
            actor=world.dana, amendment_id=said, correction="Seven hours, not five."
        )
    page = reads(world.mara_portal, world.mara, note)
    assert [one.text for one in page.addenda] == ["Seven hours, not five."]
    assert [one.state for one in page.amendments] == ["accepted"]
    assert not page.amendments[0].travels
