"""Draw how often files were opened: bars with the night apart, and the same numbers in a table."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from audit.queries import picturing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.queries.picturing import Openings
    from counselling.access import Actor

WIDTH: Final = 260
_HIGH: Final = 84
_FOOT: Final = 96
_MOST_BARS: Final = 31
_EDGE: Final = 17
_WEEK: Final = 7


@dataclasses.dataclass(frozen=True, slots=True)
class Bar:
    """The openings of a day, or of the week that begins with it, and where they are drawn."""

    day: datetime.date
    by_day: int
    by_night: int
    x: int
    width: int
    day_y: int
    day_height: int
    night_y: int
    night_height: int
    label: str

    @property
    def middle(self) -> int:
        """Give where its label stands, so that it is not cut."""
        return min(max(self.x + self.width // 2, _EDGE), WIDTH - _EDGE)


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """Bars, and what they come to in words."""

    bars: tuple[Bar, ...]
    by_day: int
    by_night: int
    weeks: bool

    @property
    def words(self) -> str:
        """Say what the picture shows."""
        if not self.by_day + self.by_night:
            return "Nothing was opened."
        most = max(self.bars, key=lambda one: one.by_day + one.by_night)
        when = f"in the week of {most.day:%-d %B}" if self.weeks else f"on {most.day:%A %-d %B}"
        number = most.by_day + most.by_night
        said = f"{self.by_day + self.by_night} openings, most {when}: {number}."
        return f"{said} {self.by_night} at night." if self.by_night else f"{said} None at night."


def week(actor: Actor, at: datetime.datetime) -> Picture:
    """Give the last seven days of everybody whose accesses somebody reviews, but themselves."""
    last = timezone.localdate(at)
    first = last - datetime.timedelta(days=_WEEK - 1)
    found = picturing.openings(
        actor,
        since=_midnight(first),
        until=_midnight(last + datetime.timedelta(days=1)),
        zone=timezone.get_current_timezone_name(),
    )
    return draw(found, first, last)


def draw(found: Sequence[Openings], first: datetime.date, last: datetime.date) -> Picture:
    """Draw a bar a day from the first to the last; a bar a week where days would be too many."""
    days = (last - first).days + 1
    weeks = days > _MOST_BARS
    step = _WEEK if weeks else 1
    counts: dict[datetime.date, tuple[int, int]] = {
        first + datetime.timedelta(days=number): (0, 0) for number in range(0, days, step)
    }
    for one in found:
        begins = first + datetime.timedelta(days=(one.day - first).days // step * step)
        by_day, by_night = counts.get(begins, (0, 0))
        counts[begins] = (by_day + one.by_day, by_night + one.by_night)
    most = max((sum(both) for both in counts.values()), default=0) or 1
    bars = tuple(
        _bar(number, len(counts), day, both, most, weeks=weeks)
        for number, (day, both) in enumerate(sorted(counts.items()))
    )
    return Picture(bars, sum(one.by_day for one in bars), sum(one.by_night for one in bars), weeks)


def _bar(
    number: int, bars: int, day: datetime.date, both: tuple[int, int], most: int, *, weeks: bool
) -> Bar:
    """Give one bar: the day from the ground, the night on top of it."""
    step = WIDTH / bars
    heights = [max(3, round(_HIGH * count / most)) if count else 0 for count in both]
    top = _FOOT - heights[0]
    return Bar(
        day,
        *both,
        x=round(number * step + step * 0.12),
        width=max(2, round(step * 0.76)),
        day_y=top,
        day_height=heights[0],
        night_y=top - heights[1] - (1 if heights[0] else 0),
        night_height=heights[1],
        label=_label(number, bars, day, weeks=weeks),
    )


def _label(number: int, bars: int, day: datetime.date, *, weeks: bool) -> str:
    """Give a word below a bar, where there is room for one."""
    if bars <= _WEEK and not weeks:
        return f"{day:%a}"
    return f"{day:%-d %b}" if number % max(1, bars // 4) == 0 else ""


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
