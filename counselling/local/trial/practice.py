"""Who works in the practice of the trial, and who comes to it."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from random import Random

MONDAY: Final = datetime.date(2026, 1, 5)
WEEK: Final = 5


@dataclasses.dataclass(slots=True, eq=False)
class Person:
    """Somebody who works here: when, how, and where they live."""

    id: UUID
    role: str
    surname: str
    street: str
    days: tuple[int, ...]
    writes_late: bool
    came: datetime.date
    left: datetime.date | None = None
    away: tuple[datetime.date, datetime.date] | None = None
    supervisor: Person | None = None

    def works(self, day: datetime.date) -> bool:
        """Say whether they are here on that day."""
        if day < self.came or (self.left and day >= self.left) or day.weekday() not in self.days:
            return False
        return not self.is_away(day)

    def is_away(self, day: datetime.date) -> bool:
        """Say whether they are on holiday."""
        return self.away is not None and self.away[0] <= day <= self.away[1]


@dataclasses.dataclass(slots=True)
class Care:
    """Who cares for a client, from when until when."""

    person: Person
    since: datetime.date
    until: datetime.date | None = None


@dataclasses.dataclass(slots=True, eq=False)
class Client:
    """Somebody who comes: how often, until when, and who cares for them."""

    id: UUID
    case: UUID
    surname: str
    street: str
    weekday: int
    hour: int
    every: int
    turn: int
    care: list[Care]
    ended: datetime.date | None = None
    paused: tuple[datetime.date, datetime.date] | None = None
    sessions: list[datetime.datetime] = dataclasses.field(default_factory=list)
    # whose own file it is, and whom they do not want to see it
    own: Person | None = None
    without: Person | None = None

    def comes(self, day: datetime.date) -> bool:
        """Say whether a session is due on that day."""
        if self.ended and day > self.ended:
            return False
        if self.paused and self.paused[0] <= day <= self.paused[1]:
            return False
        week = (day - MONDAY).days // 7
        return day.weekday() == self.weekday and week % self.every == self.turn % self.every

    def carer(self, day: datetime.date) -> Person | None:
        """Give who cares for them on that day."""
        for one in reversed(self.care):
            if one.since <= day and (one.until is None or day < one.until):
                return one.person
        return None


@dataclasses.dataclass(slots=True)
class Span:
    """Something between one person and clients for a time: standing in, work, a request."""

    person: Person | None
    clients: frozenset[UUID]
    since: datetime.datetime
    until: datetime.datetime


@dataclasses.dataclass(slots=True)
class Practice:
    """Everybody, and what was arranged between them."""

    people: list[Person]
    clients: list[Client]
    weeks: int
    # weeks that it had this product already, in which nothing is measured
    before: int
    covers: list[Span] = dataclasses.field(default_factory=list)
    planned: list[Span] = dataclasses.field(default_factory=list)
    asked: list[Span] = dataclasses.field(default_factory=list)

    def those(self, *roles: str) -> list[Person]:
        """Give who works as that."""
        return [one for one in self.people if one.role in roles]

    @property
    def run_in(self) -> list[datetime.date]:
        """Give the days before the quarter."""
        return [MONDAY - datetime.timedelta(days=one) for one in range(self.before * 7, 0, -1)]

    @property
    def days(self) -> list[datetime.date]:
        """Give the days of the quarter."""
        return [MONDAY + datetime.timedelta(days=one) for one in range(self.weeks * 7)]


def found(random: Random, weeks: int, counsellors: int, before: int = 0) -> Practice:
    """Make a practice: names as unevenly spread as they are, a third of the files are closed."""
    people = [_person(random, role, weeks) for role in _roles(counsellors)]
    supervisors = [one for one in people if one.role == "supervisor"]
    care = [one for one in people if one.role in {"counsellor", "trainee"}]
    for number, one in enumerate(care):
        one.supervisor = supervisors[number % len(supervisors)]
    if weeks > WEEK:
        _changes(random, care, weeks)
    clients = [
        _client(random, one, weeks) for one in [*care, *supervisors]
        for _ in range(6 if one.role == "supervisor" else 5 * len(one.days) + random.randrange(6))
    ]  # fmt: skip
    return Practice(people, clients, weeks, before)


def _roles(counsellors: int) -> list[str]:
    trainees = counsellors // 4
    return (
        ["counsellor"] * (counsellors - trainees) + ["trainee"] * trainees
        + ["supervisor"] * 3 + ["front_desk"] * 3 + ["privacy_officer"] * 2
    )  # fmt: skip


def _person(random: Random, role: str, weeks: int) -> Person:
    days = (0, 1, 2, 3, 4) if random.random() < 0.6 else tuple(sorted(random.sample(range(5), 3)))
    off = MONDAY + datetime.timedelta(days=7 * random.randrange(weeks))
    away = (off, off + datetime.timedelta(days=random.choice((4, 11))))
    return Person(
        _id(random), role, _surname(random), _street(random), days,
        role in {"counsellor", "trainee"} and random.random() < 0.2,
        datetime.date(2024, 1, 1), away=away if random.random() < 0.7 else None,
    )  # fmt: skip


def _changes(random: Random, care: list[Person], weeks: int) -> None:
    """Let one leave in the second half, and two begin after the holidays."""
    leaves, *begin = random.sample(care, 3)
    leaves.left, leaves.away = MONDAY + datetime.timedelta(days=7 * (weeks * 2 // 3)), None
    for one in begin:
        one.came = MONDAY + datetime.timedelta(days=7 * random.randrange(1, weeks // 2))


def _client(random: Random, carer: Person, weeks: int) -> Client:
    day = random.choice(carer.days)
    client = Client(
        _id(random), _id(random), _surname(random), _street(random), day,
        random.randrange(8, 18), random.choice((1, 1, 1, 2, 2, 3)), random.randrange(6),
        [Care(carer, carer.came)],
    )  # fmt: skip
    chance = random.random()
    if chance < 0.3:
        _end(client, MONDAY - datetime.timedelta(days=random.randrange(1, 400)))
    elif chance < 0.42:
        _end(client, MONDAY + datetime.timedelta(days=random.randrange(7 * weeks)))
    elif chance < 0.56:
        begins = MONDAY + datetime.timedelta(days=random.randrange(7 * weeks))
        client.paused = (begins, begins + datetime.timedelta(days=random.randrange(14, 60)))
    return client


def _end(client: Client, day: datetime.date) -> None:
    client.ended = day


def _id(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)


def _surname(random: Random) -> str:
    """Give a name: one in a hundred has the most frequent one, and most are rare."""
    return f"name {int(21 * (2020 / 21) ** random.random())}"


def _street(random: Random) -> str:
    return f"street {random.randrange(6000)}"
