"""What a client sees of who opened their file, asks about it, and wants to be told of it."""

from __future__ import annotations

import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from audit.domain import Act, EventKind, register
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Mapping

# the office's and the machine's work is a grey line a day
FOLDED: Final = frozenset({"front_desk", "service", "administrator"})
# no reading, but with these somebody could come to act as the client, or send their mail elsewhere
TOLD: Final = frozenset({
    "portal.given", "client.amended", "card.set", "emergency.begun", "capacity.decided",
    "guardian.invited",
})  # fmt: skip
LISTS: Final = frozenset({"client.listed", "people.searched"})
ONE_VISIT: Final = datetime.timedelta(minutes=30)
ANSWER_WITHIN: Final = 5
_SATURDAY: Final = 5


def is_routine(role: str, kind: str) -> bool:
    """Say whether an opening is part of a day's routine, which names nobody."""
    return (role in FOLDED and kind not in TOLD) or kind in LISTS


def answer_by(asked: datetime.date, days: int = ANSWER_WITHIN) -> datetime.date:
    """Give the last day to answer what was asked on that day: working days, none on a weekend."""
    day = asked
    while days:
        day += datetime.timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day


class Wish(enum.StrEnum):
    """When a client wants to be written to about openings; nobody chooses it for them."""

    NEW = "new"
    ALWAYS = "always"
    EMERGENCY = "emergency"


WISH_WORDS: Final[Mapping[Wish, str]] = MappingProxyType({
    Wish.NEW: say("When somebody opens it who never opened it before"),
    Wish.ALWAYS: say("Whenever somebody opens it, with one message a day at most"),
    Wish.EMERGENCY: say("Only when it was opened in an emergency"),
})  # fmt: skip
LETTER_EVERY: Final = datetime.timedelta(hours=24)


class AskedState(enum.StrEnum):
    """Where a question stands."""

    WAITS = "waits"
    LATE = "late"
    ANSWERED = "answered"


OPENING_ASKED: Final = EventKind(
    "opening.asked", Act.CREATE, "asked about an opening of their file"
)
OPENING_ANSWERED: Final = EventKind(
    "opening.answered", Act.CREATE, "answered a client about an opening of their file"
)
OPENING_QUESTION_READ: Final = EventKind(
    "opening.question-read", Act.READ, "read what a client asks about an opening of their file"
)
OPENING_OWN_READ: Final = EventKind(
    "opening.own-read", Act.READ, "read what became of a question about an opening"
)
OPENING_TENDED: Final = EventKind(
    "opening.tended", Act.EXECUTE, "told whom it concerns of a question about an opening"
)
OPENINGS_WISHED: Final = EventKind(
    "openings.wished", Act.UPDATE, "chose when to be written to about openings of their file"
)
OPENINGS_TOLD: Final = EventKind(
    "openings.told", Act.EXECUTE, "looked for whom wants to hear whether their file was opened"
)
OPENINGS_PRINTED: Final = EventKind(
    "openings.printed", Act.READ, "made a list for a client of who opened their file"
)
register(
    OPENING_ASKED, OPENING_ANSWERED, OPENING_QUESTION_READ, OPENING_OWN_READ, OPENING_TENDED,
    OPENINGS_WISHED, OPENINGS_TOLD, OPENINGS_PRINTED,
)  # fmt: skip
