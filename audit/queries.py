"""Read the log: pages of the trail, who opened a file, and how the log stands."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from audit import domain
from counselling.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from audit.domain import Entry
    from counselling.access import Actor

MOST: Final = 200
EVER: Final = (
    datetime.datetime(1, 1, 1, tzinfo=datetime.UTC),
    datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC),
)

# values are written into the statement by Django, so that PostgreSQL drops what is not asked
_TRAIL: Final = """
SELECT payload FROM {events} e
WHERE e.actor <> %(self)s::uuid
  AND (%(case)s::uuid IS NULL OR e.case_id = %(case)s::uuid)
  AND (%(person)s::uuid IS NULL OR e.actor = %(person)s::uuid)
  AND (%(kind)s::text IS NULL OR e.kind = %(kind)s::text)
  AND e.recorded >= %(since)s AND e.recorded < %(until)s
  AND (%(at)s::timestamptz IS NULL
       OR (e.recorded <= %(at)s::timestamptz
           AND (e.recorded, e.id) < (%(at)s::timestamptz, %(id)s::uuid)))
ORDER BY e.recorded DESC, e.id DESC LIMIT %(limit)s
"""
_ALL: Final = _TRAIL.format(events="audit_event")
# one person's events first, then each looked up; otherwise the newest of everybody's are tried
_ABOUT: Final = _TRAIL.format(
    events="""(
    SELECT found.* FROM audit_events_about(%(client)s::uuid, %(since)s, %(until)s) a
    CROSS JOIN LATERAL (
        SELECT * FROM audit_event o WHERE o.recorded = a.recorded AND o.id = a.id OFFSET 0
    ) found
)"""
)

_OPENINGS: Final = """
SELECT payload FROM audit_event e
WHERE (e.recorded, e.id) IN (
        SELECT a.recorded, a.id FROM audit_events_about(%(client)s::uuid, %(since)s, %(until)s) a)
  AND e.outcome = 'ok'
  AND (e.payload::json ->> 'act' = 'R' OR e.kind = ANY (%(also)s::text[]))
  AND e.payload::json ->> 'actor_kind' IN ('staff', 'service')
ORDER BY e.recorded DESC, e.id DESC LIMIT %(limit)s
"""

_LAST: Final = """
SELECT at, whole, events, waiting, witnessed, number, event_id, sentence
FROM audit_verification ORDER BY at DESC LIMIT 1
"""


def trail(
    actor: Actor,
    *,
    case: UUID | None = None,
    person: UUID | None = None,
    client: UUID | None = None,
    kind: str | None = None,
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
    before: str | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Give one page of the trail, newest first; row security decides which events.

    Nobody reviews their own accesses, so these are left to somebody else (DESIGN 3).

    `before` is the `cursor` of the last entry of the page above. Raises Invalid for a cursor
    that is none of ours.
    """
    begins = domain.parse_cursor(before) if before else None
    if before and begins is None:
        message = "That page of the trail does not exist."
        raise Invalid(message)
    at, row = begins or (None, None)
    asked = {
        "self": actor.id, "case": case, "person": person, "client": client, "kind": kind,
        "at": at, "id": row,
    }  # fmt: skip
    return _entries(
        _ABOUT if client else _ALL, asked | _period(since, until) | {"limit": min(limit, MOST)}
    )


def openings_of(
    client: UUID,
    *,
    also: Iterable[str] = (),
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Give who read something of a client's, newest first, without the client's own visits (AT-16).

    `also` names kinds of events that are no reading and that the client is told of all the same. Of
    a list of several clients an entry names this one only.
    """
    asked = {"client": client, "also": sorted(also), "limit": min(limit, MOST)}
    found = _entries(_OPENINGS, asked | _period(since, until))
    return [dataclasses.replace(one, client=client, clients=(client,)) for one in found]


def _period(
    since: datetime.datetime | None, until: datetime.datetime | None
) -> dict[str, datetime.datetime]:
    return {"since": since or EVER[0], "until": until or EVER[1]}


def _entries(statement: str, asked: dict[str, Any]) -> list[Entry]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        found = [domain.entry(payload) for (payload,) in cursor.fetchall()]
    return domain.labelled(found)


@dataclasses.dataclass(frozen=True, slots=True)
class Verification:
    """What the last run of the verifier found."""

    at: datetime.datetime
    whole: bool
    events: int
    waiting: int
    witnessed: datetime.datetime | None
    number: int | None
    event: UUID | None
    sentence: str

    @property
    def restored(self) -> str:
        """Say which restores a whole log went through; it is said as long as there is the log."""
        return self.sentence.partition("; ")[2].rstrip(".") if self.whole else ""


def last_verification() -> Verification | None:
    """Give the last verification, for the badge; None before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        row = cursor.fetchone()
    return Verification(*row) if row else None


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """How far sealing has come: entries sealed, events waiting, and since when the oldest waits."""

    sealed: int
    waiting: int
    oldest: datetime.datetime | None


def standing() -> Standing:
    """Give how far sealing has come; an open transaction anywhere holds it back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed, waiting, oldest FROM audit_standing()")
        return Standing(*cursor.fetchone())
