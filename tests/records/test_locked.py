"""After 72 hours the text of a draft is fixed, and only its author can sign it."""

from __future__ import annotations

import datetime
import functools
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

import records.actions
import records.queries
from counselling.db import as_actor
from counselling.errors import Invalid
from records.actions import Missing, Typed
from records.domain import Lateness, Locked, NoteState, Risk, lateness
from records.models import Draft, DraftPart, Note, ProcessNote
from tests.people import sign_in_browserless
from tests.records.passing import begun, let_pass
from tests.records.writing import hold_session, type_draft
from tests.web.browsing import browser
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    Passing = Callable[..., None]

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


@pytest.fixture
def passing(root: psycopg.Connection[Any]) -> Passing:
    return functools.partial(let_pass, root)


@pytest.mark.req("EN-11")
def test_after_72_hours_the_text_of_a_draft_takes_no_more_words(
    world: World, passing: Passing
) -> None:
    session = begun(world)
    passing(hours=73)
    with pytest.raises(Locked), as_actor(world.dana):
        records.actions.save_draft(
            actor=world.dana, session_id=session, version=1, typed=Typed("Another text.", "")
        )
    with as_actor(world.dana):
        page = records.actions.open_draft(actor=world.dana, session_id=session)
    assert (page.state, page.record_part) == (NoteState.LOCKED, "Half a note.")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE records_draft SET record_part = process_part",
        "UPDATE records_draft SET process_part = record_part",
        "UPDATE records_draft SET risk = record_part",
        "UPDATE records_draft SET structure = 'soap'",
        "UPDATE records_draft SET begun_at = now()",
        "DELETE FROM records_draft",
    ],
)
def test_the_database_fixes_a_locked_draft_whoever_asks(
    world: World, root: psycopg.Connection[Any], passing: Passing, change: str
) -> None:
    begun(world, alone="For me.")
    passing(hours=73)
    with pytest.raises(psycopg.errors.RestrictViolation, match="locked"):
        root.execute(change)


def test_the_application_cannot_change_it_past_its_own_rules(
    world: World, passing: Passing
) -> None:
    session = begun(world)
    passing(hours=73)
    with pytest.raises(IntegrityError, match="locked"), as_actor(world.dana):
        draft = Draft.objects.get(session_id=session)
        draft.record_part = "Another text."
        draft.save(update_fields=["record_part"])


def test_the_part_of_a_member_is_fixed_with_its_draft(
    world: World, root: psycopg.Connection[Any], passing: Passing
) -> None:
    session = hold_session(world.dana, world.couple_case)
    type_draft(world.dana, session, "What they share.")
    with as_actor(world.dana):
        draft = Draft.objects.get(session_id=session)
        DraftPart(
            draft_id=draft.id, case_id=world.couple_case, author_id=world.dana.id,
            client_id=world.ana, text="Hers.",
        ).save(force_insert=True)  # fmt: skip
    passing(hours=73)
    for change in ("UPDATE records_draft_part SET text = ''", "DELETE FROM records_draft_part"):
        with pytest.raises(psycopg.errors.RestrictViolation, match="locked"):
            root.execute(change)


def test_a_draft_of_less_than_72_hours_is_still_written(world: World, passing: Passing) -> None:
    session = begun(world)
    passing(hours=71)
    assert type_draft(world.dana, session, "Another text.", version=1) == 2


@pytest.mark.req("EN-16")
def test_its_author_signs_a_locked_note_and_both_dates_stand_on_it(
    world: World, passing: Passing
) -> None:
    session = begun(world, alone="For me.")
    passing(hours=73)
    dana = browser()
    sign_in_browserless(dana, world.dana)
    shown = dana.get(f"/sessions/{session}/draft", follow=True)
    page = shown.content.decode()
    assert "This note is locked" in page
    assert "<textarea" not in page
    # the form leads where it stands, as a browser sends it
    answer = dana.post(shown.request["PATH_INFO"], {"version": 1}, follow=True)
    note = answer.content.decode()
    assert "signed late" in note
    assert "Begun" in note
    assert "Signed" in note
    with as_actor(world.dana):
        assert not Draft.objects.exists()
        assert ProcessNote.objects.count() == 1


