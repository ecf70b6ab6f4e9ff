"""The client's own: the plan they were given, and who was told what for the sake of a life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from counselling.access import actor_of
from records import actions
from records.views.cards import card_pdf

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_safe
def own_plan(request: HttpRequest) -> HttpResponse:
    """Show the client the plan they have, to read and to print."""
    plans = actions.open_own_plan(actor=actor_of(request))
    return render(request, "records/own_plan.html", {"plans": plans})


@require_safe
def own_plan_file(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Give the client their card as a PDF whose name says nothing."""
    return card_pdf(actions.print_own_plan(actor=actor_of(request), plan_id=plan_id))


@require_safe
def own_dangers(request: HttpRequest) -> HttpResponse:
    """Show who was told what because a life was in danger, from the day the client is told."""
    dangers = actions.open_own_dangers(actor=actor_of(request))
    return render(request, "records/own_dangers.html", {"dangers": dangers})
