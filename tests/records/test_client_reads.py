"""What a client reads in their own space: what was marked, under their own actor, and no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

import consent.actions
import consent.queries
import records.actions
from consent.domain.codec import encode
from consent.domain.documents import RecipientShown
from consent.pdf.words import _section
from counselling.db import as_actor
from counselling.errors import NotThere
from records.domain import AddendumKind, Outlet
from tests.consent import steps
from tests.people import fresh
from tests.records.reading import (
    accepts,
    disagrees,
    let_read,
    opened_note,
    reads,
    refuses,
    replies,
    says,
)
from tests.records.several import of_both
from tests.records.writing import signed_note
from tests.world import NAMES, World

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def test_a_note_is_closed_to_the_client_until_its_author_opens_it(world: World) -> None:
    note = signed_note(world.dana, world.mara_case, "Slept five hours.", alone="Mine.")
    with pytest.raises(NotThere):
        reads(world.mara_portal, note)
    let_read(world.dana, note, world.mara)
    page = reads(world.mara_portal, note)
    assert page.shared == "Slept five hours."
    assert (page.part, page.addenda, page.amendments) == (None, (), ())
    let_read(world.dana, note)
    with pytest.raises(NotThere):
        reads(world.mara_portal, note)


def test_what_is_added_later_is_read_with_it(world: World) -> None:
    note = opened_note(world)
    with as_actor(world.dana):
        records.actions.add_addendum(
            actor=world.dana, note_id=note, kind=AddendumKind.ENTERED_IN_ERROR, text="Not hers."
        )
    page = reads(world.mara_portal, note)
    assert [one.text for one in page.addenda] == ["Not hers."]
    assert page.in_error


@pytest.mark.req("RT-04")
def test_what_a_client_says_is_read_beside_the_note_and_answered_once(world: World) -> None:
    note = opened_note(world)
    said = says(world.mara_portal, note)
    with as_actor(world.dana):
        page = records.actions.open_note(actor=world.dana, note_id=note)
    assert [(one.better, one.state) for one in page.amendments] == [("It was seven.", "asked")]
    refuses(world.dana, said)
    disagrees(world.mara_portal, said)
    replies(world.dana, said)
    (shown,) = reads(world.mara_portal, note).amendments
    assert shown.state == "rebutted"
    assert shown.travels
    assert [one.text for one in shown.steps] == [
        "My clock said so.", "I slept seven hours.", "We looked at the log.",
    ]  # fmt: skip


@pytest.mark.req("RT-04")
def test_what_is_accepted_stands_as_a_correction_under_the_note(world: World) -> None:
    note = opened_note(world)
    said = says(world.mara_portal, note)
    accepts(world.dana, said, "Seven hours, not five.")
    page = reads(world.mara_portal, note)
    assert [one.text for one in page.addenda] == ["Seven hours, not five."]
    assert [one.state for one in page.amendments] == ["accepted"]
    assert not page.amendments[0].travels


@pytest.mark.req("RT-04")
def test_what_was_refused_goes_wherever_the_note_goes(world: World) -> None:
    """164.526(d)(5): the word, the refusal, the statement and the reply, with later disclosures."""
    note, quiet = opened_note(world), opened_note(world, "Nothing else.")
    said = says(world.mara_portal, note)
    waits = says(world.mara_portal, quiet, "Not yet answered.")
    assert "seven" not in _shared_text(world, note)
    refuses(world.dana, said)
    disagrees(world.mara_portal, said)
    replies(world.dana, said)
    gone = _shared_text(world, note, quiet)
    words = ("It was seven.", "My clock said so.", "I slept seven hours.", "We looked at the log.")
    assert [one for one in words if one not in gone] == []
    assert "Not yet answered." not in gone
    accepts(world.dana, waits, "Corrected.")
    assert "Not yet answered." not in _shared_text(world, quiet)
    assert "Corrected." in _shared_text(world, quiet)


def _shared_text(world: World, *notes: UUID) -> str:
    """Give all that would go of notes, and would stand on the paper that goes."""
    with as_actor(world.dana):
        pack = records.actions.compose_pack(
            actor=world.dana, client_id=world.mara, to="Dr Eva", note_ids=notes
        )
    return json.dumps(encode(pack), default=str) + repr(
        [_section(one, "UTC") for one in pack.sections]
    )


# -- more than one person --------------------------------------------------------------------------


def allows(world: World, client: UUID, key: str, **said: Any) -> UUID:
    """Have somebody sign that session notes may go to a recipient; give the consent."""
    asked = steps.ask(world, client=client, **said)
    actor = steps.open_by_link(steps.send(world, asked), client)
    steps.sign(asked, actor, steps.read_through(asked, actor, steps.YES), name=" ".join(NAMES[key]))
    with as_actor(world.dana):
        return consent.queries.live_consents(client, sharing=True)[0].id


@pytest.mark.req("AC-05")
def test_what_is_about_a_couple_is_closed_to_one_until_the_other_agrees(world: World) -> None:
    note = of_both(world)
    let_read(world.dana, note, world.ana)
    page = reads(world.ana_portal, note)
    assert page.shared is None
    assert page.part == "Of Ana."
    with pytest.raises(NotThere):
        reads(world.ben_portal, note)
    her = RecipientShown(" ".join(NAMES["ana"]), "partner", "", "")
    agreed = allows(world, world.ben, "ben", new_recipient=her, purpose="care_together")
    assert reads(world.ana_portal, note).shared is None, "nobody looked for the word yet"
    let_read(world.dana, note, world.ana)
    assert reads(world.ana_portal, note).shared == "Of both."
    with as_actor(world.ben_portal):
        consent.actions.withdraw(actor=world.ben_portal, consent_id=agreed)
    page = reads(world.ana_portal, note)
    assert (page.shared, page.part) == (None, "Of Ana.")


@pytest.mark.req("AC-05", "RT-04")
def test_one_of_a_couple_says_of_their_own_part_what_the_other_never_reads(world: World) -> None:
    note = of_both(world)
    let_read(world.dana, note, world.ana, world.ben)
    said = says(world.ana_portal, note, "Ana slept well.", own=True)
    refuses(world.dana, said)
    assert len(reads(world.ana_portal, note).amendments) == 1
    other = reads(world.ben_portal, note)
    assert (other.part, other.amendments) == ("Of Ben.", ())
    with as_actor(world.ben_portal), pytest.raises(NotThere):
        records.actions.open_amendment(actor=world.ben_portal, amendment_id=said)
    again = says(world.ana_portal, note, "Once more.", own=True)
    accepts(world.dana, again, "Ana slept well.")
    page = reads(world.ana_portal, note)
    assert [one.text for one in page.part_addenda] == ["Ana slept well."]
    assert reads(world.ben_portal, note).part_addenda == ()


@pytest.mark.req("AC-05", "RT-04")
def test_what_ben_said_of_what_is_about_both_does_not_go_with_what_is_anas(world: World) -> None:
    note = of_both(world)
    for client, key, to in ((world.ana, "ana", "ben"), (world.ben, "ben", "ana")):
        other = RecipientShown(" ".join(NAMES[to]), "partner", "", "")
        allows(world, client, key, new_recipient=other, purpose="care_together")
    let_read(world.dana, note, world.ana, world.ben)
    for portal in (world.ana_portal, world.ben_portal):
        refuses(world.dana, says(portal, note, f"Words of {portal.id}."))
    assert [one.better for one in reads(world.ana_portal, note).amendments] == [
        f"Words of {world.ana_portal.id}."
    ]
    with as_actor(world.dana):
        (leaving,) = records.actions.member_record(
            actor=world.dana, client_id=world.ana, note_ids=[note]
        )
    assert [one.client for one in leaving.said] == [world.ana]
    with as_actor(world.dana):
        page = records.actions.open_note(actor=world.dana, note_id=note)
    assert {one.client for one in page.amendments} == {world.ana, world.ben}


@pytest.mark.req("AC-05", "RT-04")
def test_what_was_said_of_what_is_about_both_stays_off_paper_once_it_does_not_leave(
    world: World,
) -> None:
    note = of_both(world)
    her = RecipientShown(" ".join(NAMES["ana"]), "partner", "", "")
    agreed = allows(world, world.ben, "ben", new_recipient=her, purpose="care_together")
    let_read(world.dana, note, world.ana)
    refuses(world.dana, says(world.ana_portal, note), "Ben said so himself.")
    actor, year = fresh(world.dana), timezone.localtime().year
    papers = []
    for before in (True, False):
        with as_actor(actor):
            page = records.actions.open_year(
                actor=actor, client_id=world.ana, year=year, outlet=Outlet.PRINT
            )
        papers.append((len(page.notes[0].page.amendments), page.notes[0].page.risk))
        if before:
            with as_actor(world.ben_portal):
                consent.actions.withdraw(actor=world.ben_portal, consent_id=agreed)
    assert papers == [(1, "monitored"), (0, "")]
