"""Which activities clients allow now: whatever needs a clause asks here when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consent.domain.activities import decide_allows
from consent.models import Consent
from consent.queries.consents import fact_of
from counselling import db

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from consent.domain.activities import WhyOff


def allows(client: UUID, activity: str, at: datetime.datetime | None = None) -> bool:
    """Say whether a client's word allows an activity at an instant; without one, now."""
    return why_off(client, activity, at) is None


def why_off(client: UUID, activity: str, at: datetime.datetime | None = None) -> WhyOff | None:
    """Give None where a client allows an activity, else why it is off."""
    return reasons([client], activity, at)[client]


def allowed(clients: Iterable[UUID], activity: str) -> set[UUID]:
    """Give who of several people allow an activity now: one question."""
    return {one for one, why in reasons(clients, activity).items() if why is None}


def reasons(
    clients: Iterable[UUID], activity: str, at: datetime.datetime | None = None
) -> dict[UUID, WhyOff | None]:
    """Give for each of several people None, or why an activity is off: one question."""
    ids = list(clients)
    found = Consent.objects.filter(client_id__in=ids, activity=activity)
    rows = list(found.select_related("withdrawal", "replacement"))
    instant = at or db.now()
    return {
        one: decide_allows(
            (fact_of(row) for row in rows if row.client_id == one), activity=activity, at=instant
        )
        for one in ids
    }
