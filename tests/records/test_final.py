"""A note becomes final: its text locks, its author is reminded, and who leaves can finish it."""

from __future__ import annotations

import datetime
import functools
from typing import TYPE_CHECKING, Any
from unittest import mock

import psycopg
import pytest
from django.core import mail
from django.db import IntegrityError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

import clients.actions
import clients.queries
import records.actions
import records.queries
from counselling import jobs
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere
from records import tasks
from records.actions import Missing, Typed
from records.domain import Lateness, Locked, NoteState, Risk, lateness
from records.models import Draft, DraftPart, Note, ProcessNote, Reminder
from tests.people import sign_in_browserless
from tests.records.writing import hold_session, signed_note, type_draft
from tests.web.browsing import browser
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from counselling.access import Actor

    Passing = Callable[..., None]

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


@pytest.fixture
def passing(root: psycopg.Connection[Any]) -> Passing:
    return functools.partial(let_pass, root)


def let_pass(root: psycopg.Connection[Any], **time: float) -> None:
    """Let time pass: all that is about care happened that much earlier."""
    columns = root.execute(
        "SELECT c.table_name, array_agg(c.column_name::text) FROM information_schema.columns c "
        "JOIN pg_class t ON t.oid = to_regclass('public.' || c.table_name) AND t.relkind = 'r' "
        "WHERE c.table_schema = 'public' AND c.data_type = 'timestamp with time zone' "
        "AND (c.table_name LIKE 'records%' "
        "OR c.table_name LIKE 'clients%' OR c.table_name = 'accounts_roleheld') GROUP BY 1"
    ).fetchall()
    root.execute("SET session_replication_role = replica")
    for table, names in columns:
        earlier = ", ".join(f"{name} = {name} - %(time)s" for name in names)
        root.execute(f"UPDATE {table} SET {earlier}", {"time": datetime.timedelta(**time)})
    root.execute("SET session_replication_role = origin")


def begun(world: World, text: str = "Half a note.", **said: Any) -> UUID:
    """Have Dana hold a session with Mara and begin its note."""
    session = hold_session(world.dana, world.mara_case, hours_ago=3)
    type_draft(world.dana, session, text, **said)
    return session


def end(world: World) -> None:
    """End Dana's assignment to Mara's case."""
    with as_actor(world.fred):
        row = clients.queries.case_row(world.mara_case).assignments[0]
        clients.actions.end_assignment(actor=world.fred, assignment_id=row.id)


def seen(actor: Actor, path: str) -> str:
    page = browser()
    sign_in_browserless(page, actor)
    answer = page.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


# -- locked ----------------------------------------------------------------------------------------


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


# -- an assignment ends ----------------------------------------------------------------------------


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


# -- reminders -------------------------------------------------------------------------------------


@pytest.fixture
def late(world: World) -> UUID:
    """Leave one session of Dana's unsigned for a day, one of today, and one that was cancelled."""
    hold_session(world.dana, world.mara_case, hours_ago=2)
    return hold_session(world.dana, world.mara_case, hours_ago=26)


def swept() -> list[tuple[str, tuple[UUID, ...]]]:
    return [one for one in jobs.due() if one[0] == "records.remind"]


@pytest.mark.req("EN-10")
def test_a_note_a_day_late_gets_one_letter_that_says_nothing(
    world: World, late: UUID, mailoutbox: list[Any]
) -> None:
    assert swept() == [("records.remind", (world.dana.id,))]
    for _ in range(3):
        tasks.remind(str(world.dana.id))
    (letter,) = mailoutbox
    assert letter.subject == "A reminder"
    for word in ("note", "session", "client", "counsel", "Mara", "practice"):
        assert word not in letter.body.lower() + letter.subject.lower()
    assert swept() == []
    with as_actor(world.dana):
        assert [one.session_id for one in Reminder.objects.all()] == [late]


def test_a_signed_or_cancelled_session_reminds_nobody(world: World) -> None:
    signed_note(world.dana, world.mara_case, "Signed.", hours_ago=40)
    session = hold_session(world.dana, world.mara_case, hours_ago=30)
    with as_actor(world.dana):
        records.actions.set_attendance(
            actor=world.dana, session_id=session,
            attendance=records.domain.Attendance.NO_SHOW,
            modality=records.domain.Modality.IN_PERSON,
        )  # fmt: skip
    assert swept() == []


def test_who_stands_in_is_reminded_too(world: World, root: psycopg.Connection[Any]) -> None:
    session = hold_session(world.dana, world.mara_case, hours_ago=30)
    root.execute(
        "INSERT INTO clients_cover (id, case_id, owner_id, person_id, arranged_by_id, arranged_at, "
        "since, until) VALUES (gen_random_uuid(), %s, %s, %s, %s, now(), "
        "now() - interval '9 days', now() + interval '9 days')",
        [world.mara_case, world.dana.id, world.sam.id, world.dana.id],
    )
    root.execute("UPDATE records_session SET person_id = %s", [world.sam.id])
    assert swept() == [("records.remind", (world.sam.id,))]
    tasks.remind(str(world.sam.id))
    with as_actor(world.sam):
        assert [one.session_id for one in Reminder.objects.all()] == [session]


def test_a_letter_that_could_not_leave_is_due_again(
    world: World, late: UUID, mailoutbox: list[Any], root: psycopg.Connection[Any]
) -> None:
    with mock.patch.object(mail.EmailMessage, "send", side_effect=OSError):
        tasks.remind(str(world.dana.id))
    assert swept() == []
    root.execute("UPDATE records_reminder SET due_at = now()")
    assert swept() == [("records.remind", (world.dana.id,))]
    tasks.remind(str(world.dana.id))
    assert len(mailoutbox) == 1
    assert root.execute("SELECT attempts FROM records_reminder").fetchone() == (2,)


def test_nobody_but_the_machine_writes_a_reminder(world: World, late: UUID) -> None:
    with as_actor(world.dana), pytest.raises(Exception, match="row-level security"):
        at = timezone.now()
        Reminder(session_id=late, person_id=world.dana.id, made_at=at, due_at=at).save(
            force_insert=True
        )
