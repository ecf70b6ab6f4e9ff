"""Taking somebody in, correcting what is known, the safe-contact card, a sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clients import actions, forms, queries
from clients.domain import CaseKind
from counselling import db
from counselling.access import Permission, actor_of, require, require_step_up
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor

ASK = ["GET", "HEAD", "POST"]


@require_http_methods(ASK)
@once
def intake(request: HttpRequest) -> HttpResponse:
    """Take in somebody new, alone or into a case there is."""
    actor = actor_of(request)
    require(actor, Permission.TAKE_IN_CLIENT)
    case_id = _case_of(request)
    case = queries.case_row(case_id) if case_id else None
    form = forms.IntakeForm(request.POST if request.method == "POST" else None)
    if case:
        form.fields.pop("kind")
    if form.is_valid():
        try:
            client_id = _take_in(actor, form, case_id)
        except Invalid as no:
            form.add_error(no.field if no.field in form.fields else None, no.message)
        else:
            reference = queries.client_row(client_id).reference
            messages.success(request, f"Taken in as {reference}.")
            return redirect("clients:case", case_id or queries.cases_of(client_id)[0].id)
    back = reverse("clients:case", args=[case.id]) if case else reverse("clients:caseload")
    return render(request, "clients/intake.html", {"form": form, "case": case, "back": back})


def _case_of(request: HttpRequest) -> UUID | None:
    typed = request.GET.get("case")
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise NotThere("clients_case") from None


def _take_in(actor: Actor, form: forms.IntakeForm, case_id: UUID | None) -> UUID:
    return actions.take_in(
        actor=actor,
        identity=form.identity(),
        contact=form.contact(),
        card=form.card(),
        kind=CaseKind(form.cleaned_data.get("kind", CaseKind.INDIVIDUAL.value)),
        case_id=case_id,
    )


@require_http_methods(ASK)
def identity(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Correct who somebody is and how to reach them at all."""
    actor = actor_of(request)
    require(actor, Permission.AMEND_CONTACT)
    file = actions.open_client(actor=actor, client_id=client_id, purpose="correcting details")
    form = forms.DetailsForm(
        request.POST if request.method == "POST" else None,
        initial=forms.details_of(file.identity, file.contact),
    )
    if form.is_valid():
        changed = False
        if form.identity() != file.identity:
            actions.amend_identity(actor=actor, client_id=client_id, identity=form.identity())
            changed = True
        if form.contact() != file.contact:
            actions.amend_contact(actor=actor, client_id=client_id, contact=form.contact())
            changed = True
        messages.success(request, "Saved." if changed else "Nothing had changed.")
        return redirect("client", client_id)
    return render(request, "clients/identity.html", {"form": form, "file": file})


@require_http_methods(ASK)
def card(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Write down how somebody may be reached."""
    actor = actor_of(request)
    require(actor, Permission.AMEND_CONTACT)
    file = actions.open_client(actor=actor, client_id=client_id, purpose="safe-contact card")
    form = forms.CardForm(
        request.POST if request.method == "POST" else None,
        initial=forms.card_fields_of(file.card),
        texts=queries.texts_may_go(client_id),
    )
    if form.is_valid() and _card_kept(actor, client_id, form):
        messages.success(request, "Saved. Every message obeys it from now on.")
        return redirect("client", client_id)
    context = {"form": form, "file": file, "held": queries.held_messages(client_id)}
    return render(request, "clients/card.html", context)


def _card_kept(actor: Actor, client_id: UUID, form: forms.CardForm) -> bool:
    try:
        actions.set_card(actor=actor, client_id=client_id, card=form.card())
    except Invalid as wrong:
        form.add_error(wrong.field, wrong.message)
        return False
    return True


@require_http_methods(ASK)
def portal(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Give a sign-in, or a new link for one; link and PIN are shown this once."""
    actor = actor_of(request)
    require(actor, Permission.GIVE_PORTAL)
    row = queries.client_row(client_id)
    if row.has_portal:
        return _renewed(request, actor, client_id)
    file = actions.open_client(actor=actor, client_id=client_id, purpose="giving a sign-in")
    form = forms.PortalForm(
        request.POST if request.method == "POST" else None, initial={"email": file.contact.email}
    )
    if form.is_valid():
        try:
            given = actions.give_portal_access(
                actor=actor, client_id=client_id, **form.cleaned_data
            )
        except Invalid as no:
            form.add_error(no.field if no.field in form.fields else None, no.message)
        else:
            return _shown_once(request, row, given)
    return render(request, "clients/portal.html", {"form": form, "file": file})


def _renewed(request: HttpRequest, actor: Actor, client_id: UUID) -> HttpResponse:
    row = queries.client_row(client_id)
    by_word = request.POST.get("act") == "word"
    form = forms.AgreedForm(request.POST if by_word else None)
    if request.method == "POST" and not by_word:
        given = actions.renew_portal_invitation(actor=actor, client_id=client_id)
        return _shown_once(request, row, given)
    if form.is_valid():
        try:
            given = actions.agree_on_word(actor=actor, client_id=client_id, **form.cleaned_data)
        except Invalid as no:
            form.add_error(no.field if no.field in form.fields else None, no.message)
        else:
            return _shown_once(request, row, given)
    if in_use := queries.portal_in_use(client_id):
        require_step_up(actor, db.now())
    back = reverse("client", args=[client_id])
    context = {"client": row, "in_use": in_use, "back": back, "form": form}
    return render(request, "clients/portal_again.html", context)


def _shown_once(
    request: HttpRequest, row: queries.ClientRow, given: actions.PortalGiven
) -> HttpResponse:
    if not given.pin:
        way_in = settings.PORTAL_URL + reverse("accounts:link-new")
        shown = {"client": row, "way_in": way_in, "sent": given.sent}
        return render(request, "clients/portal_word.html", shown)
    path = given.path_to_hand_over
    link = settings.PORTAL_URL + path if path else ""
    context = {"client": row, "pin": given.pin, "link": link}
    return render(request, "clients/portal_given.html", context)
