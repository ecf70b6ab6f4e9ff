"""The client's own pages: permissions and how to stop them, documents, what went to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

import clients.queries
from consent import actions, queries
from consent.domain.accounting import YEARS, years_before
from consent.domain.delivery import CHANNEL_WORDS
from consent.domain.states import RequestState
from consent.queries import recipients
from consent.queries.delivery import receipts
from consent.views.doors import place
from consent.views.files import pdf
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.errors import NotThere
from counselling.speech import say

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


def _own(request: HttpRequest) -> UUID:
    """Give whose space this is."""
    actor = actor_of(request)
    require(actor, Permission.SEE_OWN_FILE)
    client = clients.queries.client_of_account(actor.id)
    if client is None:
        raise NotThere("clients_client")
    return client


@require_http_methods(["GET", "HEAD"])
def requests(request: HttpRequest) -> HttpResponse:
    """What the client is asked, and what they were."""
    rows = [
        one for one in queries.requests_of(_own(request)) if one.state is not RequestState.DRAFT
    ]
    facts = {
        "waiting": [one for one in rows if one.is_out],
        "over": [one for one in rows if not one.is_out],
    }
    return render(request, "consent/own_requests.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Open a form: the sign-in is the second secret; looking at the list changes nothing."""
    actor = actor_of(request)
    require(actor, Permission.SIGN_CONSENT)
    row = queries.request_row(request_id)
    if row.state is RequestState.DRAFT:
        raise NotThere("consent_request", request_id)
    if request.method == "POST":
        actions.open_request(actor=actor, request_id=request_id)
        return redirect(place(actor, "short", request_id))
    exchanges = actions.read_own_questions(actor=actor, request_id=request_id)
    return render(request, "consent/own_request.html", {"row": row, "exchanges": exchanges})


@require_http_methods(["GET", "HEAD"])
def permissions(request: HttpRequest) -> HttpResponse:
    """A card per permission, in words, each with Stop (CL-02)."""
    client = _own(request)
    found = actions.read_permissions(actor=actor_of(request), client_id=client)
    facts = {
        "changed": _changed(request, client),
        "ends": {one.consent: one for one in queries.ends_of([client])},
        "live": [one for one in found if one.row.live],
        "ended": [one for one in found if not one.row.live],
        "several": sum(one.row.may_stop for one in found) > 1,
    }
    return render(request, "consent/permissions.html", facts)


def _changed(request: HttpRequest, client: UUID) -> list[actions.RecipientNow]:
    """Give whom they signed about and who is written otherwise today, or is one with another."""
    if not recipients.is_changed(client):
        return []
    found = actions.read_recipients(actor=actor_of(request), client_id=client)
    return [one for one in found if one.changed or one.merged or one.pending]


@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Say what stops, what was sent and what goes on; the second click stops it."""
    actor, client = actor_of(request), _own(request)
    if request.method == "POST":
        actions.withdraw(actor=actor, consent_id=consent_id)
        messages.success(request, say("Stopped. You will find a confirmation under My documents."))
        return redirect("consent:permissions")
    stopping = actions.preview_stopping(actor=actor, consent_id=consent_id)
    if stopping.client != client:
        raise NotThere("consent_consent", consent_id)
    return _stop(request, stopping)


@require_http_methods(["GET", "HEAD", "POST"])
def everything(request: HttpRequest) -> HttpResponse:
    """Stop every permission at once; care and the agreement go on."""
    actor, client = actor_of(request), _own(request)
    if request.method == "POST":
        actions.withdraw_everything(actor=actor, client_id=client)
        messages.success(request, say("Stopped. You will find a confirmation under My documents."))
        return redirect("consent:permissions")
    return _stop(request, actions.preview_stopping(actor=actor, client_id=client))


def _stop(request: HttpRequest, stopping: actions.Stopping) -> HttpResponse:
    facts = {
        "stopping": stopping,
        "layout": "layouts/sheet.html",
        "back": reverse("consent:permissions"),
    }
    return render(request, "consent/stop.html", facts)


@require_http_methods(["GET", "HEAD"])
def documents(request: HttpRequest) -> HttpResponse:
    """Every sealed document of the client."""
    client = _own(request)
    found = queries.documents_of(client, told=True)
    people = actions.names_of_recipients(actor=actor_of(request), client_id=client)
    names: dict[UUID | None, str] = {row: one.name for row, one in people.items()}
    shown = [
        (one, one.titled(names.get(one.recipient, ""))) for one in found if one.state != "cancelled"
    ]
    return render(request, "consent/documents.html", {"documents": shown})


@require_http_methods(["GET", "HEAD"])
def document_file(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Give the client a copy of their document."""
    _own(request)
    return pdf(*actions.open_document(actor=actor_of(request), document_id=document_id))


@require_http_methods(["GET", "HEAD"])
def shared(request: HttpRequest) -> HttpResponse:
    """What went to whom, why and when, from the day the client is to be told."""
    actor, client = actor_of(request), _own(request)
    found = actions.read_disclosures(actor=actor, client_id=client)
    people = accounts.names_for_clients(one.row.by for one in found)
    links = receipts(one.row.id for one in found)
    today = timezone.localdate()
    facts = {
        "shared": [
            (one, people.get(one.row.by, ""), CHANNEL_WORDS.get(one.row.channel, ""),
             links.get(one.row.id, []))
            for one in found
        ],
        "asked": actions.read_own_subpoenas(actor=actor, client_id=client),
        "accountings": actions.read_asked_accountings(actor=actor, client_id=client),
        "given": queries.given_accountings(client),
        "since": years_before(today, YEARS),
        "until_day": today,
    }  # fmt: skip
    return render(request, "consent/shared.html", facts)
