"""When the witness by mail is told again, and when people are told that it cannot be."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Final

DAY: Final = datetime.timedelta(days=1)
# so many events more than the letter before are worth another the same day
MANY: Final = 10_000
# so long the file may be away before somebody is called: a volume is mounted again, a disk emptied
PATIENCE: Final = datetime.timedelta(hours=1)
WEEK: Final = datetime.timedelta(days=7)
LONGEST: Final = datetime.timedelta(hours=1)
# with an hour between tries, that is about a day, and then about a week
FIRST_ALARM: Final = 26
NEXT_ALARM: Final = 168


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What is known of the letters before; sizes are numbers of events."""

    size: int = 0
    at: datetime.datetime | None = None
    failures: int = 0
    tried_at: datetime.datetime | None = None


def is_mail_due(told: Told, size: int, now: datetime.datetime) -> bool:
    """Say whether a log of this size is to be told now: once a day, and when it grew much."""
    if size <= told.size:
        return False
    if told.failures and told.tried_at:
        wait = min(datetime.timedelta(minutes=2 ** min(told.failures, 10)), LONGEST)
        return now - told.tried_at >= wait
    return told.at is None or now - told.at >= DAY or size - told.size >= MANY


def is_worth_an_alarm(failures: int) -> bool:
    """Say whether people are told at this very failure."""
    late = failures - FIRST_ALARM
    return late >= 0 and late % NEXT_ALARM == 0


def is_absence_to_be_told(
    now: datetime.datetime,
    failing_since: datetime.datetime | None,
    replaced_at: datetime.datetime | None,
    told_at: datetime.datetime | None,
) -> bool:
    """Say whether people are told that the file cannot be written, or is not the one it was."""
    if replaced_at and (told_at is None or told_at < replaced_at):
        return True
    if failing_since is None or now - failing_since < PATIENCE:
        return False
    return told_at is None or told_at < failing_since or now - told_at >= WEEK
