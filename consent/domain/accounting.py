"""What has to be accounted for by law, for how long back, and by when an accounting is given."""

from __future__ import annotations

import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.errors import Invalid
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class AskedHow(enum.StrEnum):
    """How a client asked for an accounting."""

    SPACE = "space"
    LETTER = "letter"
    ROOM = "room"
    PHONE = "phone"


class Statement(enum.StrEnum):
    """How an official said that an accounting would be in their way."""

    WRITTEN = "written"
    ORAL = "oral"


class Form(enum.StrEnum):
    """As what an accounting was given."""

    PDF = "pdf"
    CSV = "csv"


ASKED_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        AskedHow.SPACE: "in their space",
        AskedHow.LETTER: "by letter",
        AskedHow.ROOM: "in the room",
        AskedHow.PHONE: "by phone",
    }
)
STATEMENT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {Statement.WRITTEN: "in writing", Statement.ORAL: "by word of mouth"}
)
# 45 CFR 164.528: six years back, an answer within 60 days, thirty more once
YEARS: Final = 6
DUE: Final = datetime.timedelta(days=60)
LONGER: Final = datetime.timedelta(days=30)
FREE_AGAIN: Final = datetime.timedelta(days=365)
# what an official only said holds so long
ORAL_LASTS: Final = datetime.timedelta(days=30)
WRITTEN_LASTS: Final = datetime.timedelta(days=3 * 365)
# 42 CFR 2.25: what went with consent of substance use records, three years back
PART_TWO: Final = frozenset({"sud_notes"})
PART_TWO_YEARS: Final = 3


def years_before(day: datetime.date, years: int) -> datetime.date:
    """Give the same day some years before; the last of February for the one that is not there."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def decide_period(since: datetime.date, until: datetime.date, today: datetime.date) -> None:
    """Raise Invalid unless a period lies behind today and is one."""
    if until > today:
        raise Invalid(say("Choose a day that is not after today."), "until")
    if since > until:
        raise Invalid(say("The first day is after the last."), "since")


def must_account(
    *, by_law: bool, categories: Collection[str], on: datetime.date, today: datetime.date
) -> bool:
    """Say whether the law has a disclosure accounted for; the product accounts for every one.

    What the client allowed in writing need not be, but for substance use records.
    """
    if by_law:
        return on >= years_before(today, YEARS)
    return not PART_TWO.isdisjoint(categories) and on >= years_before(today, PART_TWO_YEARS)


def decide_suspension(form: Statement, at: datetime.datetime, until: datetime.datetime) -> None:
    """Raise Invalid unless what an official said holds at all, and not for longer than it may."""
    if until <= at:
        raise Invalid("Choose a day that is still to come.", "until")
    if form is Statement.ORAL and until > at + ORAL_LASTS:
        raise Invalid("What was only said holds for 30 days at most.", "until")
    if until > at + WRITTEN_LASTS:
        raise Invalid("Three years at most; it can be stated again.", "until")
