"""Draw ordinary visits by chance, so that reviewers also see what nobody suspects."""

from __future__ import annotations

import secrets
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.db import connection

from audit.domain import review
from audit.facts import Around, facts_of
from audit.queries import looking_through as log
from counselling import db

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from audit.domain.visits import Visit

A_WEEK: Final = 5
_REVIEWERS: Final = "SELECT reviewer, person FROM audit_reviewers()"
_CHANCE: Final = secrets.SystemRandom()


def draw_ordinary(since: datetime.datetime, until: datetime.datetime) -> int:
    """Keep five ordinary visits of a week for each reviewer; give how many were drawn."""
    from audit.actions.finding import keep  # noqa: PLC0415 the two call each other

    visits = review.visits_of(log.events_between(since, until), since, until)
    theirs = _theirs()
    _CHANCE.shuffle(visits)
    drawn: dict[UUID, int] = defaultdict(int)
    for visit in visits:
        waiting = [one for one in theirs[visit.newest.who] if drawn[one] < A_WEEK]
        waiting = waiting and _without_kept_out(waiting, visit)
        if not waiting:
            continue
        reviewer = min(waiting, key=lambda one: drawn[one])
        drawn[reviewer] += keep(_ordinary(visit), {"reviewer": str(reviewer), "signals": []})
    return sum(drawn.values())


def _without_kept_out(reviewers: list[UUID], visit: Visit) -> list[UUID]:
    """Leave out who may not open that file: they would not see what was drawn for them."""
    found, at = _ordinary(visit), db.now()
    asked = [Around(one, found.client, found.case, at) for one in reviewers]
    return [
        one
        for one, facts in zip(reviewers, facts_of(asked), strict=True)
        if not (facts.shut_out or facts.own)
    ]


def _theirs() -> dict[UUID, list[UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(_REVIEWERS)
        rows = cursor.fetchall()
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for reviewer, person in sorted(set(rows)):
        found[person].append(reviewer)
    return found


def _ordinary(visit: Visit) -> review.Found:
    return review.found_of(review.ORDINARY, (), visit)
