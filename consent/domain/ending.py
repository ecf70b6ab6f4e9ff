"""Before a permission ends by its date the client is asked; silence ends it, and never care."""

from __future__ import annotations

import datetime
import enum
from typing import Final

from consent.domain.answers import LONGEST_PERMISSION

SOON: Final = datetime.timedelta(days=30)


class EndAnswer(enum.StrEnum):
    """What a client says of a permission that ends soon."""

    NONE = ""
    KEEP = "keep"
    CHANGE = "change"


def asks_from(since: datetime.datetime, until: datetime.datetime) -> datetime.datetime:
    """Give from when on the client is asked: thirty days before, of a short one its second half."""
    return until - min(SOON, (until - since) / 2)


def proposed_until(
    since: datetime.date, last: datetime.date, today: datetime.date
) -> datetime.date:
    """Propose a last day for keeping it: as long again as it was given for, two years at most."""
    lasted = max(last - since, datetime.timedelta(days=1))
    return today + min(lasted, LONGEST_PERMISSION)
