"""Staff's pages: what a client allowed, what came of it, and recording what they stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

import clients.actions
import clients.queries
from consent import actions, queries
from consent.access import delivering, taking_back
from consent.actions.disclosed import read_why
from consent.actions.showing import CHANNELS
from consent.forms import HowForm
from consent.queries.bases import basis_row
from consent.queries.documents import told_at
from consent.views.files import pdf
from counselling import db
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


def _name(request: HttpRequest, client_id: UUID, purpose: str) -> str:
    found = clients.actions.names_for(
        actor=actor_of(request), client_ids=[client_id], purpose=purpose
    )
    return found.get(client_id, "")


@require_http_methods(["GET", "HEAD"])
def consents(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """What a client allowed, what is on its way, which documents there are, what went to whom."""
    actor = actor_of(request)
    require(actor, Permission.SEE_CONSENTS)
    client = clients.queries.client_row(client_id)
    permissions = actions.read_permissions(actor=actor, client_id=client_id)
    asked, made = queries.requests_of(client_id), queries.documents_of(client_id)
    people = actions.names_of_recipients(actor=actor, client_id=client_id)
    names: dict[UUID | None, str] = {row: one.name for row, one in people.items()}
    facts = {
        "client": client,
        "name": _name(request, client_id, "permissions"),
        "live": [one for one in permissions if one.row.live],
        "ended": [one for one in permissions if not one.row.live],
        "requests": [(one, one.form.titled(names.get(one.recipient, ""))) for one in asked],
        "documents": [(one, one.titled(names.get(one.recipient, ""))) for one in made],
        "shared": actions.read_disclosures(actor=actor, client_id=client_id),
        "may_ask": actor.may(Permission.ASK_CONSENT),
        "may_stop": actor.may(Permission.RECORD_WITHDRAWAL),
        "may_write": queries.allows(client_id, "email"),
        "stops": queries.open_stops([client_id]),
        "ends": queries.ends_of([client_id]),
        "together": queries.going_through([client_id]).get(client_id),
        "gone": queries.last_gone_through(client_id),
    }
    return render(request, "consent/consents.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Record that the client stopped a permission in the room, by phone or by letter."""
    actor = actor_of(request)
    require(actor, Permission.RECORD_WITHDRAWAL)
    row = queries.consent_row(consent_id)
    form = HowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.withdraw(actor=actor, consent_id=consent_id, how=form.cleaned_data["how"])
        messages.success(request, "Stopped. The client gets a confirmation.")
        return redirect("consent:consents", row.client)
    facts = {
        "form": form,
        "stopping": actions.preview_stopping(actor=actor, consent_id=consent_id),
        "back": reverse("consent:consents", args=[row.client]),
        "client": clients.queries.client_row(row.client),
    }
    status = 400 if form.errors else 200
    return render(request, "consent/withdrawal.html", facts, status=status)


@require_http_methods(["GET", "HEAD"])
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Where one document stands."""
    require(actor_of(request), Permission.SEE_CONSENTS)
    row = queries.document_row(document_id)
    facts = {"row": row, "client": clients.queries.client_row(row.client)}
    return render(request, "consent/document.html", facts)


@require_http_methods(["GET", "HEAD"])
def document_file(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Give the sealed PDF to staff who may see it."""
    actor = actor_of(request)
    require(actor, Permission.SEE_CONSENTS)
    return pdf(*actions.open_document(actor=actor, document_id=document_id))


@require_http_methods(["GET", "HEAD"])
def disclosure(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """One thing that was shared, with everything an accounting asks for (DS-01)."""
    actor = actor_of(request)
    require(actor, Permission.SEE_CONSENTS)
    row = queries.disclosure_row(disclosure_id)
    shared = actions.read_disclosures(actor=actor, client_id=row.client)
    told = told_at([row.id])[row.id]
    facts = {
        "shared": next(one for one in shared if one.row.id == row.id),
        "permission": queries.consent_row(row.consent) if row.consent else None,
        "basis": basis_row(row.basis) if row.basis else None,
        "told_at": told,
        "untold": told > db.now(),
        "why": read_why(actor=actor, disclosure_id=disclosure_id),
        "may_see_prepared": actor.may(Permission.PREPARE_SHARE),
        "client": clients.queries.client_row(row.client),
        "name": _name(request, row.client, "what was shared"),
        "by": accounts.names([row.by]).get(row.by, ""),
        "receipts": queries.receipts([row.id]).get(row.id, []),
        "told_end": queries.told_of_end([row.id]).get(row.id),
        "row": row,
        "how": CHANNELS.get(row.channel, row.channel),
        "may_deliver": actor.may(delivering(actor)),
        "may_take_back": actor.may(taking_back(actor)),
        "may_tell": actor.may(Permission.RECORD_WITHDRAWAL),
        "ended": bool(queries.why_not_now([row.id]).get(row.id)),
    }
    return render(request, "consent/disclosure.html", facts)
