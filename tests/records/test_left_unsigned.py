"""Who leaves a case finishes what they had not signed, for seven days, and nothing else."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

import clients.actions
import clients.queries
import records.actions
import records.queries
from counselling.db import as_actor
from counselling.errors import NotThere
from records.models import Draft, Note
from tests.people import sign_in_browserless
from tests.records.passing import begun, end, let_pass, seen
from tests.records.writing import hold_session, signed_note
from tests.web.browsing import browser
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    Passing = Callable[..., None]

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


@pytest.fixture
def passing(root: psycopg.Connection[Any]) -> Passing:
    return functools.partial(let_pass, root)


@pytest.mark.req("AC-11")
@pytest.mark.parametrize("who", ["dana", "fred"])
def test_ending_an_assignment_lists_its_unsigned_notes(world: World, who: str) -> None:
    begun(world)
    signed_note(world.dana, world.mara_case, "Signed.", hours_ago=30)
    with as_actor(world.fred):
        row = clients.queries.case_row(world.mara_case).assignments[0]
    for path in (f"/assignments/{row.id}/end", f"/cases/{world.mara_case}/state"):
        page = seen(getattr(world, who), path)
        assert "1 unsigned note" in page
        assert "for seven days" in page


@pytest.mark.req("AC-11")
def test_who_left_a_case_finishes_what_was_unsigned_and_sees_nothing_else(world: World) -> None:
    session = begun(world, alone="For me.")
    other = signed_note(world.dana, world.mara_case, "Signed before.", hours_ago=30)
    end(world)
    dana = browser()
    sign_in_browserless(dana, world.dana)
    assert dana.get(f"/notes/{other}").status_code == 404
    assert dana.get(f"/clients/{world.mara}").status_code == 404
    assert dana.get(f"/cases/{world.mara_case}").status_code == 404
    page = dana.get(f"/sessions/{session}/draft").content.decode()
    assert "You no longer care for case" in page
    assert "Half a note." in page
    assert "Mara" not in page
    said = {
        "record_part": "A whole note.", "process_part": "For me.", "version": 1, "act": "sign",
        "attendance": "attended", "modality": "in_person", "risk": "no_new_concern",
    }  # fmt: skip
    assert dana.post(f"/sessions/{session}/draft", said).status_code == 302
    assert "Mara" not in dana.get(f"/sessions/{session}/draft/signature").content.decode()
    answer = dana.post(f"/sessions/{session}/draft/signature", {"version": 2}, follow=True)
    assert "which you no longer see" in answer.content.decode()
    assert dana.get(f"/sessions/{session}/draft").status_code == 404
    with as_actor(world.dana):
        assert (Note.objects.count(), Draft.objects.count()) == (0, 0)


@pytest.mark.req("AC-11")
def test_the_client_sees_that_who_left_finished_a_note(
    world: World, root: psycopg.Connection[Any]
) -> None:
    session = begun(world)
    end(world)
    with as_actor(world.dana):
        records.actions.sign_draft(actor=world.dana, session_id=session, version=1)
    row = root.execute(
        "SELECT client, payload::json ->> 'relation' FROM audit_event WHERE kind = 'note.signed'"
    ).fetchone()
    assert row == (world.mara, "finishing")


def test_who_closes_their_own_case_finishes_it_too(world: World) -> None:
    session = begun(world)
    dana = browser()
    sign_in_browserless(dana, world.dana)
    dana.post(f"/cases/{world.mara_case}/state", {"state": "closed"})
    assert "left unsigned" in dana.get("/today").content.decode()
    with as_actor(world.dana):
        records.actions.sign_draft(actor=world.dana, session_id=session, version=1)


@pytest.mark.req("AC-11")
@pytest.mark.parametrize(("days", "reached"), [(6.9, True), (7.1, False)])
def test_after_seven_days_it_is_out_of_reach(
    world: World, passing: Passing, days: float, reached: bool
) -> None:
    session = begun(world)
    end(world)
    passing(days=days)
    with as_actor(world.dana):
        assert bool(records.queries.to_finish(world.dana)) is reached
        assert Draft.objects.exists() is reached
    if not reached:
        with pytest.raises(NotThere), as_actor(world.dana):
            records.actions.sign_draft(actor=world.dana, session_id=session, version=1)


@pytest.mark.req("AC-11")
def test_nobody_else_finishes_it_and_no_other_session_is_begun(world: World) -> None:
    session = begun(world)
    end(world)
    for who in (world.sam, world.vera, world.priya, world.fred):
        with as_actor(who):
            assert records.queries.to_finish(who) == []
    with pytest.raises(NotThere), as_actor(world.dana):
        clients.queries.case_row(world.mara_case)
    with pytest.raises(NotThere):
        hold_session(world.dana, world.mara_case)
    with pytest.raises(NotThere), as_actor(world.sam):
        records.actions.open_draft(actor=world.sam, session_id=session)


def test_what_was_never_finished_is_counted_for_who_must_know(
    world: World, passing: Passing
) -> None:
    begun(world)
    end(world)
    passing(days=8)
    for who, rows in ((world.priya, 1), (world.vera, 1), (world.sam, 0), (world.fred, 0)):
        with as_actor(who):
            assert [one.notes for one in records.queries.never_finished()] == [1] * rows
    page = seen(world.priya, "/notes/unfinished")
    assert "1 note" in page
    assert "Half a note." not in page


def test_an_assignment_that_begins_again_gives_the_notes_back(world: World) -> None:
    session = begun(world)
    end(world)
    with as_actor(world.fred):
        offer = clients.actions.offer_assignment(
            actor=world.fred, case_id=world.mara_case, person_id=world.dana.id
        )
    with as_actor(world.dana):
        clients.actions.accept_assignment(actor=world.dana, assignment_id=offer)
        assert records.queries.to_finish(world.dana) == []
        assert [one.id for one in records.queries.unsigned(world.dana, timezone.now())] == [session]
