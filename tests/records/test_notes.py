from __future__ import annotations

import dataclasses
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

import records.actions
import records.queries
from counselling.db import as_actor, uuid7
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.domain import (
    MOVES,
    AddendumKind,
    IllegalMove,
    NoteMove,
    NoteState,
    decide_state,
)
from records.models import Draft, Note, ProcessNote
from tests.records.writing import hold_session, real_text, signed_note, type_draft
from tests.world import World

pytestmark = pytest.mark.django_db

ALONE = "I hurried when he spoke of his brother. Bring to supervision."


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def kinds_since(world: World, root: psycopg.Connection[Any], since: int = 0) -> list[str]:
    rows = root.execute("SELECT kind FROM audit_event ORDER BY recorded, id OFFSET %s", [since])
    return [row[0] for row in rows]


def events(root: psycopg.Connection[Any]) -> int:
    row = root.execute("SELECT count(*) FROM audit_event").fetchone()
    return row[0] if row else 0


# -- Dana writes -----------------------------------------------------------------------------------


@pytest.mark.req("EN-11")
def test_dana_signs_a_note_and_reads_it_as_she_wrote_it(world: World) -> None:
    note = signed_note(world.dana, world.mara_case, real_text(1), alone=ALONE)
    with as_actor(world.dana):
        page = records.actions.open_note(actor=world.dana, note_id=note)
    assert page.record_part == real_text(1)
    assert page.process_part == ALONE


def test_a_draft_is_there_again_after_the_browser_closed(world: World) -> None:
    session = hold_session(world.dana, world.mara_case)
    type_draft(world.dana, session, "Half a sentence", alone=ALONE)
    with as_actor(world.dana):
        page = records.actions.open_draft(actor=world.dana, session_id=session)
    assert (page.record_part, page.process_part, page.version) == ("Half a sentence", ALONE, 1)


def test_two_tabs_do_not_overwrite_each_other(world: World) -> None:
    session = hold_session(world.dana, world.mara_case)
    type_draft(world.dana, session, "first tab")
    with pytest.raises(Stale):
        type_draft(world.dana, session, "second tab", version=0)
    type_draft(world.dana, session, "first tab goes on", version=1)
    with pytest.raises(Stale):
        type_draft(world.dana, session, "second tab", version=1)


def test_a_page_that_never_got_the_answer_to_its_save_goes_on(world: World) -> None:
    session = hold_session(world.dana, world.mara_case)
    type_draft(world.dana, session, "one", tab="this page")
    version = type_draft(world.dana, session, "one, two", version=0, tab="this page")
    assert version == 2
    with pytest.raises(Stale):
        type_draft(world.dana, session, "elsewhere", version=0, tab="another page")


def test_a_draft_saved_every_three_seconds_leaves_one_event_a_minute(
    world: World, root: psycopg.Connection[Any]
) -> None:
    session = hold_session(world.dana, world.mara_case)
    before = events(root)
    version = 0
    for number in range(5):
        version = type_draft(world.dana, session, f"sentence {number}", version=version)
    assert kinds_since(world, root, before) == ["draft.begun"]


def test_a_note_without_its_risk_line_or_text_is_not_signed(world: World) -> None:
    session = hold_session(world.dana, world.mara_case)
    version = type_draft(world.dana, session, "text", risk=None)
    with pytest.raises(Invalid, match="risk"), as_actor(world.dana):
        records.actions.sign_draft(actor=world.dana, session_id=session, version=version)
    version = type_draft(world.dana, session, "  ", version=version)
    with pytest.raises(Invalid, match="empty"), as_actor(world.dana):
        records.actions.sign_draft(actor=world.dana, session_id=session, version=version)


def test_signing_an_older_version_than_was_saved_is_refused(world: World) -> None:
    session = hold_session(world.dana, world.mara_case)
    version = type_draft(world.dana, session, "one")
    type_draft(world.dana, session, "two", version=version)
    with pytest.raises(Stale), as_actor(world.dana):
        records.actions.sign_draft(actor=world.dana, session_id=session, version=version)


