"""The rules of a danger to life: what must be written down, and when the client is told (DS-06)."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from audit.domain import Act, EventKind, register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST_FACT: Final = 10_000
# who was told on the first page; whoever comes later is added under it
MOST_TOLD: Final = 3
# nobody is left in the dark for longer without somebody deciding it again, with a reason
LONGEST_DELAY: Final = datetime.timedelta(days=30)
# so long before the day it stands among what waits
NOTICE: Final = datetime.timedelta(days=2)


class Endangered(enum.StrEnum):
    """Whose life it is about."""

    CLIENT = "client"
    PERSON = "person"
    CHILD = "child"
    OTHERS = "others"


class AdditionKind(enum.StrEnum):
    """What is added under a danger record, since the record itself never changes."""

    MORE = "more"
    TOLD = "told"
    CLIENT_TOLD = "client_told"
    LATER = "later"


ENDANGERED_WORDS: Final[Mapping[Endangered, str]] = MappingProxyType({
    Endangered.CLIENT: "the client's own",
    Endangered.PERSON: "somebody we can name",
    Endangered.CHILD: "a child's",
    Endangered.OTHERS: "people we cannot name",
})  # fmt: skip

ADDITION_WORDS: Final[Mapping[AdditionKind, str]] = MappingProxyType({
    AdditionKind.MORE: "Further facts",
    AdditionKind.TOLD: "Somebody else was told",
    AdditionKind.CLIENT_TOLD: "The client was told",
    AdditionKind.LATER: "The client is told on another day",
})  # fmt: skip


class TellingRefused(ValueError):
    """A telling of the client that the rules do not allow; the message is for a person."""


@dataclasses.dataclass(frozen=True, slots=True)
class Telling:
    """When the client is told: from `told_at` on their own pages list it; `done` by a person."""

    told_at: datetime.datetime
    done: bool

    def shown(self, at: datetime.datetime) -> bool:
        """Say whether the client's own pages may list it."""
        return self.told_at <= at

    @property
    def last(self) -> datetime.datetime:
        """Give the last instant to tell them oneself; told_at is the midnight after a day."""
        return self.told_at - datetime.timedelta(seconds=1)

    def due(self, at: datetime.datetime) -> bool:
        """Say whether it is time to tell them."""
        return not self.done and self.told_at - NOTICE <= at


def telling(
    recorded_at: datetime.datetime,
    told_at: datetime.datetime,
    added: Iterable[tuple[AdditionKind, datetime.datetime | None]],
) -> Telling:
    """Give how things stand after what was added, oldest first; the newest date counts."""
    now = Telling(told_at, done=told_at <= recorded_at)
    for kind, at in added:
        done = now.done or kind is AdditionKind.CLIENT_TOLD
        now = Telling(now.told_at if at is None else at, done=done)
    return now


def decide_delay(now: datetime.datetime, until: datetime.datetime | None) -> datetime.datetime:
    """Give when the client is told of a new record; None says they know already."""
    if until is None:
        return now
    if not now < until <= now + LONGEST_DELAY:
        message = f"Choose a day within the next {LONGEST_DELAY.days} days."
        raise TellingRefused(message)
    return until


def decide_addition(
    kind: AdditionKind,
    before: Telling,
    now: datetime.datetime,
    until: datetime.datetime | None = None,
) -> datetime.datetime | None:
    """Give the new instant of telling, None where it stays; what was told stays told."""
    if kind is AdditionKind.CLIENT_TOLD:
        return None if before.shown(now) else now
    if kind is not AdditionKind.LATER:
        return None
    if before.done or before.shown(now):
        message = "The client knows already. That cannot be taken back."
        raise TellingRefused(message)
    if until is None:
        message = "Choose the day."
        raise TellingRefused(message)
    return decide_delay(now, until)


DANGER_RECORDED: Final = EventKind("danger.recorded", Act.CREATE, "recorded a danger to life")
DANGER_OPENED: Final = EventKind("danger.opened", Act.READ, "read the record of a danger to life")
DANGER_ADDED_TO: Final = EventKind(
    "danger.added-to", Act.CREATE, "added to the record of a danger to life"
)
register(DANGER_RECORDED, DANGER_OPENED, DANGER_ADDED_TO)
# no page of the client's lists one of these before the instant its row is told
UNTOLD_KINDS: Final = frozenset(
    one.code for one in (DANGER_RECORDED, DANGER_OPENED, DANGER_ADDED_TO)
)
