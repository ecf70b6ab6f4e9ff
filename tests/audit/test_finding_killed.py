"""The worker is killed with -9 while it looks through the log: nothing is lost, nothing twice."""

from __future__ import annotations

import datetime
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.audit.test_finding import ago, kept, look, plant
from tests.world import World

if TYPE_CHECKING:
    import psycopg

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAYS = 3
EACH = 2
HELD = "SELECT count(*) FROM pg_locks WHERE relation = 'audit_findmark'::regclass"
MARK = "SELECT day FROM audit_findmark"
USUAL = "SELECT count(*), count(DISTINCT (person_id, day)) FROM audit_usualday"
TOLD = "SELECT sum((payload::json -> 'detail' ->> 'found')::int) FROM audit_event WHERE kind = %s"


def killed_after(root: psycopg.Connection[Any], findings: int) -> None:
    """Let a worker of its own write so many findings, and kill it in the middle of its day."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.audit.finding_killed", str(findings)],
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"here\n"
    worker.kill()
    worker.communicate()
    ends = time.monotonic() + 10
    while root.execute(HELD).fetchone() != (0,):  # the database notices a moment later
        assert time.monotonic() < ends
        time.sleep(0.02)


@pytest.mark.req("AT-13")
def test_a_killed_worker_loses_no_finding_and_leaves_none_twice(
    root: psycopg.Connection[Any],
) -> None:
    world = World.build()
    for day in range(DAYS):
        for hour in range(EACH):
            at = ago(5 - day, datetime.time(9 + 3 * hour))
            plant(root, world.sam, at, "note.opened", client=world.mara, case=world.mara_case)
    # the first day is not over when it dies; then one is, and it dies in the second
    killed_after(root, 1)
    assert kept(root) == []
    assert root.execute(MARK).fetchall() == []
    killed_after(root, EACH + 1)
    assert len(kept(root)) == EACH
    look()
    assert [rule for rule, _, _ in kept(root)] == ["not-assigned"] * DAYS * EACH
    days, different = root.execute(USUAL).fetchone() or (0, 0)
    assert days == different >= DAYS
    assert root.execute(TOLD, ["audit.review.found"]).fetchone() == (DAYS * EACH,)
    look()
    assert len(kept(root)) == DAYS * EACH
