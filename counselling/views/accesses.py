"""The client's page: who opened my file, when and why."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

import audit.actions
import clients.queries
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts

if TYPE_CHECKING:
    import datetime

    from django.http import HttpRequest, HttpResponse

    from audit.domain import Entry

FOLDED = frozenset({"front_desk", "service", "administrator"})
LISTS = frozenset({"client.listed"})


@dataclasses.dataclass(frozen=True, slots=True)
class Opening:
    """A line of the page: a person's look at the file, or a grey line for a day's routine."""

    when: datetime.datetime
    who: str
    title: str
    sentence: str
    why: str
    grey: bool = False


@require_safe
def accesses(request: HttpRequest) -> HttpResponse:
    """Show who opened the client's file; people in words, routine folded into a line a day."""
    actor = actor_of(request)
    require(actor, Permission.SEE_OWN_FILE)
    client = clients.queries.client_of_account(actor.id)
    entries = audit.actions.read_openings(actor=actor, client=client) if client else []
    return render(request, "accesses.html", {"openings": _openings(entries)})


def counted(entries: list[Entry]) -> int:
    """Count the openings by people that the page shows as lines of their own."""
    return sum(not _is_routine(one) for one in entries)


def _is_routine(one: Entry) -> bool:
    """Say whether a look belongs to the day's routine: the office, the system, a list of names."""
    return one.role in FOLDED or one.kind in LISTS


def _openings(entries: list[Entry]) -> list[Opening]:
    people = accounts.people({one.who for one in entries})
    shown: list[Opening] = []
    days: set[datetime.date] = set()
    for one in entries:
        if _is_routine(one):
            day = timezone.localtime(one.when).date()
            if day not in days:
                days.add(day)
                shown.append(Opening(one.when, "", "", "", "", grey=True))
            continue
        person = people.get(one.who)
        title = person.title if person else one.role
        shown.append(Opening(one.when, one.who_label, title, one.sentence, _why(one)))
    return shown


def _why(one: Entry) -> str:
    words = {
        "assigned": "because they care for you",
        "supervision": "because they supervise the person who cares for you",
        "privacy officer": "because they look after privacy in the practice",
        "offered": "because your case was offered to them",
    }
    return words.get(one.relation, "")
