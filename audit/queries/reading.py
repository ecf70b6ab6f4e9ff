"""Read entries out of the log, with their labels."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from audit import domain

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import Entry

MOST: Final = 200
_COUNT: Final = "SELECT count(*) FROM ({found}) found"
EVER: Final = (
    datetime.datetime(1, 1, 1, tzinfo=datetime.UTC),
    datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC),
)


def period(
    since: datetime.datetime | None, until: datetime.datetime | None
) -> dict[str, datetime.datetime]:
    """Give the bounds of a period; what is not said is open."""
    return {"since": since or EVER[0], "until": until or EVER[1]}


def entries(statement: str, asked: dict[str, Any]) -> list[Entry]:
    """Ask for instant, id, actor and payload of events, and give them as entries."""
    return domain.labelled(entries_of(statement, asked))


def entries_of(statement: str, asked: dict[str, Any] | list[Any]) -> list[Entry]:
    """Give the same without labels: ids and codes only."""
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return [_entry(*row) for row in cursor.fetchall()]


def _entry(at: datetime.datetime, event: UUID, actor: UUID, payload: str) -> Entry:
    try:
        return domain.entry(payload)
    except domain.NOT_OURS:
        return domain.unreadable(at, event, actor)


def number_of(statement: str, asked: dict[str, Any]) -> int:
    """Count what a statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(found=statement), asked)
        count: int = cursor.fetchone()[0]
    return count


def cursor_at(statement: str, asked: dict[str, Any]) -> str:
    """Give the place of the one event asked for; "" if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        row = cursor.fetchone()
    return domain.cursor(*row) if row else ""
