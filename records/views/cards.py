"""A safety plan as a card: a page to print, and a PDF; neither says whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

import consent.actions
from consent.domain.cards import Card
from counselling.accounts import queries as accounts

if TYPE_CHECKING:
    from django.http import HttpRequest

    from records.actions import PlanShown


def card_page(
    request: HttpRequest, plan: PlanShown, template: str, **facts: object
) -> HttpResponse:
    """Show the card as a page that prints on one sheet."""
    return render(request, template, {"plan": plan, "card": _card(plan), **facts})


def card_pdf(plan: PlanShown) -> HttpResponse:
    """Give the card as a download that no cache keeps."""
    content = consent.actions.render_card(_card(plan))
    day = timezone.localdate(plan.signed_at).isoformat()
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="card-{day}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _card(plan: PlanShown) -> Card:
    return Card(
        steps=tuple(plan.sections),
        crisis_line=accounts.practice().crisis_line,
        made_at=plan.signed_at,
        zone=timezone.get_current_timezone_name(),
    )
