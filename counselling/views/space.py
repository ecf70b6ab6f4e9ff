"""The client's home: what waits, what they allowed, who opened their file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

import clients.queries
import consent.queries
import records.queries
from counselling import languages
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.errors import NotThere
from counselling.views.accesses import how_many_since
from records.queries.shares import own_showings

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def space(request: HttpRequest) -> HttpResponse:
    """Show the client where everything stands; no sealed value is opened."""
    actor = actor_of(request)
    require(actor, Permission.SEE_OWN_FILE)
    client = clients.queries.client_of_account(actor.id)
    if client is None:
        raise NotThere("clients_portalaccess")
    waiting = [
        one for one in consent.queries.requests_of(client) if one.state in {"sent", "opened"}
    ]
    notice = consent.queries.privacy_notice(languages.spoken())
    unseen = notice if consent.queries.seen_notice(actor, notice) is None else None
    facts = {
        "unseen_notice": unseen,
        "to_read": len(waiting) + (unseen is not None),
        "offers_factor": not accounts.is_enrolled(actor.id),
        "waiting": waiting,
        "shown_first": [one for one in own_showings(client) if not one.answer],
        "live": consent.queries.live_consents(client),
        "ends": consent.queries.ends_of([client]),
        "documents": consent.queries.documents_of(client, told=True),
        "has_plan": records.queries.has_own_plan(),
        "dangers": len(records.queries.told_dangers()),
        "disclosures": consent.queries.disclosures_of(client, told=True),
        "readable": records.queries.count_own_readings(client),
        "looked": (last := clients.queries.looked_last(client)),
        "openings": how_many_since(client, last),
    }
    return render(request, "space.html", facts)
