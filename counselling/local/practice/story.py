"""Acts of a fictional past: told in any order, played by the clock, the worker's part included."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from typing import TYPE_CHECKING, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from counselling import jobs
from counselling.access import ANONYMOUS, SERVICE, Actor, ActorKind
from counselling.accounts import queries as accounts
from counselling.celery import app
from counselling.db import as_actor, clock_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Act = Callable[[Actor], object]

NOBODY: Final = "somebody not signed in"
MACHINE: Final = "the system"
# of the past it would say nothing: the demo's own worker does it once all is planted
_BY_NIGHT: Final = frozenset({"consent.compare_documents", "audit.find"})
_UNNAMED: Final = {NOBODY: ANONYMOUS, MACHINE: SERVICE}
# a worker needs a little while, and what it does is later than what it was asked to do
SOON: Final = datetime.timedelta(seconds=20)


@dataclasses.dataclass(frozen=True, slots=True)
class _Told:
    at: datetime.datetime
    who: str
    act: Act
    name: str


class Story:
    """What happened in the practice, who did it and when; `ids` holds what came of it by name."""

    def __init__(self, now: datetime.datetime) -> None:
        """Tell everything relative to the day of `now`."""
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.now = now.astimezone(self.zone)
        self.ids: dict[str, UUID] = {}
        # who acts by a link whose PIN was right
        self.links: dict[str, Actor] = {}
        self._told: list[_Told] = []

    def day(self, days: int) -> datetime.date:
        """Give the date so many days from today."""
        return self.now.date() + datetime.timedelta(days=days)

    def at(self, days: int, clock: str) -> datetime.datetime:
        """Give an instant by the practice's clock: `at(-7, "09:00")` is a week ago."""
        time = datetime.time.fromisoformat(clock)
        return datetime.datetime.combine(self.day(days), time, tzinfo=self.zone)

    def weekday(self, number: int, weeks_ago: int) -> int:
        """Give in days from today the last Monday (0) to Sunday (6), so many weeks before."""
        passed = (self.now.weekday() - number - 1) % 7 + 1
        return -passed - 7 * weeks_ago

    def ago(self, **since: int) -> datetime.datetime:
        """Give an instant a little while ago."""
        return self.now - datetime.timedelta(**since)

    def tell(self, at: datetime.datetime, who: str, act: Act, name: str = "") -> None:
        """Say what `who` did; the id it gives is kept under `name`."""
        if at > self.now:
            message = f"{at} is not past yet."
            raise ValueError(message)
        self._told.append(_Told(at, who, act, name))

    def play(self, say: Callable[[str], None]) -> None:
        """Do it all, oldest first, in one transaction: there is no half of a practice.

        Events of one transaction are sealed by their ids, so the log tells it in this order too.
        """
        app.autodiscover_tasks(force=True)
        # the worker's part is done here: nobody has to be told of it through the broker
        app.conf.update(broker_url="memory://localhost", broker_transport_options={})
        ordered = sorted(self._told, key=lambda one: one.at)
        with transaction.atomic():
            for monday, week in itertools.groupby(ordered, key=_monday):
                acts = list(week)
                say(f"  the week of {monday.day} {monday:%B}: {len(acts)} acts")
                self._play(acts)

    def _play(self, acts: Iterable[_Told]) -> None:
        for one in acts:
            actor = self._actor(one)
            with clock_at(one.at), as_actor(actor, client=actor.client):
                given = one.act(actor)
            if one.name:
                assert isinstance(given, UUID)  # noqa: S101 who names it means an id
                self.ids[one.name] = given
            with clock_at(one.at + SOON):
                _work_off()

    def _actor(self, one: _Told) -> Actor:
        known = _UNNAMED.get(one.who) or self.links.get(one.who)
        if known is not None:
            return known
        with clock_at(one.at):
            actor = accounts.actor_of_person(self.ids[one.who])
        if actor.kind is ActorKind.CLIENT:
            return actor
        # at work everybody has just given their second factor
        return dataclasses.replace(actor, step_up_at=one.at)


def _monday(one: _Told) -> datetime.date:
    return one.at.date() - datetime.timedelta(days=one.at.weekday())


def _work_off() -> None:
    """Do what a worker would do meanwhile: send what may be sent, seal what was signed."""
    for task, ids in list(jobs.due()):
        if task in _BY_NIGHT:
            continue
        app.tasks[task](*map(str, ids))
