"""Staff's pages of subpoenas and legal holds: what came, what happens next, who ends a hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

import clients.actions
import clients.queries
from consent import actions, queries
from consent.domain.subpoenas import STEP_WORDS, HoldAnswer, HowTold, Step, WhyHeld
from consent.views.law_fields import (
    HoldEndForm,
    HoldForm,
    PaperForm,
    StepForm,
    SubpoenaForm,
    ToldForm,
)
from counselling import db
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid
from counselling.papers import as_attachment, takes_paper

if TYPE_CHECKING:
    from uuid import UUID

    from django import forms
    from django.http import HttpRequest, HttpResponse

_FORMS: Final = {"step": StepForm, "told": ToldForm, "paper": PaperForm}


def _about(request: HttpRequest, client_id: UUID) -> dict[str, Any]:
    """Say whose file it is."""
    names = clients.actions.names_for(
        actor=actor_of(request), client_ids=[client_id], purpose="a subpoena"
    )
    return {"client": clients.queries.client_row(client_id), "name": names.get(client_id, "")}


@require_safe
def subpoenas(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """What was asked for by subpoena, and why nothing is erased."""
    actor = actor_of(request)
    require(actor, Permission.SEE_CONSENTS)
    found = actions.read_subpoenas(actor=actor, client_id=client_id)
    holds = actions.read_holds(actor=actor, client_id=client_id)
    facts = _about(request, client_id) | {
        "subpoenas": found,
        "holds": holds,
        "held": queries.held(client_id),
        "people": accounts.names(_people(one.row for one in holds)),
        "may": actor.may(Permission.HANDLE_SUBPOENA),
    }
    return render(request, "consent/subpoenas.html", facts)


def _people(holds: Any) -> set[UUID]:
    found = {one for row in holds for one in (row.by, row.asked_by, row.answered_by)}
    return {one for one in found if one is not None}


@takes_paper
@require_http_methods(["GET", "HEAD", "POST"])
@once
def subpoena_new(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Write down a subpoena."""
    actor = actor_of(request)
    require(actor, Permission.HANDLE_SUBPOENA)
    clients.queries.client_row(client_id)
    form = SubpoenaForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.record_subpoena(actor=actor, client_id=client_id, came=form.came())
        except Invalid as wrong:
            form.add_error(wrong.field or None, wrong.message)
        else:
            if paper := form.cleaned_data["paper"]:
                actions.keep_subpoena_paper(
                    actor=actor, subpoena_id=made, content=paper.content, media=paper.media
                )
            messages.success(request, "Written down. Nothing is erased, and the client is told.")
            return redirect("consent:subpoena", made)
    facts = _about(request, client_id) | {"form": form}
    return render(request, "consent/subpoena_new.html", facts, status=_status(form))


def _status(*forms_: forms.Form) -> int:
    return 400 if any(one.errors for one in forms_) else 200


@takes_paper
@require_http_methods(["GET", "HEAD", "POST"])
@once
def subpoena(request: HttpRequest, subpoena_id: UUID) -> HttpResponse:
    """One subpoena: what it asks for, what happened, and what comes next."""
    actor = actor_of(request)
    require(actor, Permission.SEE_CONSENTS)
    row = queries.subpoena_row(subpoena_id)
    act = request.POST.get("act", "")
    filled = _FORMS[act](request.POST, request.FILES) if act in _FORMS else None
    if filled is not None and filled.is_valid():
        try:
            _do(request, subpoena_id, act, filled.cleaned_data)
            return redirect("consent:subpoena", subpoena_id)
        except Invalid as wrong:
            filled.add_error(wrong.field or None, wrong.message)
    shown = actions.read_subpoena(actor=actor, subpoena_id=subpoena_id)
    forms_ = {name: filled if act == name and filled else made() for name, made in _FORMS.items()}
    facts = _about(request, row.client) | {
        "shown": shown,
        "forms": forms_,
        "steps": [(STEP_WORDS[one.kind], one) for one in shown.steps],
        "people": accounts.names({one.by for one in shown.steps} | {row.by} | _told_by(row)),
        "to_tell": row.told_at is None and row.to_be_told(db.now()),
        "holds": queries.held(row.client),
        "may": actor.may(Permission.HANDLE_SUBPOENA),
        "may_prepare": actor.may(Permission.PREPARE_SHARE),
        "nobody": not any(one.assigned(db.now()) for one in clients.queries.cases_of(row.client)),
    }
    status = 400 if filled is not None or request.method == "POST" else 200
    return render(request, "consent/subpoena.html", facts, status=status)


