"""How something that went was prepared: who saw it first, what they said, why nobody waited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

import consent.queries
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from records.actions.share_said import read_prepared
from records.views.shares import named

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_safe
def prepared(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """Show how it was prepared, to who prepares things about this client."""
    actor = actor_of(request)
    require(actor, Permission.PREPARE_SHARE)
    page = read_prepared(actor=actor, disclosure_id=disclosure_id)
    client = consent.queries.disclosure_row(disclosure_id).client
    facts = {
        "page": page,
        "disclosure": disclosure_id,
        "client": client,
        "name": named(actor, client),
        "by": accounts.names([page.by]).get(page.by, "") if page else "",
    }
    return render(request, "records/share_prepared.html", facts)
