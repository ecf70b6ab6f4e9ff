"""Before a permission ends its client keeps it, changes it or stops it; silence ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

import clients.queries
from consent import actions, queries
from consent.views.doors import place
from counselling.access import Permission, actor_of, require
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor


@require_http_methods(["GET", "HEAD", "POST"])
def own_ending(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Ask what is to become of a permission that ends soon; every way is one press."""
    actor = actor_of(request)
    require(actor, Permission.WITHDRAW_CONSENT)
    client = clients.queries.client_of_account(actor.id)
    row = queries.consent_row(consent_id)
    if client is None or row.client != client:
        raise NotThere("consent_consent", consent_id)
    ends = next((one for one in queries.ends_of([client]) if one.consent == consent_id), None)
    if ends is None:
        return redirect("consent:permissions")
    if request.method == "POST":
        return _answered(request, actor, consent_id)
    stopping = actions.preview_stopping(actor=actor, consent_id=consent_id)
    facts = {"ends": ends, "row": row, "permission": stopping.ending[0]}
    return render(request, "consent/ending.html", facts)


def _answered(request: HttpRequest, actor: Actor, consent_id: UUID) -> HttpResponse:
    act = request.POST.get("act")
    if act == "keep":
        return _kept(request, actor, consent_id)
    if act != "change":
        raise Invalid("Choose what is to become of it.")
    actions.ask_to_change(actor=actor, consent_id=consent_id)
    messages.success(request, _("Your counsellor is told and talks about it with you."))
    return redirect("consent:permissions")


def _kept(request: HttpRequest, actor: Actor, consent_id: UUID) -> HttpResponse:
    """Lead to what is to be signed: the newest words of the form, and nothing answered in it."""
    try:
        made = actions.keep(actor=actor, consent_id=consent_id)
    except Invalid as missing:
        raise Refused("not-kept", missing.message) from missing
    if made is None:
        messages.success(
            request, _("Others sign this with you. Your counsellor is told and asks all of you.")
        )
        return redirect("consent:permissions")
    row = queries.request_row(made)
    if row.is_out and row.opened_at is None:
        actions.open_request(actor=actor, request_id=made)
    return redirect(place(actor, "short", made))


@require_POST
def seen_to(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Note that what a client's stop asks for is done."""
    actor = actor_of(request)
    told = 0
    if request.POST.get("tell") == "yes":
        # how many pieces went does not matter: each address is written to once
        went = queries.to_tell_of_end(task_id)
        told = actions.tell_it_ended(actor=actor, disclosure_ids=went)
    client = actions.see_to_stop(actor=actor, task_id=task_id)
    words = f" {told} letter{'' if told == 1 else 's'} on the way." if told else ""
    messages.success(request, f"Noted: you have seen to it.{words}")
    return redirect(reverse("consent:consents", args=[client]))
