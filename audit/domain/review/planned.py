"""Work with many files that is announced, so that nobody has to wonder about it later."""

from __future__ import annotations

import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST: Final = datetime.timedelta(days=14)
# what began is announced within a day, or it is no announcement
LATE: Final = datetime.timedelta(days=1)
AHEAD: Final = datetime.timedelta(days=60)


class Work(enum.StrEnum):
    """What is done with many files at once."""

    LETTERS = "letters"
    CHECK = "check"
    HANDOVER = "handover"
    COPIES = "copies"
    AUDIT = "audit"


WORK_WORDS: Final[Mapping[Work, str]] = MappingProxyType(
    {
        Work.LETTERS: "letters at the end of cases",
        Work.CHECK: "a check of files",
        Work.HANDOVER: "handing cases over",
        Work.COPIES: "copies and accountings that were asked for",
        Work.AUDIT: "an audit from outside",
    }
)


def decide_planned(
    since: datetime.datetime, until: datetime.datetime, at: datetime.datetime
) -> None:
    """Raise Invalid unless work from then until then can be announced now."""
    if since < at - LATE:
        raise Invalid("Work is announced before it begins, or within a day.", "since")
    if since > at + AHEAD:
        raise Invalid("Announce it nearer to its time: sixty days before at most.", "since")
    if until <= since:
        raise Invalid("Choose a later end.", "until")
    if until - since > LONGEST:
        raise Invalid("A fortnight at most. Announce the rest when it comes.", "until")
