"""The caseload: the cases somebody sees, one page at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clients import forms, queries
from clients.views.shown import offered, shown
from counselling.access import Permission, Role, actor_of, require
from counselling.accounts.actions import allowances

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor


@require_safe
def caseload(request: HttpRequest) -> HttpResponse:
    """Show one page of the cases the actor sees, or those a reference names."""
    actor = actor_of(request)
    require(actor, Permission.SEE_CONTACT)
    typed = request.GET.get("reference", "").strip()[:20]
    closed = request.GET.get("closed") == "yes"
    number = _number(request.GET.get("page", ""))
    page = queries.caseload(actor, page=number, reference=typed, closed=closed)
    if typed and not page.rows:
        # references are short: who tries many of them is made to wait
        allowances.spend(actor, allowances.REFERENCES)
    context = {
        "form": forms.NamedForm(initial={"named": typed}),
        "cases": shown(request, page.rows, "caseload"),
        "typed": typed,
        "closed": closed,
        "newer": _page(page.number - 1, typed, closed=closed) if page.number > 1 else "",
        "older": _page(page.number + 1, typed, closed=closed) if page.more else "",
        "alone": _alone(request, actor),
        **offered(actor),
    }
    return render(request, "clients/caseload.html", context)


def _alone(request: HttpRequest, actor: Actor) -> list[tuple[UUID, str]]:
    """Give to the front desk, on the first page, the cases that nobody cares for any more."""
    if Role.FRONT_DESK not in actor.roles or request.GET:
        return []
    rows = queries.cases_by_id([case for case, _ in queries.with_nobody()])
    return [(row.id, row.reference) for row in rows.values()]


def _number(typed: str) -> int:
    """Read the number of a page; whatever is none, or of no use, is the first one's."""
    return int(typed) if re.fullmatch(r"[0-9]{1,6}", typed) else 1


def _page(number: int, typed: str, *, closed: bool) -> str:
    query = {"page": str(number), "reference": typed, "closed": "yes" if closed else ""}
    return f"{reverse('clients:caseload')}?{urlencode({k: v for k, v in query.items() if v})}"
