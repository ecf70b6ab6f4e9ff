"""Where the actor reads and writes, as PostgreSQL says it; asked where no row of ours says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from uuid import UUID


def readable_cases() -> frozenset[UUID]:
    """Give the cases whose record the actor reads now."""
    return _visible("record")


def writable_cases() -> frozenset[UUID]:
    """Give the cases the actor writes in now."""
    return _visible("write")


def writes_in(case_id: UUID) -> bool:
    """Say whether the actor writes in a case now."""
    return case_id in writable_cases()


def _visible(level: str) -> frozenset[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT visible_cases(%s)", [level])
        return frozenset(row[0] for row in cursor.fetchall())
