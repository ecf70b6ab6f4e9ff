"""Months of the log are made ahead, over a year's end, and late; nothing takes one away (AT-15)."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import psycopg
import pytest

from audit import actions, queries, tasks
from counselling import jobs
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.audit.writers import act

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.req("AT-15")]

Root = psycopg.Connection[Any]
_BOUNDS: Final = """
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'public.audit_event'::regclass AND c.relname = ANY (%s)
"""
_TRIGGERS: Final = (
    "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
)


@pytest.fixture
def undone(root: Root) -> Iterator[Root]:
    """A transaction that is never committed: months made in it are no other test's."""
    with root.transaction(force_rollback=True):
        root.execute("SET LOCAL TIME ZONE 'Pacific/Kiritimati'")
        yield root


def made_from(root: Root, moment: str) -> dict[str, str]:
    root.execute("SELECT audit_make_partitions_from(%s)", [moment])
    names = [f"audit_event_{month}" for month in ("2031_11", "2031_12", "2032_01", "2032_02")]
    root.execute("SET LOCAL TIME ZONE 'UTC'")
    return dict(root.execute(_BOUNDS, [names]).fetchall())


@pytest.mark.parametrize(
    "moment", ["2031-11-01T00:00:00Z", "2031-11-30T23:59:59.999999Z", "2031-11-15T12:00:00Z"]
)
def test_a_years_end_leaves_no_gap_and_no_overlap(undone: Root, moment: str) -> None:
    found = made_from(undone, moment)
    assert len(found) == 4
    ends = [
        (f"{first}-01 00:00:00+00", f"{last}-01 00:00:00+00")
        for first, last in (("2031-11", "2031-12"), ("2031-12", "2032-01"),
                            ("2032-01", "2032-02"), ("2032-02", "2032-03"))
    ]  # fmt: skip
    assert sorted(found.values()) == [f"FOR VALUES FROM ('{a}') TO ('{b}')" for a, b in ends]


def test_a_month_made_late_is_like_every_other(undone: Root) -> None:
    made_from(undone, "2031-11-15T12:00:00Z")
    again = made_from(undone, "2031-11-15T12:00:00Z")
    assert len(again) == 4
    indexes = {
        name: undone.execute(
            "SELECT count(*) FROM pg_index WHERE indrelid = %s::regclass", [name]
        ).fetchone()
        for name in again
    }
    assert len(set(indexes.values())) == 1
    assert (
        undone.execute(_TRIGGERS, ["audit_event_2032_01"]).fetchone()
        == undone.execute(_TRIGGERS, ["audit_event_2031_11"]).fetchone()
    )
    at = datetime.datetime(2032, 1, 1, tzinfo=datetime.UTC)
    for broken in ("{}", '{"id":"x"}'):
        with pytest.raises(psycopg.Error), undone.transaction():
            undone.execute(
                "INSERT INTO audit_event (recorded, payload) VALUES (%s, %s)", [at, broken]
            )
    with pytest.raises(psycopg.Error), undone.transaction():
        undone.execute("TRUNCATE audit_event_2032_01")


def test_it_is_said_how_far_the_log_reaches() -> None:
    there = queries.months()
    assert there.left >= datetime.timedelta(days=89)
    assert not there.few
    assert there.first <= there.missing
    assert ("audit.make_months", ()) not in list(jobs.due())


def test_a_worker_makes_months_where_the_sealer_was_down(root: Root) -> None:
    ahead = queries.months().missing
    last = (ahead - datetime.timedelta(days=1)).replace(day=1)
    before = (last - datetime.timedelta(days=1)).replace(day=1)
    for month in (last, before):
        root.execute(f"DROP TABLE audit_event_{month:%Y_%m}".encode())
    assert queries.months().missing == before
    assert ("audit.make_months", ()) in list(jobs.due())
    tasks.make_months()
    assert queries.months().missing == ahead
    kinds = root.execute("SELECT kind FROM audit_event ORDER BY recorded DESC LIMIT 1").fetchone()
    assert kinds == ("audit.months.made",)


@pytest.mark.req("AT-08")
def test_without_a_month_nothing_is_done_and_then_a_worker_helps(root: Root) -> None:
    act()
    now = datetime.datetime.now(datetime.UTC)
    # the month is put aside whole, as if nobody had ever made it
    name = f"audit_event_{now:%Y_%m}"
    root.execute(f"ALTER TABLE audit_event DETACH PARTITION {name}".encode())
    root.execute(f"ALTER TABLE {name} RENAME TO put_aside".encode())
    try:
        with pytest.raises(Exception, match="no partition"), as_actor(SERVICE):
            actions.record(actor=SERVICE, kind=actions.keeping.domain.MONTHS_MADE)
        tasks.make_months()
        act()
    finally:
        root.execute("DROP TABLE put_aside")


def test_only_the_system_makes_months(application: psycopg.Connection[Any]) -> None:
    for statement in (
        "SELECT audit_make_months()",
        "SELECT audit_make_partitions_from('2031-01-01')",
        "ALTER TABLE audit_event DETACH PARTITION audit_event_2026_11",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement)


def test_it_is_told_when_the_next_month_is_missing() -> None:
    from counselling import watching

    well = watching._months()
    assert (well.name, well.well) == ("months", True)
    there = queries.months()
    soon = queries.Months(there.first, there.missing, datetime.timedelta(days=20))
    with mock.patch("audit.queries.months", return_value=soon):
        said = watching._months()
    assert not said.well
    assert said.said.startswith("20 days made ahead, kept since 20")
