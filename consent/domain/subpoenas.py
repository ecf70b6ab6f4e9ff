"""Subpoenas and legal holds: who asks, what happens to it, and when something is over."""

from __future__ import annotations

import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Sender(enum.StrEnum):
    """Who signed a subpoena, as far as it makes a difference; none of them is a court's order."""

    LAWYER = "lawyer"
    CLERK = "clerk"
    AGENCY = "agency"
    GRAND_JURY = "grand_jury"


class Step(enum.StrEnum):
    """What happened to a subpoena on a day."""

    TALKED = "talked"
    OBJECTED = "objected"
    ORDERED = "ordered"
    QUASHED = "quashed"
    COMPLIED = "complied"
    WITHDRAWN = "withdrawn"


class NoticeState(enum.StrEnum):
    """How far telling the client is; `person` waits for somebody who tells them."""

    WAITING = "waiting"
    SENT = "sent"
    PERSON = "person"
    TOLD = "told"


class HowTold(enum.StrEnum):
    """How somebody told the client."""

    ROOM = "room"
    PHONE = "phone"
    LETTER = "letter"


class WhyHeld(enum.StrEnum):
    """Why nothing of a client may be erased."""

    SUBPOENA = "subpoena"
    PROCEEDINGS = "proceedings"
    COMPLAINT = "complaint"
    INQUIRY = "inquiry"


class HoldAnswer(enum.StrEnum):
    """What the second person says to the end of a hold."""

    END = "end"
    KEEP = "keep"


SENDER_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Sender.LAWYER: "a lawyer",
        Sender.CLERK: "the clerk of a court",
        Sender.AGENCY: "an authority",
        Sender.GRAND_JURY: "a grand jury",
    }
)
STEP_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Step.TALKED: "talked about it with a lawyer",
        Step.OBJECTED: "objected",
        Step.ORDERED: "a court ordered it",
        Step.QUASHED: "quashed by the court",
        Step.COMPLIED: "answered",
        Step.WITHDRAWN: "withdrawn by who sent it",
    }
)
NOTICE_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        NoticeState.WAITING: "about to be told",
        NoticeState.SENT: "a letter went, their space shows it",
        NoticeState.PERSON: "somebody has to tell them",
        NoticeState.TOLD: "told",
    }
)
HOW_TOLD_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {HowTold.ROOM: "in the room", HowTold.PHONE: "by phone", HowTold.LETTER: "by letter"}
)
WHY_HELD_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        WhyHeld.SUBPOENA: "a subpoena",
        WhyHeld.PROCEEDINGS: "proceedings",
        WhyHeld.COMPLAINT: "a complaint",
        WhyHeld.INQUIRY: "an inquiry",
    }
)
# after one of these nothing more is done about a subpoena
OVER: Final = frozenset({Step.QUASHED, Step.COMPLIED, Step.WITHDRAWN})
# who only wrote to a client's space waits so long before somebody has to ask them
UNREAD: Final = datetime.timedelta(days=7)
TRIES: Final = 5


def is_over(steps: Collection[str]) -> bool:
    """Say whether a subpoena is over by what happened to it."""
    return not OVER.isdisjoint(steps)


def next_day(
    steps: Collection[str], object_by: datetime.date | None, due_on: datetime.date
) -> datetime.date | None:
    """Give the day that comes next: to object until, or to answer by; none once it is over.

    Who has objected waits for the court, until it orders.
    """
    if is_over(steps) or (Step.OBJECTED in steps and Step.ORDERED not in steps):
        return None
    return due_on if object_by is None or Step.ORDERED in steps else min(object_by, due_on)
