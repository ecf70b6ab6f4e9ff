"""When a client is told of what went on a legal basis: now, or on a day somebody else agrees to."""

from __future__ import annotations

import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

# nobody is left in the dark for longer without somebody deciding it again
LONGEST_DELAY: Final = datetime.timedelta(days=30)
# so long what did not wait for a second person is kept back until that person has looked
UNTIL_LOOKED_AT: Final = datetime.timedelta(hours=24)
# a page that a person did not answer is tried again after this, then longer
TRY_AGAIN: Final = datetime.timedelta(minutes=2)


class NoticeState(enum.StrEnum):
    """How far telling the client is; `person` waits for somebody who tells them."""

    WAITING = "waiting"
    PERSON = "person"
    TOLD = "told"
    # nothing went in the end, so there is nothing to tell
    NOTHING = "nothing"


class HowTold(enum.StrEnum):
    """How the client came to know."""

    LETTER = "letter"
    PERSON = "person"


HOW_WORDS: Final[Mapping[HowTold, str]] = MappingProxyType({
    HowTold.LETTER: "by a letter that says where to look",
    HowTold.PERSON: "by somebody here, in person",
})  # fmt: skip


def decide_later(
    now: datetime.datetime, until: datetime.datetime | None, why: str
) -> datetime.datetime | None:
    """Give until when a client is not told; None where they are told now.

    Raises Invalid for a day that has gone or is too far, and for no reason.
    """
    if until is None:
        return None
    if not now < until <= now + LONGEST_DELAY:
        message = f"Choose a day within the next {LONGEST_DELAY.days} days."
        raise Invalid(message, "day")
    if not why.strip():
        raise Invalid("Say why the client is told later.", "why_later")
    return until


def told_from(
    at: datetime.datetime,
    *,
    tell_at: datetime.datetime | None,
    immediate: bool,
    stated_by: UUID,
    agreed_by: UUID | None,
    decided: bool,
) -> tuple[datetime.datetime, UUID | None]:
    """Give from when a client is told of something that goes `at` this instant, and who agreed.

    What did not wait for a second person is kept back for a day at most, until they have looked.
    """
    if tell_at is None or tell_at <= at:
        return at, None
    if agreed_by is not None:
        return min(tell_at, at + LONGEST_DELAY), agreed_by
    if immediate and not decided:
        return min(tell_at, at + UNTIL_LOOKED_AT), stated_by
    return at, None