@pytest.mark.req("EN-11")
def test_a_signed_note_takes_no_further_draft(world: World) -> None:
    session = hold_session(world.dana, world.mara_case)
    version = type_draft(world.dana, session, "text")
    with as_actor(world.dana):
        records.actions.sign_draft(actor=world.dana, session_id=session, version=version)
    with pytest.raises(Refused):
        type_draft(world.dana, session, "another")
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("kind", list(AddendumKind))
def test_an_addendum_of_each_kind_stands_under_the_note(world: World, kind: AddendumKind) -> None:
    note = signed_note(world.dana, world.mara_case, "The note.")
    with as_actor(world.dana):
        records.actions.add_addendum(
            actor=world.dana, note_id=note, kind=kind, text="It was Tuesday."
        )
        page = records.actions.open_note(actor=world.dana, note_id=note)
    assert [(one.kind, one.text) for one in page.addenda] == [(kind, "It was Tuesday.")]
    assert page.record_part == "The note."


def test_an_empty_addendum_is_not_signed(world: World) -> None:
    note = signed_note(world.dana, world.mara_case, "The note.")
    with pytest.raises(Invalid), as_actor(world.dana):
        records.actions.add_addendum(
            actor=world.dana, note_id=note, kind=AddendumKind.CORRECTION, text=" "
        )


# -- colleague, supervisor, stranger ---------------------------------------------------------------


@pytest.mark.req("AC-02")
def test_sam_finds_neither_danas_note_nor_her_session(world: World) -> None:
    note = signed_note(world.dana, world.mara_case, "text")
    session = hold_session(world.dana, world.mara_case)
    with pytest.raises(NotThere), as_actor(world.sam):
        records.actions.open_note(actor=world.sam, note_id=note)
    with pytest.raises(NotThere), as_actor(world.sam):
        records.actions.open_draft(actor=world.sam, session_id=session)


@pytest.mark.req("AC-04", "AC-06")
def test_vera_reads_the_record_part_of_a_supervisee_and_never_the_other(
    world: World, root: psycopg.Connection[Any]
) -> None:
    note = signed_note(world.dana, world.mara_case, "text", alone=ALONE)
    before = events(root)
    with as_actor(world.vera):
        page = records.actions.open_note(actor=world.vera, note_id=note)
        assert ProcessNote.objects.count() == 0
    assert page.record_part == "text"
    assert page.process_part is None
    assert kinds_since(world, root, before) == ["note.opened"]


@pytest.mark.req("AC-06")
def test_a_second_counsellor_of_the_case_never_finds_the_part_for_dana_alone(
    world: World,
) -> None:
    from tests.world import assign

    note = signed_note(world.dana, world.mara_case, "text", alone=ALONE)
    assign(world.fred, world.mara_case, world.sam)
    with as_actor(world.sam):
        page = records.actions.open_note(actor=world.sam, note_id=note)
        assert ProcessNote.objects.count() == 0
    assert page.process_part is None


@pytest.mark.req("AC-03")
@pytest.mark.parametrize("who", ["fred", "ada", "priya", "mara_portal"])
def test_who_may_not_read_notes_is_refused_or_finds_nothing(world: World, who: str) -> None:
    note = signed_note(world.dana, world.mara_case, "text")
    actor = getattr(world, who)
    with as_actor(actor):
        assert Note.objects.count() == 0
    with pytest.raises((NotThere, Refused)), as_actor(actor):
        records.actions.open_note(actor=actor, note_id=note)


def test_vera_writes_nothing_in_a_supervisees_case(world: World) -> None:
    note = signed_note(world.dana, world.mara_case, "text")
    with pytest.raises(Refused), as_actor(world.vera):
        records.actions.add_addendum(
            actor=world.vera, note_id=note, kind=AddendumKind.CORRECTION, text="no"
        )


def test_a_trainees_note_awaits_co_signature(world: World) -> None:
    note = signed_note(world.tess, world.tom_case, "text")
    with as_actor(world.tess):
        page = records.actions.open_note(actor=world.tess, note_id=note)
    assert page.awaits_co_signature


def test_dana_cannot_log_a_session_in_a_case_that_is_not_hers(world: World) -> None:
    with pytest.raises(NotThere):
        hold_session(world.dana, world.jon_case)


