"""Notes that were never finished: how many, whose and of which case, and no word of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from records import queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def unfinished(request: HttpRequest) -> HttpResponse:
    """Show a privacy officer all, and a supervisor those of whom they supervise."""
    require(actor_of(request), Permission.REVIEW_TRAIL)
    rows = queries.never_finished()
    names = accounts.names({one.person for one in rows})
    lines = [(one, names.get(one.person, "")) for one in rows]
    return render(request, "records/unfinished.html", {"lines": lines})
