"""Where the actor writes, as PostgreSQL says it; asked before an act that it would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from uuid import UUID


def writable_cases() -> frozenset[UUID]:
    """Give the cases the actor writes in now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT visible_cases('write')")
        return frozenset(row[0] for row in cursor.fetchall())


def writes_in(case_id: UUID) -> bool:
    """Say whether the actor writes in a case now."""
    return case_id in writable_cases()
