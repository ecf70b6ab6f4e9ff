"""Asks the rules about a whole quarter, as the finder does, and counts what they say."""

from __future__ import annotations

import bisect
import collections
import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from audit.domain.review import (
    ASKED_BEFORE,
    Asked,
    Facts,
    Found,
    Relation,
    Settled,
    Usual,
    Wanted,
    days,
    files_around,
    in_accounts,
    judge,
    usual_of,
    visits_of,
)
from counselling.local.trial.ordinary import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from audit.domain import Entry
    from audit.domain.review import Day
    from audit.domain.visits import Visit
    from counselling.local.trial.looks import Look
    from counselling.local.trial.ordinary import Quarter
    from counselling.local.trial.practice import Client, Person, Practice, Span

SIXTY: Final = 60 * DAY
# what the finder waits for after midnight
GRACE: Final = datetime.timedelta(hours=2)
FRIDAY: Final = 4
_OFFICE: Final = frozenset({"front_desk", "privacy_officer"})


@dataclasses.dataclass(frozen=True, slots=True)
class Score:
    """What came of a quarter: per kind planted and found, per rule what was said wrongly."""

    events: int
    weeks: int
    counsellors: int
    planted: collections.Counter[str]
    caught: collections.Counter[str]
    rightly: collections.Counter[str]
    wrongly: collections.Counter[str]

    @property
    def share(self) -> float:
        """Give how many of what was planted were found."""
        return self.caught.total() / max(1, self.planted.total())

    @property
    def false(self) -> float:
        """Give false findings for ten counsellors in a week."""
        return self.wrongly.total() * 10 / self.counsellors / self.weeks

    @property
    def listed(self) -> float:
        """Give what a reviewer of everybody sees in a week in which nobody did wrong."""
        return 5 + (self.wrongly.total() + self.rightly.total()) / self.weeks


def measure(quarter: Quarter, looks: Sequence[Look]) -> Score:
    """Judge everything and compare it with what is known of it; count the quarter alone.

    Before it there is one's own usual to be known, and a reviewer who explains, as in any practice.
    """
    finder = _Finder(quarter, looks)
    first = quarter.practice.days[0]
    found = [
        one for day in _days(quarter) for one in finder.look(day) if day >= first
    ]  # fmt: skip
    planted = {event: number for number, look in enumerate(looks) for event in look.events}
    caught: set[int] = set()
    rightly: collections.Counter[str] = collections.Counter()
    wrongly: collections.Counter[str] = collections.Counter()
    for one in found:
        hit = {planted[event] for event in one.events if event in planted}
        caught |= hit
        if not hit:
            right = not quarter.rightly.isdisjoint(one.events)
            (rightly if right else wrongly)[one.rule] += 1
    practice = quarter.practice
    return Score(
        sum(one.when >= quarter.at(first, 0) for one in quarter.events), practice.weeks,
        len(practice.those("counsellor", "trainee")),
        collections.Counter(one.kind for one in looks),
        collections.Counter(looks[number].kind for number in caught), rightly, wrongly,
    )  # fmt: skip


def _days(quarter: Quarter) -> list[datetime.date]:
    """Give every day on which anything was done."""
    return sorted({one.when.astimezone(quarter.zone).date() for one in quarter.events})


