"""Count openings by day, at night apart: for the picture of a week, and of a case."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from counselling.access import Actor

# "act" is the first key of the canonical text; night is before six and from twenty-two on
_OPENINGS: Final = """
SELECT (e.recorded AT TIME ZONE %(zone)s)::date,
    count(*) FILTER (WHERE extract(hour FROM e.recorded AT TIME ZONE %(zone)s) BETWEEN 6 AND 21),
    count(*) FILTER (WHERE extract(hour FROM e.recorded AT TIME ZONE %(zone)s) NOT BETWEEN 6 AND 21)
FROM audit_event e
WHERE e.recorded >= %(since)s AND e.recorded < %(until)s AND e.actor <> %(self)s::uuid
  AND (%(case)s::uuid IS NULL OR e.case_id = %(case)s::uuid)
  AND (%(client)s::uuid IS NULL OR e.client = %(client)s::uuid)
  AND (e.client IS NOT NULL OR e.clients IS NOT NULL OR e.case_id IS NOT NULL)
  AND e.outcome = 'ok' AND starts_with(e.payload, '{"act":"R"')
  AND e.payload LIKE '%%"actor_kind":"staff"%%'
GROUP BY 1 ORDER BY 1
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Openings:
    """How often files were opened on a day, and how often in the night."""

    day: datetime.date
    by_day: int
    by_night: int

    @property
    def all(self) -> int:
        """Give both together."""
        return self.by_day + self.by_night


def openings(
    actor: Actor,
    *,
    since: datetime.datetime,
    until: datetime.datetime,
    zone: str,
    case: UUID | None = None,
    client: UUID | None = None,
) -> list[Openings]:
    """Give the days on which staff opened something, without the reviewer's own openings."""
    asked: dict[str, Any] = {
        "self": actor.id, "since": since, "until": until, "zone": zone, "case": case,
        "client": client,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_OPENINGS, asked)
        return [Openings(*row) for row in cursor.fetchall()]