def test_what_a_locked_note_never_said_is_said_at_signing_and_nothing_else(
    world: World, passing: Passing
) -> None:
    session = begun(world, risk=None)
    passing(hours=73)
    with pytest.raises(Invalid, match="risk"), as_actor(world.dana):
        records.actions.sign_draft(actor=world.dana, session_id=session, version=1)
    missing = Missing("Words put in its place.", Risk.MONITORED)
    with as_actor(world.dana):
        note = records.actions.sign_draft(
            actor=world.dana, session_id=session, version=1, missing=missing
        )
        page = records.actions.open_note(actor=world.dana, note_id=note)
    assert (page.record_part, page.risk) == ("Half a note.", "monitored")


def test_the_page_of_a_locked_note_asks_for_what_it_never_said(
    world: World, passing: Passing
) -> None:
    session = begun(world, "", alone="For me.", risk=None)
    passing(hours=73)
    dana = browser()
    sign_in_browserless(dana, world.dana)
    wrong = dana.post(f"/sessions/{session}/draft/signature", {"version": 1})
    assert wrong.status_code == 422
    said = {"version": 1, "record_part": "Written at last.", "risk": "not_explored"}
    answer = dana.post(f"/sessions/{session}/draft/signature", said, follow=True)
    assert "Written at last." in answer.content.decode()


def test_who_signs_a_locked_note_says_too_who_may_read_it(world: World, passing: Passing) -> None:
    session = begun(world, "All was said.")
    passing(hours=73)
    dana = browser()
    sign_in_browserless(dana, world.dana)
    path = f"/sessions/{session}/draft/signature"
    page = dana.get(path).content.decode()
    assert "May read it in their own space" in page
    assert f'value="{world.mara}"' in page
    said = {"version": 1, "attendance": "attended", "risk": "no_new_concern"}
    assert dana.post(path, said | {"readers": str(world.jon)}, follow=True).status_code == 200
    with as_actor(world.dana):
        assert not Note.objects.filter(session=session).exists()
    dana.post(path, said | {"readers": str(world.mara)}, follow=True)
    with as_actor(world.dana):
        note = Note.objects.get(session=session).id
        assert records.queries.reading_now(note) == {world.mara}


def test_an_open_draft_is_not_filled_at_signing(world: World) -> None:
    session = begun(world, risk=None)
    with pytest.raises(Invalid, match="risk"), as_actor(world.dana):
        records.actions.sign_draft(
            actor=world.dana, session_id=session, version=1, missing=Missing("", Risk.MONITORED)
        )


def test_words_typed_while_it_locked_are_shown_to_be_kept(world: World, passing: Passing) -> None:
    session = begun(world)
    passing(hours=73)
    dana = browser()
    sign_in_browserless(dana, world.dana)
    said = {
        "record_part": "Half a note. And more.", "process_part": "", "version": 1, "act": "keep",
        "attendance": "attended", "modality": "in_person", "structure": "free",
    }  # fmt: skip
    path = f"/sessions/{session}/draft"
    quiet = dana.post(path, said, headers={"Accept": "application/json"})
    assert (quiet.status_code, quiet.json()) == (409, {"locked": True})
    answer = dana.post(path, said)
    assert answer.status_code == 409
    assert "And more." in answer.content.decode()


@pytest.mark.req("EN-16")
@given(st.integers(0, 400), st.integers(0, 400))
def test_how_late_a_note_is_depends_on_both_dates(begun_after: int, then: int) -> None:
    ended = datetime.datetime(2026, 10, 5, 12, tzinfo=datetime.UTC)
    began = ended + datetime.timedelta(hours=begun_after)
    signed = began + datetime.timedelta(hours=then)
    late = lateness(ended, began, signed)
    assert (late is Lateness.LATE_ENTRY) == (begun_after > 72)
    assert (late is Lateness.IN_TIME) == (begun_after + then <= 72)
