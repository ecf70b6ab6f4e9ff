"""Give who opened a client's file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from audit.queries.reading import MOST, entries, period

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from audit.domain import Entry

_OPENINGS: Final = """
SELECT e.recorded, e.id, e.actor, e.payload FROM audit_event e
WHERE (e.recorded, e.id) IN (
        SELECT a.recorded, a.id FROM audit_events_about(%(client)s::uuid, %(since)s, %(until)s) a)
  AND e.outcome = 'ok'
  AND (e.payload::json ->> 'act' = 'R' OR e.kind = ANY (%(also)s::text[]))
  AND (e.payload::json ->> 'actor_kind' IN ('staff', 'service')
       OR e.payload::json ->> 'relation' = 'guardian')
ORDER BY e.recorded DESC, e.id DESC LIMIT %(limit)s
"""


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
    found = entries(_OPENINGS, asked | period(since, until))
    return [dataclasses.replace(one, client=client, clients=(client,)) for one in found]
