"""Look through the log, a day at a time, and keep what a reviewer should look at (AT-13).

A day is looked at again until it is over; then it counts for what is usual, and is left. All of one
look is one transaction, and the same look again keeps nothing twice: it may be killed at any time.
"""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.utils import timezone

from audit import domain
from audit.actions.drawing import draw_ordinary
from audit.actions.recording import record
from audit.domain import review
from audit.domain.visits import GAP
from audit.facts import Around, facts_of, staff_among
from audit.models import FindMark, UsualDay
from audit.queries import looking_through as log
from counselling import db
from counselling.access import Permission, require

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from audit.domain import Entry
    from audit.domain.review import Asked, Facts, Found, Usual
    from audit.domain.visits import Visit
    from counselling.access import Actor

_DAY: Final = datetime.timedelta(days=1)
# a transaction that began before midnight may commit after it
_GRACE: Final = datetime.timedelta(hours=2)
_SUNDAY: Final = 6
MOST_EVENTS: Final = 200
# the same visit is found once, whatever is known of it later and whatever commits late
_KEEP: Final = """
INSERT INTO audit_finding (id, rule, person_id, role, client_id, case_id, began, ended, count,
    events, facts, found_at)
SELECT %(id)s, %(rule)s, %(person)s, %(role)s, %(client)s, %(case)s, %(began)s, %(ended)s,
    %(count)s, %(events)s, %(facts)s, now()
WHERE NOT EXISTS (
    SELECT FROM audit_finding f
    WHERE f.person_id = %(person)s AND f.client_id IS NOT DISTINCT FROM %(client)s
      AND f.case_id IS NOT DISTINCT FROM %(case)s
      AND f.began <= %(ended)s AND f.ended >= %(began)s
      AND (f.rule <> 'ordinary' OR %(rule)s = 'ordinary'))
"""


@dataclasses.dataclass(frozen=True, slots=True)
class _Stretch:
    """What is looked at: from the beginning of a day to its end, or to now."""

    since: datetime.datetime
    until: datetime.datetime
    is_over: bool

    @property
    def day(self) -> datetime.date:
        """Give the day it is of."""
        return timezone.localtime(self.since).date()


def find(*, actor: Actor) -> bool:
    """Look through one day; say whether there is another that is over and not looked through."""
    require(actor, Permission.RUN_JOB)
    mark = _mark()
    if mark is None:
        return False
    at = db.now()
    stretch = _stretch(mark.day, at)
    found = _look(stretch)
    # of the week that is just over: a log that is first looked through now draws none of its past
    if stretch.is_over and stretch.day.weekday() == _SUNDAY and at < stretch.until + 7 * _DAY:
        draw_ordinary(stretch.since - _SUNDAY * _DAY, stretch.until)
    if stretch.is_over:
        mark.day = stretch.day + _DAY
    mark.at = at
    mark.save()
    if found:
        record(actor=actor, kind=domain.FOUND, detail={"found": found})
    return stretch.is_over


def _mark() -> FindMark | None:
    """Give how far the log was looked through; None where another worker is at it, or no log is."""
    first = log.first_event()
    if first is None:
        return None
    day = timezone.localtime(first).date()
    FindMark.objects.bulk_create([FindMark(day=day, at=first)], ignore_conflicts=True)
    return FindMark.objects.select_for_update(skip_locked=True).first()


def _stretch(day: datetime.date, at: datetime.datetime) -> _Stretch:
    since, until = _midnight(day), _midnight(day + _DAY)
    over = at >= until + _GRACE
    return (
        _Stretch(since, until, is_over=True) if over else _Stretch(since, at - GAP, is_over=False)
    )


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _look(stretch: _Stretch) -> int:
    """Judge the visits that began in a stretch, and what was done with accounts; give how many."""
    before = max(review.ASKED_BEFORE, GAP)
    entries = log.events_between(stretch.since - before, stretch.until + _GRACE)
    visits = [one for one in review.visits_of(entries, stretch.since, stretch.until)
              if stretch.is_over or one.ended < stretch.until]  # fmt: skip
    facts = known(visits, entries)
    usual = log.usual_before(stretch.day)
    found = 0
    for asked in asked_of(visits, facts, usual):
        one = review.judge(asked)
        if one is not None and not review.may_wait(one, db.now()):
            found += keep(one, told(asked, one))
    within = [one for one in entries if stretch.since <= one.when < stretch.until]
    for one in (*_at_doors(entries, stretch), *review.by_machine(within)):
        found += keep(one, {"signals": list(one.signals)})
    if stretch.is_over:
        _keep_usual(stretch.day, visits, facts)
    return found


