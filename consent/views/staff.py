"""Staff's pages: ask for a consent, see what a client allowed, record what they stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

import clients.actions
import clients.queries
from consent import actions, queries
from consent.forms import AskForm, HowForm, today
from consent.views.files import pdf
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from consent.queries import FormRow, RequestRow


def _name(request: HttpRequest, client_id: UUID, purpose: str) -> str:
    found = clients.actions.names_for(
        actor=actor_of(request), client_ids=[client_id], purpose=purpose
    )
    return found.get(client_id, "")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def request_new(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Pick a form, say what it needs to know, send it: two clicks for the form used last."""
    actor = actor_of(request)
    require(actor, Permission.ASK_CONSENT)
    client = clients.queries.client_row(client_id)
    library = queries.forms_for(client_id, client.language)
    chosen = _chosen(library, request.POST.get("form") or request.GET.get("form", ""))
    recipients = (
        actions.names_of_recipients(actor=actor, client_id=client_id) if chosen.shares else {}
    )
    form = AskForm(request.POST or None, form=chosen, recipients=recipients, today=today())
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask(
                actor=actor,
                client_id=client_id,
                version_id=chosen.id,
                case_id=_case(client_id),
                asking=form.asking(),
            )
        except Invalid as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, wrong.message)
        else:
            if request.POST.get("act") == "keep":
                return redirect("consent:request", made)
            return _sent(request, made)
    facts = {
        "form": form,
        "library": library,
        "chosen": chosen,
        "client": client,
        "name": _name(request, client_id, "asking for a consent"),
    }
    status = 400 if form.errors else 200
    return render(request, "consent/request_new.html", facts, status=status)


def _chosen(library: list[FormRow], slug: str) -> FormRow:
    return next((one for one in library if one.slug == slug), library[0])


def _case(client_id: UUID) -> UUID | None:
    """Give the case a request belongs to, if there is no doubt."""
    found = [one for one in clients.queries.cases_of(client_id) if one.closed_at is None]
    return found[0].id if len(found) == 1 else None


def _sent(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Send, and show link and PIN in the answer itself: they are kept nowhere, so shown once."""
    sent = actions.send_request(actor=actor_of(request), request_id=request_id)
    row = queries.request_row(request_id)
    facts = {
        "sent": sent,
        "row": row,
        "link": settings.BASE_URL.rstrip("/") + sent.path,
        "client": clients.queries.client_row(row.client),
        "name": _name(request, row.client, "telling a PIN"),
    }
    response = render(request, "consent/request_sent.html", facts)
    response.made_at = reverse("consent:request", args=[request_id])  # type: ignore[attr-defined]  # read by `once`
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@once
def request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Where one request stands; send it again, withdraw it."""
    actor = actor_of(request)
    require(actor, Permission.SEE_CONTACT)
    row = queries.request_row(request_id)
    if request.method == "POST":
        if request.POST.get("act") == "void":
            actions.void_request(actor=actor, request_id=request_id)
            messages.success(request, "The form is withdrawn. Its link is dead.")
            return redirect("consent:request", request_id)
        return _sent(request, request_id)
    return render(request, "consent/request.html", _facts(request, row))


def _facts(request: HttpRequest, row: RequestRow) -> dict[str, object]:
    actor = actor_of(request)
    sees = actor.may(Permission.SEE_CONSENTS) and _is_clear(row)
    asked = queries.questions_of(row.id)
    words = actions.open_questions(actor=actor, request_id=row.id) if sees and asked else {}
    return {
        "row": row,
        "client": clients.queries.client_row(row.client),
        "by": accounts.names([row.by]).get(row.by, ""),
        "read": actions.look_at_request(actor=actor, request_id=row.id) if sees else None,
        "questions": [(one, words[one.id]) for one in asked if one.id in words],
        "may_send": actor.may(Permission.SEND_REQUEST),
        "may_ask": actor.may(Permission.ASK_CONSENT),
    }


def _is_clear(row: RequestRow) -> bool:
    """Say whether this person sees more of the client than how to reach them."""
    return bool(queries.consents_visible(row.client))


@require_http_methods(["POST"])
def question(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Note that a client's question has been talked about."""
    asked = actions.close_question(actor=actor_of(request), question_id=question_id)
    return redirect("consent:request", asked)


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
    facts = {
        "shared": next(one for one in shared if one.row.id == row.id),
        "permission": queries.consent_row(row.consent),
        "client": clients.queries.client_row(row.client),
        "name": _name(request, row.client, "what was shared"),
        "by": accounts.names([row.by]).get(row.by, ""),
    }
    return render(request, "consent/disclosure.html", facts)