def _told_by(row: queries.SubpoenaRow) -> set[UUID]:
    return set() if row.told_by is None else {row.told_by}


def _do(request: HttpRequest, subpoena_id: UUID, act: str, said: dict[str, Any]) -> None:
    actor = actor_of(request)
    if act == "step":
        actions.add_step(
            actor=actor, subpoena_id=subpoena_id, kind=Step(said["kind"]), on=said["on"],
            words=said["words"],
        )  # fmt: skip
    elif act == "told":
        actions.told_of_subpoena(actor=actor, subpoena_id=subpoena_id, how=HowTold(said["how"]))
    else:
        paper = said["paper"]
        actions.keep_subpoena_paper(
            actor=actor, subpoena_id=subpoena_id, content=paper.content, media=paper.media
        )
    messages.success(request, "Written down.")


@require_safe
def subpoena_paper(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Give the paper as it came: to be kept, never shown by a browser."""
    content, media = actions.open_subpoena_paper(actor=actor_of(request), paper_id=paper_id)
    return as_attachment(content, media, f"subpoena-{timezone.localdate():%Y-%m-%d}")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def hold_new(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Lay down that nothing is erased, for another reason than a subpoena."""
    actor = actor_of(request)
    require(actor, Permission.HANDLE_SUBPOENA)
    clients.queries.client_row(client_id)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.place_hold(
            actor=actor, client_id=client_id, why=WhyHeld(form.cleaned_data["why"]),
            words=form.cleaned_data["words"],
        )  # fmt: skip
        messages.success(request, "Nothing of this client is erased until two of you end it.")
        return redirect("consent:subpoenas", client_id)
    facts = _about(request, client_id) | {"form": form}
    return render(request, "consent/hold_new.html", facts, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def hold(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Ask that a hold ends, or answer as the second person."""
    actor = actor_of(request)
    require(actor, Permission.SEE_CONSENTS)
    row = queries.hold_row(hold_id)
    form = HoldEndForm(request.POST if request.POST.get("act") == "ask" else None)
    if request.POST.get("act") in {one.value for one in HoldAnswer}:
        answer = HoldAnswer(request.POST["act"])
        actions.decide_hold_end(actor=actor, hold_id=hold_id, answer=answer)
        messages.success(request, "The hold has ended." if answer == "end" else "The hold stays.")
        return redirect("consent:subpoenas", row.client)
    if form.is_valid():
        actions.ask_hold_end(actor=actor, hold_id=hold_id, words=form.cleaned_data["words"])
        messages.success(request, "Asked. Somebody else decides.")
        return redirect("consent:subpoenas", row.client)
    shown = actions.read_holds(actor=actor, client_id=row.client)
    facts = _about(request, row.client) | {
        "hold": next(one for one in shown if one.row.id == hold_id),
        "holding": [one for one in queries.open_subpoenas([row.client]) if one.hold == hold_id],
        "form": form,
        "people": accounts.names(_people([row])),
        "may": actor.may(Permission.HANDLE_SUBPOENA),
        "may_decide": actor.may(Permission.RELEASE) and row.asked_by != actor.id,
        "back": reverse("consent:subpoenas", args=[row.client]),
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "consent/hold.html", facts, status=status)
