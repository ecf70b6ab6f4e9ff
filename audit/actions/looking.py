"""Show the trail as visits, whom somebody touched, what days look like: each with its event."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final, Unpack

from audit import domain
from audit.actions.reading import told
from audit.actions.recording import record
from audit.domain import touching
from audit.queries import picturing
from audit.queries import touching as asking
from audit.queries import visits as folded
from counselling.access import Permission, require
from counselling.errors import Invalid

if TYPE_CHECKING:
    from uuid import UUID

    from audit.queries import Asked
    from audit.queries.picturing import Openings
    from audit.queries.touching import Touched, Toucher
    from audit.queries.visits import Visits
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class Period:
    """From an instant until before another."""

    since: datetime.datetime
    until: datetime.datetime


# a picture of more days than that shows nothing, and costs much
LONGEST: Final = datetime.timedelta(days=366)


def read_visits(*, actor: Actor, **asked: Unpack[Asked]) -> Visits:
    """Show a reviewer one page of visits, and record what was asked and shown (AT-01)."""
    require(actor, Permission.REVIEW_TRAIL)
    page = folded.visits(actor, **asked)
    shown = sum(len(one.entries) for one in page.visits)
    record(
        actor=actor,
        kind=domain.TRAIL_READ,
        client=asked.get("client"),
        case=asked.get("case"),
        detail={"shown": shown, "visits": len(page.visits), **told(asked, found=bool(shown))},
    )
    return page


def read_touched(*, actor: Actor, period: Period, **by: Unpack[Toucher]) -> list[Touched]:
    """Show whom an account, a sitting or an address touched, and record that it was asked (BR-01).

    Raises Invalid where none of them is given, or the period ends before it begins.
    """
    require(actor, Permission.REVIEW_TRAIL)
    if not any(by.values()):
        raise Invalid("Choose a person, or give a sitting or an address.", "person")
    if period.until <= period.since:
        raise Invalid("The period ends before it begins.", "until")
    found = asking.touched(actor, since=period.since, until=period.until, **by)
    record(
        actor=actor,
        kind=touching.TOUCHED_READ,
        detail={
            "shown": min(len(found), asking.MOST),
            "since": domain.instant(period.since),
            "until": domain.instant(period.until),
            **{name: str(value) for name, value in by.items() if value},
        },
    )
    return found


def read_picture(
    *,
    actor: Actor,
    period: Period,
    zone: str,
    case: UUID | None = None,
    client: UUID | None = None,
) -> list[Openings]:
    """Show how often files were opened each day, and record that it was asked.

    Raises Invalid for a period that is none, or that is longer than a year.
    """
    require(actor, Permission.REVIEW_TRAIL)
    if not datetime.timedelta() < period.until - period.since <= LONGEST:
        raise Invalid("Choose a period of a day to a year.", "until")
    found = picturing.openings(
        actor, since=period.since, until=period.until, zone=zone, case=case, client=client
    )
    record(
        actor=actor,
        kind=touching.PICTURE_READ,
        client=client,
        case=case,
        detail={"since": domain.instant(period.since), "until": domain.instant(period.until)},
    )
    return found
