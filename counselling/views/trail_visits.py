"""A visit as one line of the trail: who did what how often, in which case, from when to when."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from counselling.views.trail_filter import EVENTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

    from audit.domain.visits import Visit

SHOWN: Final = 3
# a line opens to so many; the others come event by event
UNFOLDED: Final = 20
NAMED: Final = 6


@dataclasses.dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit in words, and what it opens to."""

    visit: Visit
    what: tuple[str, ...]
    more: int
    first: Any
    lines: tuple[Any, ...]
    addresses: tuple[str, ...]
    people: int
    names: tuple[str, ...]
    clients: tuple[UUID, ...]
    refused: bool
    others: int
    every_event: str

    @property
    def mark(self) -> str:
        """Name its place on the page."""
        return f"visit-{self.visit.newest.id}"


def visit_lines(
    visits: Iterable[Visit],
    lines: Mapping[UUID, Any],
    names: Mapping[UUID, str],
    known: Collection[UUID],
) -> list[VisitLine]:
    """Put visits into words; `lines` are their events in words, `names` who asked to see which.

    A name can be asked for of `known`, people whom the reviewer sees; of others there is no id.
    """
    return [_line(one, lines, names, known) for one in visits]


def _line(
    visit: Visit, lines: Mapping[UUID, Any], names: Mapping[UUID, str], known: Collection[UUID]
) -> VisitLine:
    deeds = visit.deeds
    people = visit.clients
    return VisitLine(
        visit,
        tuple(_deed(one.sentence, one.times) for one in deeds[:SHOWN]),
        len(deeds[SHOWN:]),
        lines[visit.newest.id],
        tuple(lines[one.id] for one in visit.entries[:UNFOLDED]),
        visit.addresses,
        len(people),
        tuple(names[one] for one in people if one in names),
        tuple(one for one in people if one in known) if len(people) <= NAMED else (),
        any(one.outcome for one in deeds),
        len(visit.entries[UNFOLDED:]),
        _every_event(visit, lines[visit.newest.id].client),
    )


def _deed(sentence: str, times: str) -> str:
    return f"{sentence} {times}" if times else sentence


def _every_event(visit: Visit, client: str) -> str:
    """Give the address of its events one by one: who it was, where, and which days."""
    newest = visit.newest
    asked = {
        "show": EVENTS,
        "person": str(newest.who) if newest.who_kind == "staff" else "",
        "case": newest.case_label or client,
        "since": f"{timezone.localtime(visit.began):%Y-%m-%d}",
        "until": f"{timezone.localtime(visit.ended):%Y-%m-%d}",
    }
    return f"{reverse('trail')}?{urlencode({name: said for name, said in asked.items() if said})}"
