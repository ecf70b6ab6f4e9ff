"""Today: my sessions, said and moved from there, and everything that waits for me."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

import records.actions
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from records.domain import Attendance, Modality
from tests.people import sign_in_browserless
from tests.records.writing import hold_session, signed_note
from tests.world import NAMES

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    from tests.world import World

    return World.build()


@pytest.fixture
def dana(world: World) -> Client:
    client = Client()
    sign_in_browserless(client, world.dana)
    return client


def soon(actor: Actor, case: UUID, *, minutes: int = 5) -> UUID:
    """Log a session that begins in a few minutes."""
    with as_actor(actor) as at:
        begins = at + datetime.timedelta(minutes=minutes)
        return records.actions.log_session(
            actor=actor, case_id=case, starts_at=begins, modality=Modality.VIDEO,
            ends_at=begins + datetime.timedelta(minutes=50),
        )  # fmt: skip


def facts(session: UUID, root: psycopg.Connection[object]) -> tuple[object, ...]:
    row = root.execute(
        "SELECT attendance, modality, starts_at, ends_at FROM records_session WHERE id = %s",
        [session],
    ).fetchone()
    assert isinstance(row, tuple)
    return row


def events(root: psycopg.Connection[object], kind: str) -> int:
    row = root.execute("SELECT count(*) FROM audit_event WHERE kind = %s", [kind]).fetchone()
    assert isinstance(row, tuple)
    return int(row[0])


def test_one_press_says_that_nobody_came_and_the_note_is_not_asked_for(
    world: World, dana: Client, root: psycopg.Connection[object]
) -> None:
    session = hold_session(world.dana, world.mara_case)
    before = facts(session, root)
    answer = dana.post(f"/sessions/{session}", {"attendance": "no_show"})
    assert answer.headers["Location"].startswith("/today?day=")
    assert facts(session, root) == ("no_show", *before[1:])  # to the second where it was
    assert events(root, "session.changed") == 1
    page = dana.get(answer.headers["Location"]).content.decode()
    assert "Did not come." in page
    assert "nothing to finish" in page


def test_what_has_not_begun_can_be_called_off_and_nothing_else(
    world: World, dana: Client, root: psycopg.Connection[object]
) -> None:
    session = soon(world.dana, world.mara_case)
    day = timezone.localtime(facts(session, root)[2]).date()
    page = dana.get(f"/today?day={day}").content.decode()
    assert 'value="cancelled"' in page
    assert 'value="attended"' not in page
    early = dana.post(f"/sessions/{session}", {"attendance": "attended"})
    assert early.status_code == 422
    assert "It has not begun yet." in early.content.decode()
    assert dana.post(f"/sessions/{session}", {"attendance": "cancelled"}).status_code == 302
    assert facts(session, root)[0] == "cancelled"
    assert 'value="expected"' in dana.get(f"/today?day={day}").content.decode()


def test_a_session_is_moved_to_another_hour_day_and_way_of_meeting(
    world: World, dana: Client, root: psycopg.Connection[object]
) -> None:
    session = soon(world.dana, world.mara_case)
    new = {"date": "2031-05-06", "time": "14:30", "minutes": "60", "modality": "phone"}
    assert dana.post(f"/sessions/{session}", new).headers["Location"] == "/today?day=2031-05-06"
    attendance, modality, begins, ends = facts(session, root)
    assert (attendance, modality) == ("expected", "phone")
    assert f"{timezone.localtime(begins):%Y-%m-%d %H:%M}" == "2031-05-06 14:30"
    assert ends - begins == datetime.timedelta(hours=1)
    page = dana.get("/today?day=2031-05-06").content.decode()
    assert " ".join(NAMES["mara"]) in page or NAMES["mara"][0] in page
    assert "Telephone, 60 min." in page
    # and nothing changed leaves no event
    assert dana.post(f"/sessions/{session}", {"modality": "phone"}).status_code == 302
    assert events(root, "session.changed") == 1


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31", "x" * 90])
def test_a_day_that_is_none_is_not_there(dana: Client, day: str) -> None:
    assert dana.get(f"/today?day={day}").status_code == 404


def test_nobody_changes_the_session_of_somebody_else(world: World) -> None:
    session = hold_session(world.dana, world.mara_case)

    def change(actor: Actor) -> None:
        with as_actor(actor) as at:
            records.actions.change_session(
                actor=actor, session_id=session, starts_at=at,
                ends_at=at + datetime.timedelta(minutes=5), modality=Modality.PHONE,
                attendance=Attendance.CANCELLED,
            )  # fmt: skip

    with pytest.raises(NotThere):
        change(world.sam)
    with pytest.raises(Refused):
        change(world.vera)


@pytest.mark.req("EN-11")
def test_the_facts_of_a_session_stay_once_its_note_is_signed(
    world: World, dana: Client, root: psycopg.Connection[object]
) -> None:
    note = signed_note(world.dana, world.mara_case, "She slept.")
    row = root.execute("SELECT session_id FROM records_note WHERE id = %s", [note]).fetchone()
    assert isinstance(row, tuple)
    session = row[0]
    assert dana.get(f"/sessions/{session}").headers["Location"] == f"/notes/{note}"
    with pytest.raises(Refused), as_actor(world.dana) as at:
        records.actions.change_session(
            actor=world.dana, session_id=session, starts_at=at,
            ends_at=at + datetime.timedelta(minutes=5), modality=Modality.PHONE,
            attendance=Attendance.CANCELLED,
        )  # fmt: skip
    for column in ("attendance = 'cancelled'", "starts_at = starts_at - interval '1 day'"):
        with pytest.raises(psycopg.IntegrityError, match="never change once"):
            root.execute(f"UPDATE records_session SET {column} WHERE id = %s", [session])


def test_it_ends_after_it_begins(world: World) -> None:
    session = hold_session(world.dana, world.mara_case)
    with pytest.raises(Invalid), as_actor(world.dana) as at:
        records.actions.change_session(
            actor=world.dana, session_id=session, starts_at=at, ends_at=at,
            modality=Modality.PHONE, attendance=Attendance.ATTENDED,
        )  # fmt: skip


def test_what_waits_stands_on_one_list_the_oldest_first(world: World, dana: Client) -> None:
    hold_session(world.dana, world.mara_case, hours_ago=30)
    hold_session(world.dana, world.mara_case, hours_ago=80)
    waits = dana.get("/today").content.decode().split('id="waits"')[1]
    assert waits.count(">unsigned<") == 2
    days = re.findall(r'datetime="(\d{4}-\d\d-\d\d)"', waits)
    assert days == sorted(days)


def test_a_supervisor_sees_what_waits_and_no_sessions(world: World) -> None:
    vera = Client()
    sign_in_browserless(vera, world.vera)
    page = vera.get("/today").content.decode()
    assert "Waits for you" in page
    assert "New session" not in page.split("<main")[1]
