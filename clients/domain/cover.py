"""Cover: from when until when a colleague may stand in."""

from __future__ import annotations

import datetime
from typing import Final

from counselling.errors import Invalid

LONGEST: Final = datetime.timedelta(days=92)


def decide_dates(since: datetime.datetime, until: datetime.datetime, at: datetime.datetime) -> None:
    """Raise Invalid unless cover may run between these instants."""
    if until <= since or until <= at:
        raise Invalid("Choose a last day that is still to come.", "until")
    if until - since > LONGEST:
        raise Invalid("Three months at most. After that the case is better offered.", "until")