def _at_doors(entries: Sequence[Entry], stretch: _Stretch) -> list[Found]:
    """Give what was done with accounts of staff and ended in a stretch; it may begin before it."""
    staff = staff_among({one.row for one in entries if one.row})
    accounts = [one for one in entries if one.row is None or one.row in staff]
    found = review.in_accounts(accounts)
    return [one for one in found if stretch.since <= one.ended < stretch.until]


def known(visits: Sequence[Visit], entries: Sequence[Entry]) -> list[Facts]:
    """Give what is known around visits: from the apps, from the log, from what was announced."""
    if not visits:
        return []
    arounds = [_around(one) for one in visits]
    wanted = review.Wanted(entries)
    planned = log.planned_between(visits[0].began, visits[-1].began + _DAY)
    settled = log.settled(visits[-1].ended)
    return [
        dataclasses.replace(
            facts,
            asked_for=facts.asked_for or wanted.around(visit),
            planned=log.planned_kind(planned, around, facts.relation),
            settled=settled.of(around.person, around.file),
        )
        for facts, visit, around in zip(facts_of(arounds), visits, arounds, strict=True)
    ]


def _around(visit: Visit) -> Around:
    case = next((one.case for one in visit.entries if one.case), None)
    client = visit.clients[0] if len(visit.clients) == 1 else None
    return Around(visit.newest.who, client, case, visit.began)


def asked_of(
    visits: Sequence[Visit], facts: Sequence[Facts], usual: dict[UUID, Usual]
) -> list[Asked]:
    """Put together what the rules are asked."""
    local, files = timezone.get_default_timezone(), review.files_around(visits)
    return [
        review.Asked(
            visit, known, review.usual_of(visit.newest.role, usual.get(visit.newest.who, _NONE)),
            many, local,
        )
        for visit, known, many in zip(visits, facts, files, strict=True)
    ]  # fmt: skip


_NONE: Final = review.Usual()


def told(asked: Asked, found: Found) -> dict[str, Any]:
    """Give what a reviewer is told around a visit, in codes and numbers."""
    facts = asked.facts
    said: dict[str, Any] = {
        "signals": list(found.signals),
        "relation": facts.relation.value,
        "nearest_days": None if facts.nearest is None else facts.nearest.days,
        "ended_days": None if facts.ended is None else facts.ended.days,
        "planned": facts.planned or None,
    }
    if "many-files" in found.signals:
        said |= {"files": asked.files, "busiest": asked.usual.busiest}
    return {name: value for name, value in said.items() if value is not None}


def keep(found: Found, facts: dict[str, Any]) -> bool:
    """Keep a finding, unless this visit is one already; say whether it was kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "id": db.uuid7(), "rule": found.rule, "person": found.person, "role": found.role,
                "client": found.client, "case": found.case, "began": found.began,
                "ended": found.ended, "count": len(found.events),
                "events": list(found.events[:MOST_EVENTS]), "facts": domain.canonical(facts),
            },
        )  # fmt: skip
        return bool(cursor.rowcount)


def _keep_usual(day: datetime.date, visits: Sequence[Visit], facts: Sequence[Facts]) -> None:
    local = timezone.get_default_timezone()
    UsualDay.objects.bulk_create(
        [
            UsualDay(
                person_id=person, day=day, visits=one.visits, at_night=one.at_night,
                without_session=one.without_session, hours=one.hours,
            )
            for person, one in review.days(visits, facts, local).items()
        ],
        ignore_conflicts=True,
    )  # fmt: skip
