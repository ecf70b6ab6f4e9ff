"""Attacks on what is written, in raw SQL as an injected query would: elsewhere, at another time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest

from counselling.vault.envelope import SHORTEST
from tests.clients.raw import App, acting
from tests.records.passing import begun, end
from tests.records.safety import recorded_danger
from tests.records.writing import hold_session
from tests.world import World

if TYPE_CHECKING:
    from counselling.access import Actor

pytestmark = pytest.mark.django_db
# our own triggers and policies; what a constraint refuses proves nothing here
REFUSED = (psycopg.errors.IntegrityConstraintViolation, psycopg.errors.InsufficientPrivilege)
SEALED = f"repeat('x', {SHORTEST})::bytea"


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def insert_note(app: App, session: UUID, case: UUID, author: Actor, **said: Any) -> UUID:
    asked = {
        "id": uuid4(), "session": session, "case": case, "author": author.id, "waits": False,
        "at": "0 s",
    } | said  # fmt: skip
    app.execute(
        "INSERT INTO records_note (id, session_id, case_id, author_id, structure, risk, "
        "record_part, needs_co_signature, written_at, signed_at) VALUES (%(id)s, %(session)s, "
        f"%(case)s, %(author)s, 'free', {SEALED}, {SEALED}, "
        "%(waits)s, now() + %(at)s::interval - interval '1 s', now() + %(at)s::interval)",
        asked,
    )
    return UUID(str(asked["id"]))


@pytest.mark.req("AC-11")
def test_who_finishes_a_note_puts_it_into_no_other_case(application: App, world: World) -> None:
    session = begun(world)
    end(world)
    with acting(application, world.dana.id), pytest.raises(REFUSED):
        insert_note(application, session, world.jon_case, world.dana)
    with acting(application, world.dana.id):
        note = insert_note(application, session, world.mara_case, world.dana)
        with pytest.raises(REFUSED):
            application.execute(
                "INSERT INTO records_process_note (id, note_id, case_id, author_id, text, "
                f"signed_at) VALUES (%s, %s, %s, %s, {SEALED}, now())",
                [uuid4(), note, world.jon_case, world.dana.id],
            )


@pytest.mark.req("AC-11")
def test_who_finishes_a_note_writes_no_part_about_a_stranger(
    application: App, world: World
) -> None:
    session = begun(world)
    end(world)
    with acting(application, world.dana.id):
        note = insert_note(application, session, world.mara_case, world.dana)
        with pytest.raises(REFUSED):
            application.execute(
                "INSERT INTO records_note_part (id, note_id, case_id, author_id, client_id, text, "
                f"signed_at) VALUES (%s, %s, %s, %s, %s, {SEALED}, now())",
                [uuid4(), note, world.mara_case, world.dana.id, world.jon],
            )


@pytest.mark.req("SU-01")
def test_a_trainee_signs_nothing_that_waits_for_nobody(application: App, world: World) -> None:
    session = hold_session(world.tess, world.tom_case)
    with acting(application, world.tess.id), pytest.raises(REFUSED):
        insert_note(application, session, world.tom_case, world.tess)
    with acting(application, world.tess.id):
        insert_note(application, session, world.tom_case, world.tess, waits=True)


@pytest.mark.req("EN-16")
@pytest.mark.parametrize("at", ["3 days", "-30 days"])
def test_a_note_is_signed_at_no_other_time(application: App, world: World, at: str) -> None:
    session = hold_session(world.dana, world.mara_case)
    with acting(application, world.dana.id), pytest.raises(REFUSED):
        insert_note(application, session, world.mara_case, world.dana, at=at)


@pytest.mark.req("EN-13")
def test_a_draft_that_never_locks_is_not_begun(application: App, world: World) -> None:
    session = hold_session(world.dana, world.mara_case)
    with acting(application, world.dana.id), pytest.raises(REFUSED):
        application.execute(
            "INSERT INTO records_draft (id, session_id, case_id, author_id, record_part, "
            "process_part, risk, structure, tab, version, begun_at, saved_at, event_at) VALUES "
            f"(%s, %s, %s, %s, {SEALED}, {SEALED}, "
            f"{SEALED}, 'free', '', 1, now() + interval '9 years', now(), now())",
            [uuid4(), session, world.mara_case, world.dana.id],
        )


@pytest.mark.req("DS-06")
def test_nobody_is_kept_in_the_dark_by_a_date_to_come(application: App, world: World) -> None:
    danger = recorded_danger(world.dana, world.mara_case, world.mara)
    with acting(application, world.dana.id), pytest.raises(REFUSED):
        application.execute(
            "INSERT INTO records_danger (id, case_id, client_id, author_id, threat, consulted, "
            f"told, told_at, signed_at) VALUES (%s, %s, %s, %s, {SEALED}, "
            f"{SEALED}, {SEALED}, now() + interval '9 years', "
            "now() + interval '9 years' - interval '1 day')",
            [uuid4(), world.mara_case, world.mara, world.dana.id],
        )
    with acting(application, world.dana.id), pytest.raises(REFUSED):
        application.execute(
            "INSERT INTO records_danger_addition (id, danger_id, case_id, client_id, author_id, "
            "kind, content, told_at, signed_at) VALUES (%s, %s, %s, %s, %s, 'later', "
            f"{SEALED}, now() + interval '9 years', "
            "now() + interval '9 years' - interval '1 day')",
            [uuid4(), danger, world.mara_case, world.mara, world.dana.id],
        )
