"""People by name: what was typed is sent by POST and stands in no address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clients import actions, forms
from clients.views.shown import offered, shown_with
from counselling.access import Permission, actor_of, require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Show the cases of the people whose name or reference was typed."""
    actor = actor_of(request)
    require(actor, Permission.SEE_CONTACT)
    form = forms.NamedForm(request.POST if request.method == "POST" else None)
    if form.is_bound and not form.is_valid():
        wrong = {"form": form, "wrong": True, **offered(actor)}
        return render(request, "clients/caseload.html", wrong, status=422)
    said = form.cleaned_data["named"] if form.is_bound else ""
    if not said:
        return redirect("clients:caseload")
    found = actions.find_people(actor=actor, typed=said)
    context = {
        "form": form,
        "cases": shown_with(request, found.cases, found.names),
        "named": said,
        "more_named": found.more,
        **offered(actor),
    }
    return render(request, "clients/caseload.html", context)
