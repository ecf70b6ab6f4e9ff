"""Take away the list of whom somebody touched, as a table (BR-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

import audit.actions
from audit.domain import instant, taken
from counselling.access import Permission, actor_of, require, require_step_up
from counselling.accounts.actions import allowances
from counselling.db import now
from counselling.errors import Invalid
from counselling.views.trail_filter import people_for
from counselling.views.trail_taking import MARK, download, in_words
from counselling.views.trail_touched import TouchedFilter, question_of, rows_of

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from counselling.views.trail_touched import Row

COLUMNS: Final = (
    "Client", "Case", "First (UTC)", "Last (UTC)", "Events", "Opened", "Printed", "Left",
    "Refused", "By", "What",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def taking(request: HttpRequest) -> HttpResponseBase:
    """Ask whether to take it, and give it at once: it is one line for each client."""
    actor = actor_of(request)
    require(actor, Permission.REVIEW_TRAIL)
    require_step_up(actor, now())
    asking = TouchedFilter(request.GET, people=people_for(actor))
    back = f"{reverse('trail-touched')}?{request.GET.urlencode()}"
    if not asking.is_valid():
        return HttpResponseRedirect(back)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        allowances.spend(actor, allowances.EXPORTS)
        try:
            found = audit.actions.take_touched(actor=actor, **question_of(asking.cleaned_data))
            return download(_table(rows_of(found)), "text/csv", f"touched-{now():%Y-%m-%d}.csv")
        except Invalid as error:
            form.add_error(None, error.message)
    facts: dict[str, Any] = {"form": form, "asked": in_words(asking), "back": back}
    facts |= {"years": settings.LOG_KEPT_YEARS, "most": f"{audit.actions.MOST_TAKEN:,}"}
    return render(request, "trail_taking.html", facts, status=422 if form.errors else 200)


def _table(rows: list[Row]) -> list[str]:
    return [MARK + taken.line(COLUMNS), *(taken.line(_cells(row)) for row in rows)]


def _cells(row: Row) -> tuple[str, ...]:
    one = row.found
    counts = (one.count, one.opened, one.printed, one.left, one.refused)
    return (
        row.client, row.case, instant(one.first), instant(one.last), *map(str, counts),
        "; ".join(row.who), "; ".join(row.what),
    )  # fmt: skip
