"""Staff's pages about recipients: who they are, how they are reached, who agreed to a change."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

import clients.actions
import clients.queries
from consent import actions
from consent.domain.bases import ALONE_WAITS
from consent.domain.recipients import AddressKind, Agreement, Verified
from consent.queries import recipients as queries
from consent.views.recipient_fields import (
    AddressForm,
    DecideForm,
    MergeForm,
    NameForm,
    VerifyForm,
)
from counselling import db
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from typing import Any

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor

KEEP = Permission.KEEP_RECIPIENTS


@require_http_methods(["GET", "HEAD", "POST"])
@once
def recipients(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Whom something about a client may be told; and somebody new."""
    actor = actor_of(request)
    require(actor, KEEP if request.method == "POST" else Permission.SEE_CONSENTS)
    client = clients.queries.client_row(client_id)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.add_recipient(
            actor=actor, client_id=client_id, shown=form.shown(), kind=form.kind_said()
        )
        messages.success(request, "Written down. It allows nothing yet: ask the client.")
        return redirect("consent:recipient", made)
    facts = {
        "client": client,
        "name": _client_name(actor, client_id),
        "found": actions.read_recipients(actor=actor, client_id=client_id),
        "form": form,
        "may_keep": actor.may(KEEP),
    }
    return render(request, "consent/recipients.html", facts, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def recipient(request: HttpRequest, recipient_id: UUID) -> HttpResponse:
    """One recipient: as written and as the client signed; the ways to them, and one more."""
    actor = actor_of(request)
    require(actor, KEEP if request.method == "POST" else Permission.SEE_CONSENTS)
    row = queries.recipient_row(recipient_id)
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_address(
                actor=actor,
                recipient_id=row.id,
                kind=AddressKind(form.cleaned_data["kind"]),
                value=form.cleaned_data["reach"],
            )
            return redirect("consent:recipient-address", made)
        except Invalid as wrong:
            form.add_error("reach", wrong.message)
    facts = _facts(actor, row, form)
    return render(request, "consent/recipient.html", facts, status=400 if form.errors else 200)


def _facts(actor: Actor, row: queries.RecipientRow, form: forms.Form) -> dict[str, Any]:
    everybody = actions.read_recipients(actor=actor, client_id=row.client, ended=True)
    found = next(one for one in everybody if one.id == row.id)
    merges = [one for one in queries.merges_waiting(row.client) if row.id in (one.gone, one.into)]
    people = {one.row.by for one in found.addresses if one.row.by}
    return {
        "client": clients.queries.client_row(row.client),
        "name": _client_name(actor, row.client),
        "one": found,
        "in_use": [one for one in found.addresses if one.row.ended_at is None],
        "not_used": [one for one in found.addresses if one.row.ended_at is not None],
        "verified_by": accounts.names(people),
        "merges": merges,
        "waits": found.pending is not None or found.two_kinds or bool(merges),
        "others": len(everybody) > 1,
        "form": form,
        "may_keep": actor.may(KEEP),
        "may_decide": actor.may(Permission.RELEASE) or actor.may(KEEP),
        "may_ask": actor.may(Permission.ASK_CONSENT),
        "may_share": actor.may(Permission.PREPARE_SHARE),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@once
def name(request: HttpRequest, recipient_id: UUID) -> HttpResponse:
    """Write a recipient down as they are called today."""
    actor = actor_of(request)
    require(actor, KEEP)
    row = queries.recipient_row(recipient_id)
    found = _found(actor, row)
    shown = found.pending or found.shown
    form = NameForm(
        request.POST or None,
        initial={
            "name": shown.name, "role": shown.role, "organisation": shown.organisation,
            "address": shown.address, "kind": found.kind,
        },
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        actions.correct_recipient(
            actor=actor, recipient_id=row.id, shown=form.shown(), kind=form.kind_said()
        )
        waits = queries.recipient_row(row.id).pending is not None
        messages.success(
            request,
            "Written down. Nothing goes there before somebody else has agreed."
            if waits
            else "Written down. What was shared before keeps the words of then.",
        )
        return redirect("consent:recipient", row.id)
    facts = {"one": found, "form": form, "client": clients.queries.client_row(row.client)}
    return render(request, "consent/recipient_name.html", facts, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def merge(request: HttpRequest, recipient_id: UUID) -> HttpResponse:
    """Say that a recipient is the same as another one of this client."""
    actor = actor_of(request)
    require(actor, KEEP)
    row = queries.recipient_row(recipient_id)
    everybody = actions.read_recipients(actor=actor, client_id=row.client)
    found = next(one for one in everybody if one.id == row.id)
    others = {one.id: one.shown.name for one in everybody if one.id != row.id}
    form = MergeForm(request.POST or None, others=others)
    if request.method == "POST" and form.is_valid():
        into = UUID(form.cleaned_data["into"])
        actions.merge_recipients(actor=actor, gone_id=row.id, into_id=into)
        one = queries.same_as(row.id) == queries.same_as(into)
        messages.success(
            request,
            "They are one now. Nothing that was said or sent has changed."
            if one
            else "Written down. They count as two until somebody else has agreed.",
        )
        return redirect("consent:recipient", into)
    facts = {
        "one": found,
        "form": form,
        "others": others,
        "client": clients.queries.client_row(row.client),
    }
    return render(
        request, "consent/recipient_merge.html", facts, status=400 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def address(request: HttpRequest, address_id: UUID) -> HttpResponse:
    """Say how one made sure that an address is theirs, or that it is not used any more."""
    actor = actor_of(request)
    require(actor, KEEP)
    row = queries.address_row(address_id)
    recipient_now = queries.recipient_row(row.recipient)
    ending = request.POST.get("act") == "end"
    form = VerifyForm(None if ending else request.POST or None)
    if request.method == "POST" and ending:
        actions.end_address(actor=actor, address_id=address_id)
        messages.success(request, "Not used any more.")
        return redirect("consent:recipient", recipient_now.id)
    if request.method == "POST" and form.is_valid():
        actions.verify_address(
            actor=actor, address_id=address_id, how=Verified(form.cleaned_data["how"])
        )
        messages.success(request, "Verified.")
        return redirect("consent:recipient", recipient_now.id)
    found = _found(actor, recipient_now)
    facts = {
        "one": found,
        "way": next(each for each in found.addresses if each.row.id == address_id),
        "form": form,
        "client": clients.queries.client_row(row.client),
    }
    return render(
        request, "consent/recipient_address.html", facts, status=400 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, recipient_id: UUID) -> HttpResponse:
    """Agree, as the second person, that a changed recipient is who the client meant."""
    actor = actor_of(request)
    if not actor.may(KEEP):
        require(actor, Permission.RELEASE)
    row = queries.recipient_row(recipient_id)
    waiting = queries.waiting_of(row)
    if waiting is None:
        raise NotThere("consent_recipient_agreement", recipient_id)
    own = waiting.by == actor.id and db.now() - waiting.at < ALONE_WAITS
    form = DecideForm(request.POST or None, own=own)
    if request.method == "POST" and form.is_valid():
        answer = Agreement(form.cleaned_data["answer"])
        if waiting.wording:
            actions.decide_wording(actor=actor, wording_id=waiting.wording, answer=answer)
        elif waiting.merge:
            actions.decide_merge(actor=actor, merge_id=waiting.merge, answer=answer)
        messages.success(request, "Kept. The client sees it beside their permissions.")
        return redirect("consent:recipient", queries.same_as(row.id))
    everybody = actions.read_recipients(actor=actor, client_id=row.client)
    facts = {
        "one": next(one for one in everybody if one.id == row.id),
        "other": next((one for one in everybody if one.id == waiting.into), None),
        "gone": next((one for one in everybody if one.id == waiting.gone), None),
        "waiting": waiting,
        "by": accounts.names([waiting.by]).get(waiting.by, ""),
        "own": waiting.by == actor.id,
        "form": form,
        "client": clients.queries.client_row(row.client),
    }
    return render(
        request, "consent/recipient_decision.html", facts, status=400 if form.errors else 200
    )


def _found(actor: Actor, row: queries.RecipientRow) -> actions.RecipientNow:
    everybody = actions.read_recipients(actor=actor, client_id=row.client, ended=True)
    return next(one for one in everybody if one.id == row.id)


def _client_name(actor: Actor, client_id: UUID) -> str:
    found = clients.actions.names_for(actor=actor, client_ids=[client_id], purpose="recipients")
    return found.get(client_id, "")
