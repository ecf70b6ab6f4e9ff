"""Who else is to know of a correction: decided for each; whom the client names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

import clients.actions
import clients.queries
import consent.actions
from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere
from counselling.speech import say
from records import actions, queries
from records.forms import NamedForm, NotToldForm, TellForm

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor


@require_http_methods(["GET", "HEAD", "POST"])
@once
def other(request: HttpRequest, amendment_id: UUID, other_id: UUID) -> HttpResponse:
    """Say of one who has the note, or whom the client named: they are told, or why not."""
    actor = actor_of(request)
    require(actor, Permission.ANSWER_NOT_RIGHT)
    found = actions.others_to_tell(actor=actor, amendment_id=amendment_id)
    one = next((each for each in found if each.id == other_id), None)
    if one is None:
        raise NotThere("records_amendment_named", other_id)
    client = queries.amendment_row(amendment_id).client
    act = request.POST.get("act", "")
    telling = _telling(actor, client, one, request.POST if act == "tell" else None)
    silent = NotToldForm(request.POST if act == "not" else None)
    if act in {"tell", "not"} and one.told is None:
        answer = _decided(request, amendment_id, one, telling, silent)
        if answer is not None:
            return answer
    names = clients.actions.names_for(actor=actor, client_ids=[client], purpose="not right")
    facts = {
        "one": one,
        "client": client,
        "name": names.get(client, ""),
        "amendment": amendment_id,
        "telling": telling,
        "silent": silent,
        "may_tell": actor.may(Permission.PREPARE_SHARE),
    }
    wrong = bool(silent.errors or (telling is not None and telling.errors))
    return render(request, "records/amendment_other.html", facts, status=422 if wrong else 200)


def _telling(actor: Actor, client: UUID, one: actions.Other, said: Any) -> TellForm | None:
    """Ask which recipient it is, of whom the client named."""
    if not one.is_named:
        return None
    people = consent.actions.names_of_recipients(actor=actor, client_id=client)
    return TellForm(said, recipients=[(str(row), one.name) for row, one in people.items()])


def _decided(
    request: HttpRequest,
    amendment_id: UUID,
    one: actions.Other,
    telling: TellForm | None,
    silent: NotToldForm,
) -> HttpResponse | None:
    """Do what was said; give nothing where the form says what is missing."""
    actor = actor_of(request)
    if silent.is_bound:
        if not silent.is_valid():
            return None
        actions.tell_not(
            actor=actor, amendment_id=amendment_id, other_id=one.id, why=silent.cleaned_data["why"]
        )
        messages.success(request, "Written down. The client reads it.")
        return redirect("records:amendment", amendment_id)
    if telling is not None and not telling.is_valid():
        return None
    chosen = None if telling is None else UUID(telling.cleaned_data["recipient"])
    try:
        share = actions.tell_other(
            actor=actor, amendment_id=amendment_id, other_id=one.id, recipient_id=chosen
        )
    except Invalid as wrong:
        messages.error(request, wrong.message)
        return None
    messages.success(request, "The note with its correction is prepared. Look through it and send.")
    return redirect("records:share-look", share)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def named(request: HttpRequest, amendment_id: UUID) -> HttpResponse:
    """Write down on the client's word who else is to know."""
    actor = actor_of(request)
    require(actor, Permission.ANSWER_NOT_RIGHT)
    form = NamedForm(request.POST if request.method == "POST" else None)
    row = queries.amendment_row(amendment_id)
    if request.method == "POST" and form.is_valid():
        made = _named(actor, amendment_id, form)
        messages.success(request, "Written down. Say now whether they are told.")
        return redirect("records:amendment-other", amendment_id, made)
    names = clients.actions.names_for(actor=actor, client_ids=[row.client], purpose="not right")
    facts = {
        "form": form,
        "client": row.client,
        "name": names.get(row.client, ""),
        "amendment": amendment_id,
    }
    return render(
        request, "records/amendment_named.html", facts, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def own_named(request: HttpRequest, amendment_id: UUID) -> HttpResponse:
    """Let the client say who else is to know of what was corrected."""
    actor = actor_of(request)
    require(actor, Permission.SEE_OWN_FILE)
    require(actor, Permission.SAY_NOT_RIGHT)
    queries.amendment_row(amendment_id)
    form = NamedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _named(actor, amendment_id, form)
        messages.success(request, say("Thank you. You read here whether they were told."))
        return redirect("records:own-amendment", amendment_id)
    facts = {"form": form, "amendment": amendment_id}
    return render(
        request, "records/own_amendment_named.html", facts, status=422 if form.errors else 200
    )


def _named(actor: Actor, amendment_id: UUID, form: forms.Form) -> UUID:
    return actions.name_other(actor=actor, amendment_id=amendment_id, who=form.cleaned_data["who"])
