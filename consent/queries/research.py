"""Research: whose word for it holds now, and how many gave and ended it in each month."""

from __future__ import annotations

import collections
import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from consent.domain.activities import Activity
from consent.domain.covers import ConsentState
from consent.models import Consent
from consent.queries.consents import fact_of
from counselling import db

if TYPE_CHECKING:
    from uuid import UUID

_MOMENT: Final = datetime.timedelta(seconds=1)


@dataclasses.dataclass(frozen=True, slots=True)
class ResearchRow:
    """One permission for research that holds now."""

    client: UUID
    consent: UUID
    since: datetime.datetime
    last_day: datetime.datetime | None


def takes_part() -> list[ResearchRow]:
    """Give whose word holds now, of everybody whose consents the actor sees."""
    at = db.now()
    return [
        ResearchRow(
            one.client_id, one.pk, one.since, None if one.until is None else one.until - _MOMENT
        )
        for one in _research()
        if fact_of(one).state(at) is ConsentState.LIVE
    ]


def research_by_month() -> list[tuple[str, int, int]]:
    """Give for each month how many agreed and how many ended it, by stopping or by its date."""
    at = db.now()
    agreed: collections.Counter[str] = collections.Counter()
    ended: collections.Counter[str] = collections.Counter()
    for one in _research():
        fact = fact_of(one)
        agreed[_month(fact.since)] += 1
        ends = [end for end in (fact.withdrawn_at, fact.replaced_at, fact.until) if end]
        if ends and min(ends) <= at:
            ended[_month(min(ends))] += 1
    return [(month, agreed[month], ended[month]) for month in sorted({*agreed, *ended})]


def _month(at: datetime.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m}"


def _research() -> list[Consent]:
    found = Consent.objects.filter(activity=Activity.RESEARCH)
    return list(found.select_related("withdrawal", "replacement"))
