"""A guardian's own pages: what they are asked, what they allowed for somebody, how to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import clients.actions
import clients.queries
from consent import actions, queries
from consent.domain.states import RequestState
from consent.views.files import pdf
from counselling.access import Permission, actor_of, require
from counselling.errors import NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from clients.queries import Guarded

_GUARDIAN = "guardian"


def _now(request: HttpRequest) -> Guarded | None:
    """Give for whom this guardian decides now; nothing once the decision has ended."""
    require(actor_of(request), Permission.SEE_GUARDED)
    return clients.queries.guarded()


def _guarded(request: HttpRequest) -> UUID:
    now = _now(request)
    if now is None:
        raise NotThere("clients_client")
    return now.client


@require_http_methods(["GET", "HEAD"])
def guarded(request: HttpRequest) -> HttpResponse:
    """Show where everything stands on one page: what waits, what holds, what to keep."""
    now = _now(request)
    if now is None:
        return render(request, "consent/guarded_over.html")
    actor, client = actor_of(request), now.client
    names = clients.actions.names_for(actor=actor, client_ids=[client], purpose="guardian's space")
    asked = [one for one in queries.requests_of(client) if one.state is not RequestState.DRAFT]
    allowed = actions.read_permissions(actor=actor, client_id=client)
    kept = [one for one in queries.documents_of(client, told=True) if one.state != "cancelled"]
    facts = {
        "name": names.get(client, ""),
        "now": now,
        "waiting": [one for one in asked if one.is_out],
        "live": [one for one in allowed if one.row.live],
        "ended": [one for one in allowed if not one.row.live],
        "documents": [(one, one.titled("")) for one in kept],
    }
    return render(request, "consent/guarded.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Say what stops and what goes on; the second click stops it, for all who signed."""
    actor, client = actor_of(request), _guarded(request)
    if request.method == "POST":
        actions.withdraw(actor=actor, consent_id=consent_id, how=_GUARDIAN)
        messages.success(request, _("Stopped. The confirmation stands under Documents."))
        return redirect("consent:guarded")
    stopping = actions.preview_stopping(actor=actor, consent_id=consent_id)
    if stopping.client != client:
        raise NotThere("consent_consent", consent_id)
    facts = {
        "stopping": stopping,
        "layout": "layouts/sheet.html",
        "back": reverse("consent:guarded"),
    }
    return render(request, "consent/stop.html", facts)


@require_http_methods(["GET", "HEAD"])
def document_file(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Give a guardian a copy of what they signed, or of the confirmation of an end."""
    _guarded(request)
    return pdf(*actions.open_document(actor=actor_of(request), document_id=document_id))
