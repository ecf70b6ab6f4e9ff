"""The supervisor's page: who did what, in which case, when and why, a line a visit."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

import audit.actions
import audit.domain
import audit.queries
import clients.actions
import clients.queries
import consent.queries
from audit.queries import Order, Page, outside
from audit.queries.visits import Visits
from counselling.access import Permission, Role, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions import allowances
from counselling.accounts.domain import Allowance
from counselling.errors import NotThere
from counselling.views.trail_filter import (
    ORDERS,
    ROLES,
    TrailFilter,
    asked_of,
    people_for,
)
from counselling.views.trail_visits import visit_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from audit.domain import Entry
    from audit.queries import Asked
    from consent.queries.comparing import ComparingRow
    from counselling.access import Actor

A_PAGE: Final = 50
ACCOUNT: Final = "accounts_account"
# names behind references: enough for a finding, too few to read a register
NAMES: Final = Allowance("names in the trail", burst=20, regain=180)
# a list names many at once, and is not asked for one by one
MOST_NAMES: Final = 6


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """An event in words, with the client by reference and, at sign-in, whose account it was."""

    event: Entry
    role: str
    client: str
    account: str
    outcome: str
    why: str


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Show one page of the trail; that it was shown is itself an event."""
    actor = actor_of(request)
    require(actor, Permission.REVIEW_TRAIL)
    return _shown(request, actor, {})


@require_http_methods(["POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Show the names behind the references of one visit, in its line: an act with its event.

    So many an hour, and only of people whose name the reviewer may see.
    """
    actor = actor_of(request)
    require(actor, Permission.REVIEW_TRAIL)
    require(actor, Permission.SEE_CONTACT)
    wanted = [one for one in map(_uuid, request.POST.getlist("client")[:MOST_NAMES]) if one]
    allowances.count(NAMES, str(actor.id), refuse=True)
    names = clients.actions.names_for(actor=actor, client_ids=wanted, purpose="review")
    if not names:
        raise NotThere("clients_client", wanted[0] if wanted else actor.id)
    return _shown(request, actor, names)


def _uuid(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


def _shown(request: HttpRequest, actor: Actor, names: Mapping[UUID, str]) -> HttpResponse:
    form = TrailFilter(request.GET or None, people=people_for(actor))
    asked = asked_of(actor, form) if form.is_bound and form.is_valid() else {}
    shown = _by_event if form.by_event else _by_visit
    facts = {
        "form": form,
        **shown(request, actor, None if form.errors else asked, names),
        "badge": outside.badge(),
        "papers": _papers(actor),
        "asked": bool(request.GET),
        "query": request.GET.urlencode(),
        "case": form.cleaned_data["case"] if form.is_bound and asked else "",
    }
    return render(request, "trail.html", facts)


def _by_event(
    request: HttpRequest, actor: Actor, asked: Asked | None, _names: Mapping[UUID, str]
) -> dict[str, Any]:
    """Give the facts of a page of events, in the order asked for."""
    page = Page([]) if asked is None else _page(request, actor, asked)
    return {
        "lines": lines_of(page.entries),
        **_further(request, page),
        "order": ORDERS[_order(request)][0],
        "cut": f"{audit.queries.SORTED:,}" if page.cut else "",
    }


def _by_visit(
    request: HttpRequest, actor: Actor, asked: Asked | None, names: Mapping[UUID, str]
) -> dict[str, Any]:
    """Give the facts of a page of visits, the newest first."""
    page = Visits([])
    if asked is not None:
        page = audit.actions.read_visits(actor=actor, **asked | {"before": _before(request)})
    entries = [one for visit in page.visits for one in visit.entries]
    lines = {one.event.id: one for one in lines_of(entries)}
    asks = actor.may(Permission.SEE_CONTACT)
    people = {one for visit in page.visits for one in visit.clients} if asks else set()
    known = clients.queries.client_references(people)
    facts = {
        "visits": visit_lines(page.visits, lines, names, known),
        "names": asks,
        "looked": f"{audit.queries.LOOKED:,}",
        "looked_to": page.looked_to,
    }
    if not page.further:
        return facts
    kept = request.GET.copy()
    kept["before"] = page.further
    words = "Look further" if page.looked_to else "Earlier visits"
    further = f"{reverse('trail')}?{kept.urlencode()}"
    return facts | {"further": further, "further_words": words}


def _papers(actor: Actor) -> ComparingRow | None:
    """Give how far signed forms were compared with what is enforced: for the privacy officer."""
    sees = Role.PRIVACY_OFFICER in actor.roles
    return consent.queries.last_comparing() if sees else None


def _page(request: HttpRequest, actor: Actor, asked: Asked) -> Page:
    """Give the page asked for; one that does not exist is the first."""
    asked |= {"before": _before(request), "limit": A_PAGE}
    return audit.actions.read_trail(actor=actor, **asked)


def _before(request: HttpRequest) -> str | None:
    before = request.GET.get("before") or None
    return before if before and audit.domain.parse_cursor(before) else None


def lines_of(entries: list[Entry]) -> list[Line]:
    """Put events into words, with what of them others know: clients and accounts they are about."""
    references = clients.queries.client_references({one.client for one in entries if one.client})
    accounts_meant = {one.row for one in entries if one.row and one.thing == ACCOUNT}
    names = accounts.names(accounts_meant)
    return [
        Line(
            one,
            ROLES.get(one.role, one.role) if one.who_kind == "staff" else "",
            references.get(one.client, "") if one.client else "",
            names.get(one.row, "a client") if one.row in accounts_meant and one.row else "",
            _said(": ", one.outcome, one.reason.replace("-", " ")) if one.outcome != "ok" else "",
            _said(", ", one.relation, one.purpose),
        )
        for one in entries
    ]


def _said(between: str, *codes: str) -> str:
    """Give codes as words."""
    return between.join(code.replace("_", " ") for code in codes if code)


def _further(request: HttpRequest, page: Page) -> dict[str, Any]:
    """Give the address of the next page, if there may be one, and how far was looked."""
    order = _order(request)
    looked = audit.domain.parse_cursor(page.reached)
    facts = {"looked": f"{audit.queries.LOOKED:,}", "looked_to": looked and looked[0]}
    # what is put in order begins with the newest each time: only by time is further looked
    by_time = order in {Order.NEWEST, Order.OLDEST}
    full = len(page.entries) == A_PAGE
    if not full and not (page.reached and by_time):
        return facts
    kept = request.GET.copy()
    kept["before"] = page.entries[-1].cursor if full else page.reached
    words = ORDERS[order][1] if full else "Look further"
    return facts | {"further": f"?{kept.urlencode()}", "further_words": words}


def _order(request: HttpRequest) -> Order:
    said = request.GET.get("order")
    return Order(said) if said in set(Order) else Order.NEWEST
