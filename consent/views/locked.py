"""What was shared as a file with a password: the password is shown once, the file made with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

import clients.actions
from consent import actions, queries
from consent.access import handing_over
from consent.domain.passwords import is_password, new_password
from consent.views.files import pdf
from counselling.access import actor_of, require
from counselling.errors import NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def locked_file(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """Say how it is handed over; make a password; give the file that opens with it."""
    actor = actor_of(request)
    require(actor, handing_over(actor, prepared_by_other=True))
    row = queries.disclosure_row(disclosure_id)
    if row.channel != "file":
        raise NotThere("consent_disclosure", disclosure_id)
    password = request.POST.get("password", "")
    if is_password(password):
        made = actions.lock_disclosure(actor=actor, disclosure_id=disclosure_id, password=password)
        return pdf(*made)
    names = clients.actions.names_for(actor=actor, client_ids=[row.client], purpose="a file")
    facts = {
        "row": row,
        "name": names.get(row.client, ""),
        "password": new_password() if request.method == "POST" else "",
    }
    return render(request, "consent/locked_file.html", facts)
