"""What clients want kept back: staff's pages and the client's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

import clients.actions
import clients.queries
import consent.actions
from consent.domain.restrictions import EndWay, RestrictionAnswer
from consent.queries import restrictions as queries
from counselling import languages
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere, Refused
from counselling.speech import say
from records.forms.restricting import AnswerWishForm, EndWishForm, WishForm
from records.queries.restricting import sessions_to_keep_back

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor


@require_http_methods(["GET", "HEAD", "POST"])
@once
def restrictions(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """What a client wants kept back, and something that staff were told."""
    actor = actor_of(request)
    posting = request.method == "POST"
    require(actor, Permission.ANSWER_RESTRICTION if posting else Permission.SEE_CONSENTS)
    client = clients.queries.client_row(client_id)
    items = sessions_to_keep_back(client_id)
    form = WishForm(
        request.POST or None,
        items=items,
        recipients=_recipients(actor, client_id),
        by_staff=True,
    )
    if posting and form.is_valid() and (made := _asked(actor, client_id, form)):
        messages.success(request, "Written down. Say now whether we agree.")
        return redirect("records:restriction", made)
    found = consent.actions.read_restrictions(actor=actor, client_id=client_id)
    facts = {
        "client": client,
        "name": _name(actor, client_id),
        "found": [(one, _item(one.row, dict(items))) for one in found],
        "form": form,
        "may_answer": actor.may(Permission.ANSWER_RESTRICTION),
    }
    return render(request, "records/restrictions.html", facts, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def restriction(request: HttpRequest, restriction_id: UUID) -> HttpResponse:
    """Answer one, or write down that it ended."""
    actor = actor_of(request)
    posting = request.method == "POST"
    require(actor, Permission.ANSWER_RESTRICTION if posting else Permission.SEE_CONSENTS)
    row = queries.restriction_row(restriction_id)
    form = _next(request, row)
    if posting and form is None:
        raise Refused("restriction-over", "It is over.", client=row.client)
    if posting and form is not None and form.is_valid() and _said(actor, row, form):
        messages.success(request, "Kept. The client reads it in their space.")
        return redirect("records:restrictions", row.client)
    found = consent.actions.read_restrictions(actor=actor, client_id=row.client)
    overridden = queries.overrides_of(row.client).get(row.id, [])
    people = {one for one in (row.by, row.answered_by) if one}
    facts = {
        "client": clients.queries.client_row(row.client),
        "name": _name(actor, row.client),
        "one": next(one for one in found if one.row.id == row.id),
        "item": _item(row, dict(sessions_to_keep_back(row.client))),
        "form": form if actor.may(Permission.ANSWER_RESTRICTION) else None,
        "answering": row.waits,
        "overridden": overridden,
        "people": accounts.names(people),
    }
    status = 400 if form is not None and form.errors else 200
    return render(request, "records/restriction.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def kept_back(request: HttpRequest) -> HttpResponse:
    """The client's own: what they want kept back, what we said, and one more."""
    actor = actor_of(request)
    require(actor, Permission.SEE_OWN_FILE)
    client_id = clients.queries.client_of_account(actor.id)
    if client_id is None:
        raise NotThere("clients_client")
    days = {session: _day(at) for session, at in queries.own_sessions()}
    form = WishForm(
        request.POST or None,
        items=[(f"session:{session}", day) for session, day in days.items()],
        recipients=_recipients(actor, client_id),
    )
    if request.method == "POST" and form.is_valid() and _asked(actor, client_id, form):
        messages.success(request, say("Thank you. You read here what we say to it."))
        return redirect("records:kept-back")
    found = consent.actions.read_restrictions(actor=actor, client_id=client_id)
    facts = {
        "found": [(one, days.get(one.row.session, "") if one.row.session else "") for one in found],
        "form": form,
    }
    return render(request, "records/kept_back.html", facts, status=400 if form.errors else 200)


def _recipients(actor: Actor, client_id: UUID) -> dict[UUID, str]:
    found = consent.actions.read_recipients(actor=actor, client_id=client_id)
    return {one.id: one.shown.name for one in found}


def _asked(actor: Actor, client_id: UUID, form: WishForm) -> UUID | None:
    """Ask it; give nothing where something is missing, which the form then says."""
    try:
        return consent.actions.ask_restriction(
            actor=actor, client_id=client_id, wish=form.wish(), how=form.how()
        )
    except Invalid as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, wrong.message)
        return None


def _next(request: HttpRequest, row: queries.RestrictionRow) -> AnswerWishForm | EndWishForm | None:
    """Give the form for what can be said about it now, if anything."""
    said = request.POST or None
    if row.waits and row.ended_at is None:
        return AnswerWishForm(said, paid=row.paid)
    return EndWishForm(said, ways=row.ways_to_end) if row.ways_to_end else None


def _said(actor: Actor, row: queries.RestrictionRow, form: AnswerWishForm | EndWishForm) -> bool:
    said = form.cleaned_data
    try:
        if isinstance(form, EndWishForm):
            consent.actions.end_restriction(
                actor=actor, restriction_id=row.id, way=EndWay(said["way"]), words=said["words"]
            )
        else:
            consent.actions.answer_restriction(
                actor=actor,
                restriction_id=row.id,
                answer=RestrictionAnswer(said["answer"]),
                reason=said["reason"],
            )
    except Invalid as wrong:
        form.add_error(wrong.field, wrong.message)
        return False
    return True


def _item(row: queries.RestrictionRow, items: dict[str, str]) -> str:
    if row.note:
        return items.get(f"note:{row.note}", "one note")
    return items.get(f"session:{row.session}", "one session") if row.session else ""


def _day(at: datetime.datetime) -> str:
    here = timezone.localtime(at)
    return f"{languages.day_in_words(here)}, {here:%H:%M}"


def _name(actor: Actor, client_id: UUID) -> str:
    found = clients.actions.names_for(
        actor=actor, client_ids=[client_id], purpose="what is kept back"
    )
    return found.get(client_id, "")
