"""Look through a stretch of the log: its visits, what was to be done, the day in numbers."""

from __future__ import annotations

import bisect
import dataclasses
import datetime
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from audit.domain import visits as folding
from audit.domain.kinds import Act
from audit.domain.review.judging import is_visit
from audit.domain.review.rules import EXCUSED, NEAR, NIGHT_BEGINS, NIGHT_ENDS, SETTLES_FILE
from audit.domain.review.traits import Trait, traits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from audit.domain.entries import Entry
    from audit.domain.review.facts import Facts
    from audit.domain.review.judging import Found
    from audit.domain.visits import Visit

# what was asked for is done within three days, or looked up a little before it is written down
ASKED_BEFORE: Final = datetime.timedelta(days=3)
ASKED_AFTER: Final = datetime.timedelta(hours=2)
_HALF: Final = datetime.timedelta(minutes=30)
_OUTSIDE: Final = frozenset({"client", "link", "recipient"})


def visits_of(
    entries: Iterable[Entry], since: datetime.datetime, until: datetime.datetime
) -> list[Visit]:
    """Give the visits that began in a time, whole as far as the entries reach; oldest first."""
    found = folding.fold(one for one in entries if is_visit(one))
    within = [one for one in found if since <= one.began < until]
    return sorted(within, key=lambda one: (one.began, one.newest.id))


class Wanted:
    """When something was to be done for whom: what a client did, or somebody began for them."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Note each time by client and by case."""
        self._at: dict[UUID, list[datetime.datetime]] = defaultdict(list)
        for one in entries:
            if one.outcome == "ok" and _asks(one):
                for whom in {one.client, one.case, *one.clients} - {None}:
                    self._at[whom].append(one.when)  # type: ignore[index] # None is taken away

    def around(self, visit: Visit) -> bool:
        """Say whether something was to be done for whom a visit was about."""
        newest = visit.newest
        for whom in {newest.client, newest.case, *visit.clients}:
            times = self._at.get(whom, []) if whom else []
            place = bisect.bisect_left(times, visit.began - ASKED_BEFORE)
            if place < len(times) and times[place] <= visit.ended + ASKED_AFTER:
                return True
        return False


def _asks(entry: Entry) -> bool:
    by_client = entry.who_kind in _OUTSIDE and entry.action in {Act.CREATE, Act.UPDATE}
    return by_client or Trait.ASKS in traits(entry.kind)


def may_wait(found: Found, at: datetime.datetime) -> bool:
    """Say whether what explains a finding may still be written down."""
    return found.rule in EXCUSED and at < found.ended + ASKED_AFTER


class Settled:
    """What a reviewer explained: of two people, and of a file whoever opened it."""

    def __init__(self, rows: Iterable[tuple[UUID, UUID | None, str]]) -> None:
        """Note who, which file, and by which rule it was found."""
        self._pairs: dict[tuple[UUID, UUID], set[str]] = defaultdict(set)
        self._files: dict[UUID, set[str]] = defaultdict(set)
        for person, file, rule in rows:
            if file:
                self._pairs[person, file].add(rule)
                self._files[file] |= SETTLES_FILE & {rule}

    def of(self, person: UUID, file: UUID | None) -> frozenset[str]:
        """Give the rules that say nothing any more when this person opens this file."""
        if file is None:
            return frozenset()
        return frozenset(self._pairs.get((person, file), ())) | self._files.get(file, set())


def files_around(visits: Sequence[Visit]) -> list[int]:
    """Give for each visit how many different files the same person had in the hour around it."""
    by_person: dict[UUID, list[tuple[datetime.datetime, UUID | None]]] = defaultdict(list)
    for one in visits:
        by_person[one.newest.who].append((one.began, one.newest.case or one.newest.client))
    for some in by_person.values():
        some.sort(key=lambda pair: pair[0])
    return [_near(by_person[one.newest.who], one.began) for one in visits]


def _near(mine: list[tuple[datetime.datetime, UUID | None]], at: datetime.datetime) -> int:
    begin = bisect.bisect_left(mine, at - _HALF, key=lambda pair: pair[0])
    end = bisect.bisect_right(mine, at + _HALF, key=lambda pair: pair[0])
    return len({file for _, file in mine[begin:end]})


@dataclasses.dataclass(slots=True)
class Day:
    """One person's day in numbers."""

    visits: int = 0
    at_night: int = 0
    without_session: int = 0
    files: dict[int, set[UUID | None]] = dataclasses.field(default_factory=dict)

    @property
    def hours(self) -> list[int]:
        """Give how many different files there were in each hour with any."""
        return [len(files) for _, files in sorted(self.files.items())]


def days(
    visits: Sequence[Visit], facts: Sequence[Facts], local: datetime.tzinfo
) -> dict[UUID, Day]:
    """Give each person's day in numbers."""
    found: dict[UUID, Day] = defaultdict(Day)
    for visit, known in zip(visits, facts, strict=True):
        day, hour = found[visit.newest.who], visit.began.astimezone(local).hour
        day.visits += 1
        day.at_night += is_night(hour)
        day.without_session += known.nearest is None or known.nearest > NEAR
        day.files.setdefault(hour, set()).add(visit.newest.case or visit.newest.client)
    return dict(found)


def is_night(hour: int) -> bool:
    """Say whether an hour of the practice's clock is one of the night."""
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS
