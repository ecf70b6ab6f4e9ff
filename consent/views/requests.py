"""Staff's pages of one request: where it stands, who signed, calling it back, being a witness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

import clients.actions
import clients.queries
from consent import actions, queries
from consent.domain.answers import enforced, enforced_sha256
from consent.domain.states import RequestState, Signer, WhyVoid
from consent.forms import AnswerForm, EndForm, WitnessForm
from consent.views.asking import sent, who_signs
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from consent.queries import RequestRow
    from counselling.access import Actor


@require_http_methods(["GET", "HEAD", "POST"])
@once
def request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Where one request stands; send it again, remind of it or not."""
    actor = actor_of(request)
    require(actor, Permission.SEE_CONTACT)
    row = queries.request_row(request_id)
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act in {"remind", "quiet"}:
            actions.set_reminders(actor=actor, request_id=request_id, on=act == "remind")
            return redirect("consent:request", request_id)
        return sent(request, [request_id])
    return render(request, "consent/request.html", _facts(actor, row))


def _facts(actor: Actor, row: RequestRow) -> dict[str, object]:
    sees = actor.may(Permission.SEE_CONSENTS) and queries.consents_visible(row.client)
    asked = queries.questions_of(row.id)
    words = actions.open_questions(actor=actor, request_id=row.id) if sees and asked else {}
    parts = queries.group_of(row.id)
    return {
        "row": row,
        "client": clients.queries.client_row(row.client),
        "by": accounts.names([row.by]).get(row.by, ""),
        "read": actions.look_at_request(actor=actor, request_id=row.id) if sees else None,
        "questions": [(one, words[one.id]) for one in asked if one.id in words],
        "answer": AnswerForm(),
        "parts": _parts(actor, row, parts) if len(parts) > 1 else [],
        "together": _together(actor, row),
        "awaits": queries.waits_for(parts, row.id),
        "is_witness": row.signer is Signer.WITNESS,
        "may_witness": sees and actor.may(Permission.WITNESS),
        "may_send": actor.may(Permission.SEND_REQUEST),
        "may_ask": sees and actor.may(Permission.ASK_CONSENT),
        "again": row.state in {RequestState.EXPIRED, RequestState.VOID, RequestState.DECLINED},
    }


def _parts(
    actor: Actor, row: RequestRow, parts: tuple[queries.Part, ...]
) -> list[tuple[queries.Part, str]]:
    names = who_signs(actor, row.client)
    return [
        (one, "a witness" if one.signer is Signer.WITNESS else names.get(one.guardian, ""))
        for one in parts
    ]


def _together(actor: Actor, row: RequestRow) -> list[tuple[RequestRow, str]]:
    """Give what the others of the same case were asked in the same go, with their names."""
    rows = queries.asked_together(row.id)
    if not rows:
        return []
    names = clients.actions.names_for(
        actor=actor, client_ids=[one.client for one in rows], purpose="who was asked together"
    )
    return [(one, names.get(one.client, "")) for one in rows]


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Call a form back: a reason, and a few words if need be; its links are dead at once."""
    actor = actor_of(request)
    require(actor, Permission.SEND_REQUEST)
    row = queries.request_row(request_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.void_request(
            actor=actor,
            request_id=request_id,
            why=WhyVoid(form.cleaned_data["why"]),
            words=form.cleaned_data["words"],
        )
        messages.success(request, "The form is withdrawn. Its link is dead.")
        return redirect("consent:request", request_id)
    facts = {
        "form": form,
        "row": row,
        "several": len(queries.group_of(request_id)) > 1,
        "back": reverse("consent:request", args=[request_id]),
    }
    return render(request, "consent/request_end.html", facts, status=400 if form.errors else 200)


@require_http_methods(["POST"])
def question(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Note that a client's question has been talked about, or answer it in words."""
    actor = actor_of(request)
    require(actor, Permission.ASK_CONSENT)
    form = AnswerForm(request.POST)
    says = request.POST.get("act") == "answer"
    if says and not form.is_valid():
        row = queries.request_row(queries.asked_about(question_id))
        facts = {**_facts(actor, row), "answer": form}
        return render(request, "consent/request.html", facts, status=400)
    answer = form.cleaned_data["answer"] if says else ""
    asked = actions.close_question(actor=actor, question_id=question_id, answer=answer)
    return redirect("consent:request", asked)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def witness(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Read what the others signed, and sign in one's own name that one saw it."""
    actor = actor_of(request)
    require(actor, Permission.WITNESS)
    read = actions.look_as_witness(actor=actor, request_id=request_id)
    form = WitnessForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.sign_as_witness(
                actor=actor,
                request_id=request_id,
                name=form.cleaned_data["name"],
                enforced_shown=form.cleaned_data["enforced"],
                agent=request.headers.get("User-Agent", ""),
            )
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            messages.success(request, "Signed. The document is being sealed.")
            return redirect("consent:request", request_id)
    form.initial["enforced"] = enforced_sha256(read.filled, read.together)
    facts = {
        "read": read,
        "form": form,
        "row": queries.request_row(request_id),
        "client": clients.queries.client_row(read.client),
        "sentences": enforced(read.filled, read.together),
        "awaits": queries.waits_for(queries.group_of(request_id), request_id),
    }
    return render(request, "consent/witness.html", facts, status=400 if form.errors else 200)
