"""A note that is a day late gets one letter, which says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from django.core import mail
from django.utils import timezone

import records.actions
import records.queries
from counselling import jobs
from counselling.db import as_actor
from records import tasks
from records.models import Reminder
from tests.records.writing import hold_session, signed_note
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    import psycopg

    Passing = Callable[..., None]

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


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
