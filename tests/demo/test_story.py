"""How a fictional past is told: by days, by the practice's clock, and never ahead of now."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from counselling.local.practice import (
    caseload,
    emergencies,
    forms,
    leaving,
    looks,
    permissions,
    reading,
    safety,
    supervision,
    team,
    together,
    unfinished,
    work,
    young,
)
from counselling.local.practice.story import Story

NOW = datetime.datetime(2026, 11, 18, 13, 0, tzinfo=datetime.UTC)  # a Wednesday


def test_days_are_counted_from_today_by_the_practices_clock(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    story = Story(NOW)
    assert story.at(-7, "09:00").isoformat() == "2026-11-11T09:00:00+01:00"
    assert story.ago(minutes=40) == NOW - datetime.timedelta(minutes=40)


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("weeks_ago", [0, 2])
def test_the_last_weekday_is_always_before_today(weekday: int, weeks_ago: int) -> None:
    story = Story(NOW)
    days = story.weekday(weekday, weeks_ago)
    assert story.day(days).weekday() == weekday
    assert -7 * (weeks_ago + 1) <= days < -7 * weeks_ago


def test_nothing_is_told_that_has_not_happened_yet() -> None:
    with pytest.raises(ValueError, match="not past"):
        Story(NOW).tell(NOW + datetime.timedelta(minutes=1), "jo", lambda _: None)


@pytest.mark.parametrize("hour", [0, 9, 23])
@pytest.mark.parametrize("day", range(7))
def test_the_story_is_past_whenever_it_is_planted(day: int, hour: int) -> None:
    story = Story(NOW.replace(hour=hour) + datetime.timedelta(days=day))
    for part in (
        team,
        caseload,
        work,
        permissions,
        looks,
        leaving,
        supervision,
        reading,
        safety,
        unfinished,
        together,
        emergencies,
        young,
        forms,
    ):
        part.tell(story)
