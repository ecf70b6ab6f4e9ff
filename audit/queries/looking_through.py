"""What the finder reads: everybody's events of a time, what is usual, what is announced."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection

from audit.domain.review import Relation, Settled, Usual
from audit.domain.review.planned import WORK_WORDS, Work
from audit.models import PlannedWork
from audit.queries.reading import MOST, entries_of
from counselling import db

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from audit.domain import Entry
    from audit.facts import Around
    from counselling.access import Actor

USUAL: Final = datetime.timedelta(days=60)
_EVENTS: Final = "SELECT recorded, id, actor, payload FROM audit_to_look_through(%s, %s)"
_DUE: Final = "SELECT audit_find_due()"
_FIRST: Final = "SELECT audit_first_event()"
_SETTLED: Final = "SELECT person, file, rule FROM audit_settled(%s)"
_USUAL: Final = """
SELECT u.person_id, sum(u.visits), sum(u.at_night), sum(u.without_session), (
    SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY busy.files)
    FROM audit_usualday h CROSS JOIN LATERAL unnest(h.hours) AS busy(files)
    WHERE h.person_id = u.person_id AND h.day >= %(since)s AND h.day < %(until)s)
FROM audit_usualday u WHERE u.day >= %(since)s AND u.day < %(until)s GROUP BY u.person_id
"""


# what somebody calls all their cases; at the office everybody is theirs to look up
_OWN: Final = frozenset(
    {Relation.ASSIGNED, Relation.FINISHING, Relation.COVER, Relation.SUPERVISION, Relation.OFFICE}
)


class Planned(NamedTuple):
    """Announced work that runs in a time; without cases it is the whole caseload."""

    person: UUID
    kind: str
    cases: frozenset[UUID]
    since: datetime.datetime
    until: datetime.datetime

    def meets(self, visit: Around, relation: Relation) -> bool:
        """Say whether a visit is part of it: to a case it names, or else to one of one's own."""
        meant = visit.case in self.cases if self.cases else relation in _OWN
        return self.person == visit.person and meant and self.since <= visit.at < self.until


def find_due() -> Iterator[tuple[UUID, ...]]:
    """Give one empty task where the log is to be looked through; it needs no id."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE)
        if cursor.fetchone() == (True,):
            yield ()


def first_event() -> datetime.datetime | None:
    """Give when the first event was; None without any, and to anybody but the machine."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST)
        found: datetime.datetime | None = cursor.fetchone()[0]
    return found


def events_between(since: datetime.datetime, until: datetime.datetime) -> list[Entry]:
    """Give everybody's events of a time, in order, without labels: the finder knows no names."""
    return [one for one in entries_of(_EVENTS, [since, until]) if one.kind]


def usual_before(day: datetime.date) -> dict[UUID, Usual]:
    """Give what is usual for each, in the sixty days before a day."""
    with connection.cursor() as cursor:
        cursor.execute(_USUAL, {"since": day - USUAL, "until": day})
        return {
            person: Usual(
                visits=visits, at_night=night, without_session=without, busiest=busiest or 0
            )
            for person, visits, night, without, busiest in cursor.fetchall()
        }


def settled(at: datetime.datetime) -> Settled:
    """Give which rules a reviewer explained of whom with which file, within half a year."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, [at])
        return Settled(cursor.fetchall())


def planned_between(since: datetime.datetime, until: datetime.datetime) -> list[Planned]:
    """Give the announced work that runs in a time."""
    rows = PlannedWork.objects.filter(since__lt=until, until__gt=since)
    return [
        Planned(
            one.person_id, one.kind, frozenset(one.case_ids), one.since,
            min(one.until, one.ended_at or one.until),
        )
        for one in rows
    ]  # fmt: skip


def planned_kind(found: Sequence[Planned], visit: Around, relation: Relation) -> str:
    """Give as what work a visit was announced; "" if it was not."""
    return next((one.kind for one in found if one.meets(visit, relation)), "")


@dataclasses.dataclass(frozen=True, slots=True)
class WorkRow:
    """Announced work, as who announced it sees it; `cases` is how many were named."""

    id: UUID
    words: str
    cases: int
    since: datetime.datetime
    last: datetime.datetime
    is_over: bool


def announced_work(actor: Actor) -> list[WorkRow]:
    """Give what the actor announced, the newest first."""
    at = db.now()
    rows = PlannedWork.objects.filter(person_id=actor.id).order_by("-since", "-id")[:MOST]
    return [
        WorkRow(
            one.pk, WORK_WORDS[Work(one.kind)], len(one.case_ids), one.since,
            one.until - datetime.timedelta(seconds=1),
            is_over=one.until <= at or one.ended_at is not None,
        )
        for one in rows
    ]  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Announced:
    """Work that somebody else announced, as who reviews their accesses sees it.

    `times` is how often they announced any in the sixty days until then, `afterwards` says that it
    had begun when they did.
    """

    person: UUID
    words: str
    cases: int
    since: datetime.datetime
    last: datetime.datetime
    afterwards: bool
    times: int


def work_of_others(actor: Actor, since: datetime.datetime) -> list[Announced]:
    """Give the work that ran or runs since then of whoever the actor reviews, the newest first."""
    found = PlannedWork.objects.exclude(person_id=actor.id).filter(until__gt=since - USUAL)
    rows = list(found.order_by("-since", "-id")[: 4 * MOST])
    return [
        Announced(
            one.person_id, WORK_WORDS[Work(one.kind)], len(one.case_ids), one.since,
            min(one.until, one.ended_at or one.until) - datetime.timedelta(seconds=1),
            afterwards=one.at > one.since,
            times=sum(
                other.person_id == one.person_id and one.at - USUAL < other.at <= one.at
                for other in rows
            ),
        )
        for one in rows
        if min(one.until, one.ended_at or one.until) > since
    ][:MOST]  # fmt: skip