class _Finder:
    """Goes through the quarter as the finder does: a day at a time, with what it reads for each."""

    def __init__(self, quarter: Quarter, looks: Sequence[Look]) -> None:
        self._zone, self._known = quarter.zone, _Known(quarter.practice)
        self._planted = frozenset(event for one in looks for event in one.events)
        self._events = sorted(quarter.events, key=lambda one: (one.when, one.id))
        self._past: dict[UUID, dict[datetime.date, Day]] = collections.defaultdict(dict)
        # what the reviewer explained, and what they will have when they finish the week
        self._explained: list[tuple[UUID, UUID | None, str]] = []
        self._waiting: list[Found] = []

    def look(self, day: datetime.date) -> list[Found]:
        """Look through one day."""
        since, until = (
            datetime.datetime.combine(one, datetime.time(), self._zone) for one in (day, day + DAY)
        )
        entries = self._between(since - ASKED_BEFORE, until + GRACE)
        visits = visits_of(entries, since, until)
        facts = self._facts(visits, Wanted(entries))
        found = [
            one
            for asked in self._asked(visits, facts, self._usual(day))
            if (one := judge(asked))
        ]  # fmt: skip
        for person, numbers in days(visits, facts, self._zone).items():
            self._past[person][day] = numbers
        self._review(day, found)
        return found + [one for one in in_accounts(entries) if since <= one.ended < until]

    def _between(self, since: datetime.datetime, until: datetime.datetime) -> Sequence[Entry]:
        first, last = (
            bisect.bisect_left(self._events, at, key=lambda one: one.when) for at in (since, until)
        )
        return self._events[first:last]

    def _facts(self, visits: Sequence[Visit], wanted: Wanted) -> list[Facts]:
        settled = Settled(self._explained)
        return [
            dataclasses.replace(
                self._known.facts(one), asked_for=wanted.around(one),
                settled=settled.of(one.newest.who, one.newest.client),
            )
            for one in visits
        ]  # fmt: skip

    def _asked(
        self, visits: Sequence[Visit], facts: Sequence[Facts], usual: dict[UUID, Usual]
    ) -> list[Asked]:
        return [
            Asked(
                one, known, usual_of(one.newest.role, usual.get(one.newest.who, Usual())), files,
                self._zone,
            )
            for one, known, files in zip(visits, facts, files_around(visits), strict=True)
        ]  # fmt: skip

    def _usual(self, day: datetime.date) -> dict[UUID, Usual]:
        """Add up the sixty days before, as the finder's question does."""
        return {
            person: _added([one for at, one in past.items() if day - SIXTY <= at < day])
            for person, past in self._past.items()
        }

    def _review(self, day: datetime.date, found: Sequence[Found]) -> None:
        """Explain at the end of a week what was as it should be, for these two people."""
        self._waiting += [one for one in found if self._planted.isdisjoint(one.events)]
        if day.weekday() == FRIDAY:
            self._explained += [
                (one.person, one.client, code) for one in self._waiting for code in one.signals
            ]
            self._waiting.clear()


def _added(past: Sequence[Day]) -> Usual:
    hours = sorted(files for one in past for files in one.hours)
    return Usual(
        visits=sum(one.visits for one in past), at_night=sum(one.at_night for one in past),
        without_session=sum(one.without_session for one in past),
        busiest=hours[(len(hours) * 19 + 19) // 20 - 1] if hours else 0,
    )  # fmt: skip


class _Known:
    """What the rows of the practice say."""

    def __init__(self, practice: Practice) -> None:
        self._clients = {one.id: one for one in practice.clients}
        self._people = {one.id: one for one in practice.people}
        self._covers = _by_client(practice.covers)
        self._planned = practice.planned

    def facts(self, visit: Visit) -> Facts:
        """Say what is known around a visit."""
        client, person = self._clients[visit.clients[0]], self._people[visit.newest.who]
        return Facts(
            relation=self._relation(person, client, visit),
            ended=_ended(person, client, visit.began), nearest=_nearest(client, visit.began),
            own=client.own is person, same_surname=client.surname == person.surname,
            colleague=any(
                client.surname == one.surname or client.street == one.street
                for one in self._people.values() if one is not person
            ),
            same_address=client.street == person.street, shut_out=client.without is person,
            planned=self._plan(person, client, visit.began),
        )  # fmt: skip

    def _relation(self, person: Person, client: Client, visit: Visit) -> Relation:
        if person.role in _OFFICE:
            return Relation.OFFICE
        day = visit.began.date()
        cares = [one for one in client.care if one.since <= day]
        if any(one.person is person and (not one.until or day <= one.until) for one in cares):
            return Relation.ASSIGNED
        if any(one.person is person for one in cares):
            return Relation.FINISHING
        if any(one.person.supervisor is person for one in client.care):
            return Relation.SUPERVISION
        mine = [one for one in self._covers.get(client.id, ()) if one.person is person]
        if _within(mine, visit.began):
            return Relation.COVER
        begun = any(one.kind == "emergency.begun" for one in visit.entries)
        return Relation.EMERGENCY if begun else Relation.NONE

    def _plan(self, person: Person, client: Client, at: datetime.datetime) -> str:
        named = (
            one for one in self._planned
            if one.person is person and (not one.clients or client.id in one.clients)
        )  # fmt: skip
        return "check" if _within(named, at) else ""


def _by_client(spans: Iterable[Span]) -> dict[UUID, list[Span]]:
    found: dict[UUID, list[Span]] = collections.defaultdict(list)
    for one in spans:
        for client in one.clients:
            found[client].append(one)
    return found


def _within(spans: Iterable[Span], at: datetime.datetime) -> bool:
    return any(one.since <= at <= one.until for one in spans)


def _ended(person: Person, client: Client, at: datetime.datetime) -> datetime.timedelta | None:
    left = [one.until for one in client.care if one.person is person and one.until]
    ends = [one for one in (client.ended, *left) if one and one < at.date()]
    return (at.date() - min(ends)) if ends else None


def _nearest(client: Client, at: datetime.datetime) -> datetime.timedelta | None:
    place = bisect.bisect(client.sessions, at)
    near = client.sessions[max(0, place - 1) : place + 1]
    return min((abs(at - one) for one in near), default=None)
