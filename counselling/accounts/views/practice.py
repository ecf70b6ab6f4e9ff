"""The page of the practice itself: its name and numbers, as clients read them everywhere."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from counselling import db
from counselling.access import Permission, actor_of, require, require_step_up
from counselling.accounts import actions, domain, forms, queries
from counselling.errors import Invalid

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest) -> HttpResponse:
    """Describe the practice: these words stand on letters and on every page of a client's."""
    actor = actor_of(request)
    require(actor, Permission.MANAGE_STAFF)
    require_step_up(actor, db.now())
    known = dataclasses.asdict(queries.practice())
    form = forms.PracticeForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        try:
            said = domain.Practice(**form.cleaned_data)
            actions.describe_practice(actor=actor, practice=said)
        except Invalid as no:
            form.add_error(no.field, no.message)
        else:
            messages.success(request, "Saved. Clients read it from now on.")
            return redirect("accounts:staff")
    return render(request, "accounts/practice.html", {"form": form})
