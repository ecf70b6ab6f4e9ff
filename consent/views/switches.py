"""Pages of what needs a clause: a few words by e-mail, and who takes part in research."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

import clients.actions
import clients.queries
from consent import actions, queries
from consent.domain.activities import Activity
from consent.forms import WordsForm
from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
@once
def words(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Write a few words to a client who agreed to e-mail that says something."""
    actor = actor_of(request)
    require(actor, Permission.ASK_CONSENT)
    client = clients.queries.client_row(client_id)
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.write_words(actor=actor, client_id=client_id, words=form.cleaned_data["words"])
        messages.success(request, "It goes as their card allows.")
        return redirect("consent:consents", client_id)
    names = clients.actions.names_for(actor=actor, client_ids=[client_id], purpose="writing")
    facts = {
        "client": client,
        "name": names.get(client_id, ""),
        "form": form,
        "allowed": queries.switch_is_on(client_id, Activity.EMAIL),
    }
    return render(request, "consent/words.html", facts, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD"])
def research(request: HttpRequest) -> HttpResponse:
    """List by reference who agreed to research now, and how many did in each month."""
    found = actions.who_takes_part(actor=actor_of(request))
    facts = {"found": found, "months": queries.research_by_month()}
    return render(request, "consent/research.html", facts)


@require_http_methods(["GET", "HEAD"])
def research_counts(request: HttpRequest) -> HttpResponse:
    """Give the counts as a file: months and numbers, nobody's reference."""
    require(actor_of(request), Permission.SEE_RESEARCH)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="counts.csv"'
    writer = csv.writer(response)
    writer.writerow(["month", "agreed", "ended"])
    writer.writerows(queries.research_by_month())
    return response
