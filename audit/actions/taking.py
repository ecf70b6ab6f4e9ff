"""Take part of the trail away as a file: counted and recorded first, then sent piece by piece."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final, Unpack

from audit import domain, queries
from audit.actions.looking import read_touched
from audit.actions.reading import told
from audit.actions.recording import record
from audit.queries import touching
from counselling import db
from counselling.access import Permission, require, require_step_up
from counselling.errors import Invalid

if TYPE_CHECKING:
    from uuid import UUID

    from audit.actions.looking import Period
    from audit.queries import Asked, Page
    from audit.queries.touching import Touched, Toucher
    from counselling.access import Actor

# more than that nobody reads in one file, and it is sent within a minute
MOST_TAKEN: Final = 100_000
TOO_MANY: Final = "These are more than {most:,} events. Choose a shorter period."
TOO_MANY_PEOPLE: Final = "More were touched than one list holds. Choose a shorter period."
TOO_FAR: Final = "Too much would have to be looked through. Choose a period, or a kind or person."


@dataclasses.dataclass(frozen=True, slots=True)
class Taking:
    """What somebody takes away: what they asked for until when, how much it is, its event."""

    asked: Asked
    count: int
    event: UUID
    at: datetime.datetime


def begin_taking(*, actor: Actor, form: str, **asked: Unpack[Asked]) -> Taking:
    """Count what somebody takes away and leave the event that says so, before anything leaves.

    Raises StepUpNeeded, Refused for who reviews nothing, Invalid for more than one file holds.
    """
    require(actor, Permission.REVIEW_TRAIL)
    at = db.now()
    require_step_up(actor, at)
    count = queries.how_many(actor, _ended(asked, at), MOST_TAKEN)
    if count is None or count > MOST_TAKEN:
        raise Invalid(TOO_FAR if count is None else TOO_MANY.format(most=MOST_TAKEN), "since")
    grant = record(
        actor=actor,
        kind=domain.TRAIL_TAKEN,
        client=asked.get("client"),
        case=asked.get("case"),
        detail={"form": form, "count": count, **told(asked, found=bool(count))},
    )
    return Taking(_ended(asked, at), count, grant.event, at)


def take_touched(*, actor: Actor, period: Period, **by: Unpack[Toucher]) -> list[Touched]:
    """Take away the list of whom somebody touched; that it was asked is an event, as on the page.

    Raises StepUpNeeded, and Invalid for what is no question or more than one list holds.
    """
    require(actor, Permission.REVIEW_TRAIL)
    require_step_up(actor, db.now())
    found = read_touched(actor=actor, period=period, **by)
    if len(found) > touching.MOST:
        raise Invalid(TOO_MANY_PEOPLE, "since")
    record(
        actor=actor,
        kind=domain.TRAIL_TAKEN,
        detail={"form": "touched", "count": len(found), **_said_of(by)},
    )
    return found


def _said_of(by: Toucher) -> dict[str, str]:
    return {name: str(value) for name, value in by.items() if value}


def _ended(asked: Asked, at: datetime.datetime) -> Asked:
    """End what is taken with this very moment, so that it does not grow while it is sent."""
    until, here = asked.get("until"), at + datetime.timedelta(microseconds=1)
    return {**asked, "until": min(until, here) if until else here, "before": None}


def go_on_taking(*, actor: Actor, taking: Taking, before: str | None) -> Page:
    """Give the next piece, in an act of its own: whoever may no longer look gets no more."""
    require(actor, Permission.REVIEW_TRAIL)
    return queries.stretch(actor, taking.asked, before)
