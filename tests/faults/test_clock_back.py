"""The clock goes back an hour: the log keeps its order, nothing stops, nothing is lost.

What ends by the clock (sittings, codes, links, invitations) is told in `tests/limits/test_clocks`.
"""

from __future__ import annotations

import datetime
import pathlib
import threading
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from celery.schedules import crontab
from django.conf import settings
from django.db import connections, transaction

from audit import actions as log
from audit import sealing, verifying
from audit.management.commands.seal_log import Sealer
from audit.witness import FileWitness, lines_of
from consent import queries, tasks
from consent.domain.states import DocumentState
from counselling import celery, health, vault
from counselling.db import as_actor, clock_at
from records import actions
from records.domain import NOTE_OPENED, Attendance, Modality
from tests.consent import steps
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def world(transactional_db: None) -> World:
    pathlib.Path(settings.WITNESS_FILE).unlink(missing_ok=True)  # of a log that is no more
    return World.build()


@pytest.fixture
def session(world: World) -> UUID:
    with as_actor(world.dana) as at:
        return actions.log_session(
            actor=world.dana, case_id=world.mara_case, starts_at=at - 3 * HOUR,
            ends_at=at - 2 * HOUR, modality=Modality.IN_PERSON, attendance=Attendance.ATTENDED,
        )  # fmt: skip


def acted(world: World) -> UUID:
    with as_actor(world.dana):
        return log.record(actor=world.dana, kind=NOTE_OPENED, client=world.mara).event


def acted_an_hour_ahead(world: World, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """Act by a clock that is put right afterwards; only the owner may write with a given one."""
    ahead = datetime.datetime.now(datetime.UTC) + HOUR
    with monkeypatch.context() as patch, clock_at(ahead), as_actor(world.dana):
        patch.setattr(log.recording, "connection", connections["owner"])
        with transaction.atomic(using="owner"):
            return log.record(actor=world.dana, kind=NOTE_OPENED, client=world.mara).event


@pytest.mark.req("AT-10")
def test_the_log_stays_in_the_order_of_what_was_done_when_the_clock_goes_back(
    world: World, root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = pathlib.Path(settings.WITNESS_FILE)
    sealer = Sealer(vault.signing.checkpoint_signer(), FileWitness(witness), threading.Event())
    sealing.seal_all(sealer._signer)
    done = []
    for _ in range(3):
        done.append(acted_an_hour_ahead(world, monkeypatch))
        sealer._round()
        done += [acted(world), acted(world)]
    sealing.seal_all(sealer._signer)
    sealer._told = float("-inf")
    sealer._round()
    about = "SELECT event_id FROM audit_leaf WHERE event_id = ANY (%s) ORDER BY number"
    assert [row[0] for row in root.execute(about, [done])] == done
    numbers = root.execute("SELECT count(*), max(number) FROM audit_leaf").fetchone()
    assert numbers[0] == numbers[1]
    found = verifying.verify(*verifying.log_key(), vault.signing.verify_ed25519, lines_of(witness))
    assert found.whole, found.sentence
    assert found.waiting == 0


@pytest.mark.req("AT-08")
def test_what_dana_types_after_the_clock_went_back_is_saved_and_logged_as_ever(
    world: World, root: Any, session: UUID
) -> None:
    with as_actor(world.dana):
        version, *_ = actions.save_draft(
            actor=world.dana, session_id=session, version=0, typed=actions.Typed("Before.", "")
        )
    # nobody may move when a note was begun; the clock did
    root.execute("SET session_replication_role = replica")
    root.execute("UPDATE records_draft SET saved_at = now() + interval '1 hour', event_at = "
                 "now() + interval '1 hour', begun_at = now() + interval '1 hour'")  # fmt: skip
    root.execute("RESET session_replication_role")
    for words in ("After.", "A moment after."):
        with as_actor(world.dana):
            version, *_ = actions.save_draft(
                actor=world.dana,
                session_id=session,
                version=version,
                typed=actions.Typed(words, ""),
            )
    with as_actor(world.dana):
        page = actions.open_draft(actor=world.dana, session_id=session)
    assert page.record_part == "A moment after."
    # the first save by the new clock is worked on and told; the next within the minute is not
    assert steps.kinds(root).count("draft.saved") == 1


@pytest.mark.req("BR-03")
def test_maras_copy_is_made_though_it_is_due_by_a_clock_that_went_back(
    world: World, root: Any
) -> None:
    steps.signed(world)
    root.execute("UPDATE consent_document SET due_at = now() + interval '1 hour'")
    with as_actor(world.dana):
        (row,) = queries.documents_of(world.mara)
    tasks.seal_document(str(row.id), str(world.mara))
    with as_actor(world.dana):
        (row,) = queries.documents_of(world.mara)
    assert row.state is DocumentState.SEALED
    assert steps.kinds(root).count("document.sealed") == 1


def test_the_scheduler_sends_each_minute_also_after_the_clock_went_back() -> None:
    began, minute = datetime.datetime.now(datetime.UTC), 61
    kept = {name: entry["schedule"] for name, entry in celery.app.conf.beat_schedule.items()}
    last = {name: schedule.now() for name, schedule in kept.items()}
    by_the_wall = crontab(minute="*", app=celery.app)
    with time_machine.travel(began - HOUR, tick=True):
        for name, schedule in kept.items():
            assert schedule.remaining_estimate(last[name]).total_seconds() < minute
        assert by_the_wall.remaining_estimate(began).total_seconds() > minute  # what it would be


def test_a_worker_that_was_alive_later_than_now_is_not_taken_for_alive(root: Any) -> None:
    health.beat("worker")
    assert health.is_beating("worker")
    root.execute("UPDATE counselling_heartbeat SET at = now() + interval '1 hour'")
    assert not health.is_beating("worker")
    health.beat("worker")
    assert health.is_beating("worker")
