"""Telling a client of what went without their word: now, in person, or on another day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

import consent.actions
import consent.queries
from consent.access import telling as telling_permission
from consent.domain.telling import HOW_WORDS, LONGEST_DELAY, NoticeState
from counselling import db
from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere, Refused
from records.forms.bases import LATER, NOW, TOLD, TellingForm, end_of
from records.views.bases import day_words, named

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor


@require_http_methods(["GET", "HEAD", "POST"])
@once
def telling(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """Tell the client now, note that one told them, or agree that it has to wait."""
    actor = actor_of(request)
    require(actor, telling_permission(actor))
    shared = consent.queries.disclosure_row(disclosure_id)
    if shared.basis is None:
        raise NotThere("consent_disclosure", disclosure_id)
    page = consent.actions.read_basis(actor=actor, basis_id=shared.basis)
    notice = consent.queries.notices_of(shared.basis).get(disclosure_id)
    acts = _acts(actor, notice, page.row.by)
    form = TellingForm(request.POST if request.method == "POST" else None, acts=acts)
    if request.method == "POST" and form.is_valid():
        try:
            _tell(actor, disclosure_id, form)
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            messages.success(request, "Written down.")
            return redirect("records:basis", shared.basis)
    facts = {
        "form": form,
        "acts": acts,
        "page": page,
        "basis": page.row,
        "notice": notice,
        "shared": shared,
        "name": named(actor, shared.client),
        "day": day_words(notice.due_at) if notice and notice.due_at > db.now() else "",
        "how": HOW_WORDS[notice.how] if notice and notice.how else "",
        "told": bool(notice and notice.state is NoticeState.TOLD),
        "longest": LONGEST_DELAY.days,
    }
    return render(request, "records/telling.html", facts, status=422 if form.errors else 200)


def _acts(
    actor: Actor, notice: consent.queries.NoticeRow | None, stated_by: UUID
) -> list[tuple[str, str]]:
    """Offer what can still be done: told is told, and who stated it puts nothing off."""
    if notice is None or notice.state in {NoticeState.TOLD, NoticeState.NOTHING}:
        return []
    waits = notice.due_at > db.now()
    second = actor.may(Permission.RELEASE) and actor.id != stated_by
    offered = [
        (TOLD, "I told them just now", actor.may(Permission.STATE_BASIS) or second),
        (NOW, "Tell them now: their space shows it, and a letter says where to look", waits),
        (LATER, "It has to wait: I agree, as the second person, to this day", waits and second),
    ]
    return [(act, words) for act, words, offer in offered if offer]


def _tell(actor: Actor, disclosure_id: UUID, form: TellingForm) -> None:
    said = form.cleaned_data
    if said["act"] == TOLD:
        consent.actions.note_told(actor=actor, disclosure_id=disclosure_id)
    elif said["act"] == NOW:
        consent.actions.tell_now(actor=actor, disclosure_id=disclosure_id)
    elif said["act"] == LATER:
        consent.actions.tell_later(
            actor=actor, disclosure_id=disclosure_id, until=end_of(said["day"]), why=said["why"]
        )
    else:
        raise Refused("told", "The client has been told already.")
