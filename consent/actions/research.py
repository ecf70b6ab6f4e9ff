"""Who agreed to take part in research, by reference and never by name; and how many, by month."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
import clients.queries
from consent.domain.life_events import RESEARCH_READ
from consent.queries.research import takes_part
from counselling.access import Permission, require

if TYPE_CHECKING:
    import datetime

    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class TakesPart:
    """Somebody who agreed and whose word holds now."""

    reference: str
    since: datetime.datetime
    last_day: datetime.datetime | None


def who_takes_part(*, actor: Actor) -> list[TakesPart]:
    """List the references of those who agree now: one event with whose they are."""
    require(actor, Permission.SEE_RESEARCH)
    rows = takes_part()
    references = clients.queries.client_references({one.client for one in rows})
    audit.actions.record(
        actor=actor,
        kind=RESEARCH_READ,
        clients=sorted({one.client for one in rows}),
        rows=[one.consent for one in rows],
    )
    found = [TakesPart(references[one.client], one.since, one.last_day) for one in rows]
    return sorted(found, key=lambda one: one.reference)
