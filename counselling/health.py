"""Whether the parts are there: a heartbeat written by workers and read by readiness."""

from __future__ import annotations

import datetime
from typing import Final

from django.db import DatabaseError, InterfaceError, connection, connections
from django.db.migrations.executor import MigrationExecutor

OLD: Final = datetime.timedelta(minutes=3)

_BEAT: Final = (
    "INSERT INTO counselling_heartbeat (process, at) VALUES (%s, now()) "
    "ON CONFLICT (process) DO UPDATE SET at = excluded.at"
)
_AGE: Final = "SELECT now() - at FROM counselling_heartbeat WHERE process = %s"


def beat(process: str) -> None:
    """Write down that `process` is alive."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [process])


def try_to_beat(process: str) -> None:
    """Write it down if the database is there; one that is away must not stop who only schedules."""
    try:
        beat(process)
    except (DatabaseError, InterfaceError):
        connection.close()


def age(process: str) -> datetime.timedelta | None:
    """Give how long ago `process` was alive; None if it never was."""
    with connection.cursor() as cursor:
        cursor.execute(_AGE, [process])
        row = cursor.fetchone()
    return row[0] if row else None


def is_beating(process: str) -> bool:
    """Say whether `process` was alive within three minutes; later than now proves nothing."""
    found = age(process)
    return found is not None and abs(found) < OLD


def is_migrated() -> bool:
    """Say whether every migration of the main database has run."""
    executor = MigrationExecutor(connections["default"])
    targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] != "vault"]
    return not executor.migration_plan(targets)
