"""With whom it is time to go through what they agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from consent.domain.together import Why, decide_going_through
from consent.models import Consent, GoneThrough
from consent.queries.consents import fact_of
from counselling import db

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from consent.domain.covers import ConsentFact


def going_through(client_ids: Iterable[UUID]) -> dict[UUID, Why]:
    """Say with whom and why; two questions, however many people."""
    ids = list(client_ids)
    at = db.now()
    done = GoneThrough.objects.filter(client_id__in=ids).values("client_id")
    last = dict(done.annotate(last=Max("at")).values_list("client_id", "last"))
    facts: dict[UUID, list[ConsentFact]] = {}
    found = Consent.objects.filter(client_id__in=ids).select_related("withdrawal", "replacement")
    for one in found:
        facts.setdefault(one.client_id, []).append(fact_of(one))
    decided = {one: _why(last.get(one), facts.get(one, []), at) for one in ids}
    return {one: why for one, why in decided.items() if why is not None}


def last_gone_through(client_id: UUID) -> datetime.datetime | None:
    """Say when permissions were last gone through with a client."""
    found = GoneThrough.objects.filter(client_id=client_id).order_by("-at")
    return found.values_list("at", flat=True).first()


def _why(
    last: datetime.datetime | None, facts: list[ConsentFact], at: datetime.datetime
) -> Why | None:
    turns = [
        moment
        for one in facts
        for moment in (one.since, one.until, one.withdrawn_at, one.replaced_at)
        if moment is not None
    ]
    over = {one.id for one in facts if one.withdrawn_at or one.replaced_at}
    ahead = [one.until for one in facts if one.until and one.until > at and one.id not in over]
    return decide_going_through(
        last=last,
        changed=max((one for one in turns if one <= at), default=None),
        ends=min(ahead, default=None),
        at=at,
    )
