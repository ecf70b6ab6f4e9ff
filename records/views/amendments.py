"""What clients say is not right: the queue, one of them, and each answer to it (RT-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

import clients.actions
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, Stale
from records import access, actions, queries
from records.domain.amendments import AMENDMENT_WORDS, AmendmentState
from records.forms import AcceptForm, ReasonForm, RefuseForm, ReplyForm
from records.views import said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor
    from records.queries import AmendmentRow


@require_safe
def amendments(request: HttpRequest) -> HttpResponse:
    """List what waits for an answer, what is due first, and what was answered lately."""
    actor = actor_of(request)
    require(actor, Permission.ANSWER_NOT_RIGHT)
    waiting, answered = queries.open_amendments(), queries.answered_amendments()
    people = {one.client for one in (*waiting, *answered)}
    names = clients.actions.names_for(actor=actor, client_ids=people, purpose="not right")
    facts = {
        "waiting": [_line(one, names) for one in waiting],
        "answered": [_line(one, names) for one in answered],
    }
    return render(request, "records/amendments.html", facts)


def _line(one: AmendmentRow, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "row": one,
        "name": names.get(one.client, ""),
        "word": AMENDMENT_WORDS[one.state],
        "chip": said.CHIPS[one.state],
    }


@require_safe
def amendment(request: HttpRequest, amendment_id: UUID) -> HttpResponse:
    """Show what a client said and what became of it; the note itself is a click away."""
    actor = actor_of(request)
    require(actor, access.seeing_clients_amendments(actor))
    return render(request, "records/amendment.html", _facts(actor, amendment_id))


def _facts(actor: Actor, amendment_id: UUID) -> dict[str, Any]:
    one = actions.open_amendment(actor=actor, amendment_id=amendment_id)
    names = clients.actions.names_for(actor=actor, client_ids=[one.client], purpose="not right")
    (shown,) = said.facts([one], accounts.names(said.people_in([one])), names)
    may = actor.may(Permission.ANSWER_NOT_RIGHT)
    return {
        "one": shown,
        "client": one.client,
        "session_at": one.session_at,
        "note": one.note if actor.may(Permission.READ_NOTE) else None,
        "may_accept": may and one.open and actor.may(Permission.WRITE_NOTE),
        "may_refuse": may and one.open,
        "may_extend": may and one.may_extend,
        "may_reply": may and one.state is AmendmentState.DISAGREED,
        "overdue": queries.amendment_row(amendment_id).overdue,
        "corrected": one.state is AmendmentState.ACCEPTED,
        "may_decide": may,
        "others": actions.others_to_tell(actor=actor, amendment_id=amendment_id),
    }


def _answer(
    form_of: type[forms.Form],
    template: str,
    act: Callable[[Actor, UUID, Any], None],
    done: str,
    *,
    may: str,
    also: Permission = Permission.ANSWER_NOT_RIGHT,
) -> Callable[..., HttpResponse]:
    """Make the page of one answer: a form, what follows from it, and back to what was said."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @once
    def view(request: HttpRequest, amendment_id: UUID) -> HttpResponse:
        actor = actor_of(request)
        require(actor, Permission.ANSWER_NOT_RIGHT)
        require(actor, also)
        form = form_of(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                act(actor, amendment_id, form)
            except Stale:
                messages.warning(request, "This was answered meanwhile. Nothing was changed.")
                return redirect("records:amendment", amendment_id)
            except Invalid as wrong:
                form.add_error(None, wrong.message)
            else:
                messages.success(request, done)
                return redirect("records:amendment", amendment_id)
        facts = _facts(actor, amendment_id)
        if not facts[may]:
            return redirect("records:amendment", amendment_id)
        facts |= {"form": form, "back": reverse("records:amendment", args=[amendment_id])}
        return render(request, template, facts, status=422 if form.errors else 200)

    return view


def _accept(actor: Actor, amendment_id: UUID, form: AcceptForm) -> None:
    actions.accept_amendment(
        actor=actor,
        amendment_id=amendment_id,
        correction=form.cleaned_data["correction"],
        words=form.cleaned_data["words"],
    )


def _refuse(actor: Actor, amendment_id: UUID, form: RefuseForm) -> None:
    actions.refuse_amendment(
        actor=actor,
        amendment_id=amendment_id,
        basis=form.chosen_basis,
        words=form.cleaned_data["words"],
    )


def _extend(actor: Actor, amendment_id: UUID, form: ReasonForm) -> None:
    actions.extend_amendment(
        actor=actor, amendment_id=amendment_id, reason=form.cleaned_data["reason"]
    )


def _reply(actor: Actor, amendment_id: UUID, form: ReplyForm) -> None:
    actions.reply_to_statement(
        actor=actor, amendment_id=amendment_id, words=form.cleaned_data["words"]
    )


acceptance = _answer(
    AcceptForm,
    "records/acceptance.html",
    _accept,
    "Accepted. The correction stands under the note; the client is told. Say now who else is.",
    may="may_accept",
    also=Permission.WRITE_NOTE,
)
refusal = _answer(
    RefuseForm,
    "records/refusal.html",
    _refuse,
    "Refused. The client is told, and may put a statement beside the note.",
    may="may_refuse",
)
extension = _answer(
    ReasonForm,
    "records/extension.html",
    _extend,
    "Thirty more days. The client is told why.",
    may="may_extend",
)
reply = _answer(
    ReplyForm,
    "records/reply.html",
    _reply,
    "Your reply stands beside the note. The client is told.",
    may="may_reply",
)
