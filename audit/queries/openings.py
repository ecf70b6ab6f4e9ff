"""Give who opened a client's file, as far as the client may know of it by now."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from audit import domain
from audit.queries.reading import EVER, MOST, entries, period

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from uuid import UUID

    from audit.domain import Entry

    Told = Callable[[Collection[UUID]], Collection[UUID]]

# who may ask, and what an emergency access keeps back until its client is told, the database says
_OPENINGS: Final = """
SELECT e.recorded, e.id, e.actor, e.payload
FROM audit_openings_told(%(client)s::uuid, %(since)s, %(until)s, %(also)s::text[]) e
WHERE %(at)s::timestamptz IS NULL OR (e.recorded, e.id) < (%(at)s::timestamptz, %(id)s::uuid)
ORDER BY e.recorded DESC, e.id DESC LIMIT %(limit)s
"""
_WHO: Final = """
SELECT DISTINCT e.actor FROM audit_openings_told(%s::uuid, %s, %s, %s::text[]) e
"""
_AMONG: Final = """
SELECT e.recorded, e.id, e.actor, e.payload FROM audit_event e
WHERE e.recorded BETWEEN %(since)s AND %(until)s AND e.id = ANY (%(ids)s::uuid[])
  AND (e.client = %(client)s OR e.clients @> ARRAY[%(client)s::uuid])
ORDER BY e.recorded DESC, e.id DESC
"""
# what begins later is no id of ours: its first bits are no time, or none that there is
_LATEST: Final = 4_102_444_800_000
# an act takes so long at most between its begin and its event
_NEAR: Final = datetime.timedelta(minutes=2)
_told: Final[list[tuple[frozenset[str], Told]]] = []


def register_told(kinds: Iterable[str], told: Told) -> None:
    """Say which kinds of events are about something a client is told of later, and who knows.

    `told` gives those of the rows that the client has been told of.
    """
    _told.append((frozenset(kinds), told))


def openings_of(
    client: UUID,
    *,
    also: Iterable[str] = (),
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
    before: str | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Give who read something of a client's, newest first, without the client's own visits (AT-16).

    `also` names kinds of events that are no reading and that the client is told of all the same. Of
    a list of several clients an entry names this one only. What the client is not told of yet is
    not there, whoever asks: a page, a count, a print and a copy say the same.
    """
    at, row = (before and domain.parse_cursor(before)) or (None, None)
    asked: dict[str, Any] = {"client": client, "also": sorted(also), "at": at, "id": row}
    asked |= {"limit": min(limit, MOST + 1), **period(since, until)}
    found = _once_told(page := entries(_OPENINGS, asked))
    # what is left out makes no list end early: a short one says that nothing comes after it
    while len(page) == asked["limit"] and len(found) < asked["limit"]:
        asked |= {"at": page[-1].when, "id": page[-1].id}
        found += _once_told(page := entries(_OPENINGS, asked))
    found = found[: asked["limit"]]
    return [dataclasses.replace(one, client=client, clients=(client,)) for one in found]


def opened_before(client: UUID, until: datetime.datetime, *, also: Iterable[str]) -> set[UUID]:
    """Give everybody who opened the file before that instant, as far as the client may know."""
    with connection.cursor() as cursor:
        cursor.execute(_WHO, [client, EVER[0], until, sorted(also)])
        return {row[0] for row in cursor.fetchall()}


def opened_at(client: UUID, event: UUID, *, also: Iterable[str]) -> datetime.datetime | None:
    """Give when an opening was that a client may know of; None for every other event.

    The id of an event tells its millisecond, so that one partition is asked.
    """
    milliseconds = event.int >> 80
    if milliseconds > _LATEST:
        return None
    near = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
    found = openings_of(client, also=also, since=near - _NEAR, until=near + _NEAR, limit=MOST)
    return next((one.when for one in found if one.id == event), None)


def entries_among(
    client: UUID,
    events: Collection[UUID],
    since: datetime.datetime,
    until: datetime.datetime,
) -> list[Entry]:
    """Give events about a client by their ids, as far as the actor sees them, newest first."""
    asked = {"client": client, "ids": list(events), "since": since, "until": until}
    return entries(_AMONG, asked)


def _once_told(found: list[Entry]) -> list[Entry]:
    """Leave out who looked at what the client is not told of yet; the rest of its day stays."""
    for kinds, told in _told:
        rows = {one.row for one in found if one.kind in kinds and one.row is not None}
        known = set(told(rows)) if rows else set()
        found = [one for one in found if one.kind not in kinds or one.row in known]
    return found
