"""Fold events into visits: one person at one case or client, never half an hour without a word."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from uuid import UUID

    from audit.domain.entries import Entry

    Whose = tuple[UUID, UUID | None]

GAP: Final = datetime.timedelta(minutes=30)


@dataclasses.dataclass(frozen=True, slots=True)
class Deed:
    """What was done in a visit, and how often; `outcome` is said where it did not come about."""

    sentence: str
    outcome: str
    count: int

    @property
    def times(self) -> str:
        """Say how often, where it was more than once."""
        return "" if self.count == 1 else f"{self.count} times"


@dataclasses.dataclass(frozen=True, slots=True)
class Visit:
    """What one person did in one case, or with one client, at one time; the newest event first.

    `longer` says that it began before what was looked at.
    """

    entries: tuple[Entry, ...]
    longer: bool = False

    @property
    def newest(self) -> Entry:
        """Give the event it ended with."""
        return self.entries[0]

    @property
    def began(self) -> datetime.datetime:
        """Give when its first event was."""
        return self.entries[-1].when

    @property
    def ended(self) -> datetime.datetime:
        """Give when its last event was."""
        return self.entries[0].when

    @property
    def clients(self) -> tuple[UUID, ...]:
        """Give everybody cared for it is about, each once."""
        meant = {one: None for entry in self.entries for one in _clients(entry)}
        return tuple(meant)

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """Give what was done, in the order in which each was first done."""
        counts: dict[tuple[str, str], int] = {}
        for one in reversed(self.entries):
            key = (one.sentence, "" if one.outcome == "ok" else one.outcome)
            counts[key] = counts.get(key, 0) + 1
        return tuple(Deed(*key, count) for key, count in counts.items())

    @property
    def addresses(self) -> tuple[str, ...]:
        """Give the keyed hashes of where it came from, each once."""
        return tuple({one.address: None for one in self.entries if one.address})


def whose(entry: Entry) -> Whose:
    """Give who acted, and in which case or else with whom: what a visit has in common."""
    return entry.who, entry.case or entry.client


def fold(entries: Iterable[Entry]) -> list[Visit]:
    """Fold events into visits; the one that ended last comes first."""
    open_: dict[Whose, list[Entry]] = {}
    found: list[list[Entry]] = []
    for one in sorted(entries, key=_place, reverse=True):
        begun = open_.get(whose(one))
        if begun is None or begun[-1].when - one.when > GAP:
            begun = open_[whose(one)] = []
            found.append(begun)
        begun.append(one)
    return [Visit(tuple(one)) for one in found]


def without_shown(visits: Iterable[Visit], later: Iterable[Entry]) -> list[Visit]:
    """Leave out what goes on in `later`, the events just after: it stands where it ended."""
    first: dict[Whose, datetime.datetime] = {}
    for one in later:
        at = first.get(whose(one), one.when)
        first[whose(one)] = min(at, one.when)
    return [
        visit
        for visit in visits
        if (after := first.get(whose(visit.newest))) is None or after - visit.ended > GAP
    ]


def whole(visits: Sequence[Visit], reached: datetime.datetime, most: int) -> list[Visit]:
    """Give the first visits of which all was looked at, as far back as `reached`.

    Where that is less than half a page, what goes on before is given too, with a mark that says so.
    """
    page = visits[:most]
    cut = [visit.began - reached <= GAP for visit in page]
    number = cut.index(True) if True in cut else len(page)
    if number >= (most + 1) // 2:
        return list(page[:number])
    return [
        dataclasses.replace(one, longer=True) if goes_on else one
        for one, goes_on in zip(page, cut, strict=True)
    ]


def _place(entry: Entry) -> tuple[datetime.datetime, UUID]:
    return entry.when, entry.id


def _clients(entry: Entry) -> Collection[UUID]:
    return entry.clients or ((entry.client,) if entry.client else ())