# -- the database holds it -------------------------------------------------------------------------


@pytest.mark.req("EN-11", "AC-07")
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE records_note SET needs_co_signature = true",
        "UPDATE records_note SET record_part = ''",
        "DELETE FROM records_addendum",
        "DELETE FROM records_note",
        "TRUNCATE records_note CASCADE",
        "UPDATE records_process_note SET author_id = gen_random_uuid()",
        "DELETE FROM records_process_note",
    ],
)
def test_the_owner_of_the_schema_cannot_change_a_signed_note(
    world: World, owner: psycopg.Connection[Any], attack: str
) -> None:
    note = signed_note(world.dana, world.mara_case, "text", alone=ALONE)
    with as_actor(world.dana):
        records.actions.add_addendum(
            actor=world.dana, note_id=note, kind=AddendumKind.CORRECTION, text="more"
        )
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changes"):
        owner.execute(attack)


@pytest.mark.req("EN-11")
def test_the_application_has_no_right_to_try(
    world: World, application: psycopg.Connection[Any]
) -> None:
    signed_note(world.dana, world.mara_case, "text")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("UPDATE records_note SET needs_co_signature = true")


@pytest.mark.req("AC-07")
def test_nobody_writes_a_note_in_anothers_name(
    world: World, application: psycopg.Connection[Any]
) -> None:
    session = hold_session(world.dana, world.mara_case)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), application.transaction():
        application.execute(
            "SELECT set_config('counselling.actor', %s, true)", [str(world.dana.id)]
        )
        application.execute(
            "INSERT INTO records_note (id, session_id, case_id, author_id, structure, risk, "
            "record_part, needs_co_signature, written_at, signed_at) "
            "VALUES (%s, %s, %s, %s, 'free', 'monitored', '', false, now(), now())",
            [uuid7(), session, world.mara_case, world.sam.id],
        )


@pytest.mark.req("EN-01", "AT-07")
def test_no_word_of_a_note_is_in_the_tables(world: World, root: psycopg.Connection[Any]) -> None:
    signed_note(world.dana, world.mara_case, "zuckerwattenmond", alone="apfelsinenschatten")
    session = hold_session(world.dana, world.mara_case)
    type_draft(world.dana, session, "zuckerwattenmond", alone="apfelsinenschatten")
    tables = root.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') "
        "AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    for (table,) in tables:
        found = root.execute(
            f"SELECT count(*) FROM public.{table} t WHERE t::text ~* "
            "'zuckerwatten|apfelsinen|7a75636b6572776174|617066656c73696e'"
        ).fetchone()
        assert found == (0,), table


def test_a_rolled_back_signature_leaves_the_draft_and_no_event(
    world: World, root: psycopg.Connection[Any]
) -> None:
    session = hold_session(world.dana, world.mara_case)
    version = type_draft(world.dana, session, "text")
    before = events(root)

    class StopError(Exception):
        pass

    with pytest.raises(StopError), as_actor(world.dana):
        records.actions.sign_draft(actor=world.dana, session_id=session, version=version)
        raise StopError
    assert events(root) == before
    with as_actor(world.dana):
        assert records.queries.note_of_session(world.dana, session) is None
        page = records.actions.open_draft(actor=world.dana, session_id=session)
    assert page.record_part == "text"


# -- rules -----------------------------------------------------------------------------------------


@given(st.sampled_from(NoteState), st.sampled_from(NoteMove))
def test_a_note_moves_only_as_the_table_says(state: NoteState, move: NoteMove) -> None:
    if (state, move) in MOVES:
        assert (decide_state(state, move) is NoteState.DRAFT) is (move is NoteMove.SAVE)
    else:
        with pytest.raises(IllegalMove):
            decide_state(state, move)


def test_what_was_opened_shows_nothing_in_a_log(world: World) -> None:
    note = signed_note(world.dana, world.mara_case, "secretword")
    with as_actor(world.dana):
        page = records.actions.open_note(actor=world.dana, note_id=note)
    assert "secretword" not in repr(page)
    assert "secretword" in str(dataclasses.asdict(page))
