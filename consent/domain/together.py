"""When it is time to go through what somebody agreed to, together with them."""

from __future__ import annotations

import datetime
import enum
from typing import Final

ENDS_SOON: Final = datetime.timedelta(days=30)
# six months
LONG_AGO: Final = datetime.timedelta(days=183)


class Why(enum.StrEnum):
    """What makes it time."""

    NEVER = "not gone through together yet"
    CHANGED = "changed since you last went through it"
    ENDS = "something ends within 30 days"
    LONG = "last gone through six months ago"


def decide_going_through(
    *,
    last: datetime.datetime | None,
    changed: datetime.datetime | None,
    ends: datetime.datetime | None,
    at: datetime.datetime,
) -> Why | None:
    """Say why it is time, if it is: after a change, before an end, or after half a year.

    `changed` is when something was last given or stopped, None where nothing ever was; `ends` is
    when the next of what holds now is over.
    """
    if changed is None:
        return None
    if last is None:
        return Why.NEVER
    if changed > last:
        return Why.CHANGED
    if ends is not None and last < ends - ENDS_SOON <= at:
        return Why.ENDS
    return Why.LONG if at - last >= LONG_AGO else None
