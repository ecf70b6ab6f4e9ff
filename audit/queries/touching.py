"""Give whom an account, a sitting or an address touched between two instants: one question."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

from django.db import connection

from audit.domain.touching import LEFT, PRINTED, kinds_like

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from counselling.access import Actor

# more rows than that stand in no page; it is said that there are more
MOST: Final = 1000
# what no column says is looked for in the text first, and then read, as pages of the trail do
_TOUCHED: Final = """
SELECT t.client, t.case_id, min(t.recorded), max(t.recorded), count(*),
    count(*) FILTER (WHERE t.outcome = 'ok' AND t.is_read AND NOT t.kind = ANY (%(printed)s::text[])
                     AND NOT t.kind = ANY (%(left)s::text[])),
    count(*) FILTER (WHERE t.outcome = 'ok' AND t.kind = ANY (%(printed)s::text[])),
    count(*) FILTER (WHERE t.outcome = 'ok' AND t.kind = ANY (%(left)s::text[])),
    count(*) FILTER (WHERE t.outcome <> 'ok'),
    array_agg(DISTINCT t.kind ORDER BY t.kind), array_agg(DISTINCT t.actor)
FROM (
    SELECT whom.client, CASE WHEN whom.client IS NULL THEN e.case_id END AS case_id,
        e.recorded, e.kind, e.outcome, e.actor, starts_with(e.payload, '{"act":"R"') AS is_read
    FROM audit_event e
    CROSS JOIN LATERAL unnest(
        CASE WHEN cardinality(e.clients) > 0 THEN e.clients ELSE ARRAY[e.client] END
    ) AS whom(client)
    WHERE e.actor <> %(self)s::uuid
      AND (%(person)s::uuid IS NULL OR e.actor = %(person)s::uuid)
      AND e.recorded >= %(since)s AND e.recorded < %(until)s
      AND (%(session)s::text IS NULL
           OR (strpos(e.payload, '"session":"' || %(session)s) > 0
               AND starts_with(e.payload::json ->> 'session', %(session)s::text)))
      AND (%(address)s::text IS NULL
           OR (strpos(e.payload, '"address":"' || %(address)s) > 0
               AND starts_with(e.payload::json ->> 'address', %(address)s::text)))
      AND (whom.client IS NOT NULL OR e.case_id IS NOT NULL)
) t
GROUP BY t.client, t.case_id ORDER BY max(t.recorded) DESC, t.client, t.case_id LIMIT %(most)s
"""


class Toucher(TypedDict, total=False):
    """Who is asked about: an account, how the id of a sitting begins, or the hash of an address."""

    person: UUID | None
    session: str | None
    address: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Touched:
    """One client, or a case where no client was named: when, how often and how."""

    client: UUID | None
    case: UUID | None
    first: datetime.datetime
    last: datetime.datetime
    count: int
    opened: int
    printed: int
    left: int
    refused: int
    kinds: tuple[str, ...]
    people: tuple[UUID, ...]


def touched(
    actor: Actor,
    *,
    since: datetime.datetime,
    until: datetime.datetime,
    **by: Unpack[Toucher],
) -> list[Touched]:
    """Give one row for each, the newest first; row security decides which events count (BR-01)."""
    asked: dict[str, Any] = {
        "self": actor.id, "since": since, "until": until, "most": MOST + 1,
        "person": by.get("person"),
        "session": by.get("session") or None,
        "address": by.get("address") or None,
        "printed": kinds_like(PRINTED), "left": kinds_like(LEFT),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, asked)
        return [_row(*row) for row in cursor.fetchall()]


def _row(*row: object) -> Touched:
    found = Touched(*row)  # type: ignore[arg-type] # the columns are in the order of the fields
    return dataclasses.replace(found, kinds=tuple(found.kinds), people=tuple(found.people))
