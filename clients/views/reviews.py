"""Emergency accesses to review: the list, and one with what may be said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit.domain import kinds
from clients import actions, forms, queries
from clients.domain.emergency import DECISION_WORDS, REASON_WORDS, REVIEW_WITHIN, Decision
from counselling import db
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as people
from counselling.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from clients.queries import EmergencyRow
    from counselling.access import Actor

ASK = ["GET", "HEAD", "POST"]
_SAID: Final = {
    Decision.JUSTIFIED: "Kept: justified.",
    Decision.NOT_JUSTIFIED: "Kept: not justified. Their right is suspended.",
    Decision.ASKED: "Asked. They answer here within three days.",
    Decision.POSTPONED: "The client is told later.",
    Decision.RELEASED: "The client will read the sentence.",
    Decision.RESTORED: "They may use emergency access again.",
}


@require_safe
def emergencies(request: HttpRequest) -> HttpResponse:
    """Show what waits for review, what somebody is asked, and one's own running hours."""
    actor = actor_of(request)
    reviews, uses = actor.may(Permission.REVIEW_EMERGENCY), actor.may(Permission.USE_EMERGENCY)
    require(actor, Permission.REVIEW_EMERGENCY if reviews else Permission.USE_EMERGENCY)
    waiting, judged = queries.emergencies_to_review(), queries.emergencies_judged()
    asked, running = queries.asked_of(actor), queries.running_emergencies(actor)
    rows = [*waiting, *judged, *asked]
    references = queries.client_references({one.client for one in rows})
    names = people.names({one.person for one in rows})
    context = {
        "waiting": [_line(one, names, references) for one in waiting],
        "judged": [_line(one, names, references) for one in judged],
        "asked": asked,
        "running": running,
        "reviews": reviews,
        "uses": uses,
    }
    return render(request, "clients/emergencies.html", context)


def _line(
    row: EmergencyRow, names: Mapping[UUID, str], references: Mapping[UUID, str]
) -> dict[str, Any]:
    return {
        "row": row,
        "name": names.get(row.person, ""),
        "reference": references.get(row.client, ""),
        "reason": REASON_WORDS[row.reason],
        "late": row.is_late(db.now()),
        "by": row.began_at + REVIEW_WITHIN,
    }


@require_http_methods(ASK)
def emergency_review(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """Show one access to who reviews it, whose it was, or whose client it is, and take a word."""
    actor = actor_of(request)
    reviews = actor.may(Permission.REVIEW_EMERGENCY)
    require(actor, Permission.REVIEW_EMERGENCY if reviews else Permission.SEE_CONTACT)
    row = queries.emergency_row(access_id)
    form = _form(request, actor, row)
    if form.is_valid():
        try:
            said = _said(request, actor, row, form)
        except Invalid as no:
            form.add_error(no.field if no.field in form.fields else None, no.message)
        else:
            messages.success(request, said)
            return redirect("clients:emergency-review", access_id)
    shown = actions.read_emergency(actor=actor, access_id=access_id)
    return render(request, "clients/emergency_review.html", _context(actor, row, shown, form))


def _form(
    request: HttpRequest, actor: Actor, row: EmergencyRow
) -> forms.AnswerForm | forms.DecisionForm:
    posted = request.POST if request.method == "POST" else None
    return forms.AnswerForm(posted) if row.person == actor.id else forms.DecisionForm(posted)


def _said(
    request: HttpRequest,
    actor: Actor,
    row: EmergencyRow,
    form: forms.AnswerForm | forms.DecisionForm,
) -> str:
    words = form.cleaned_data["words"]
    if isinstance(form, forms.AnswerForm):
        actions.answer_emergency(actor=actor, access_id=row.id, words=words)
        return "Answered."
    act = request.POST.get("act", "")
    if act not in set(_SAID):
        raise Invalid("Choose one of the buttons.")
    said = Decision(act)
    actions.decide_emergency(
        actor=actor, access_id=row.id, said=said, words=words, until=form.instant()
    )
    return _SAID[said]


def _context(
    actor: Actor,
    row: EmergencyRow,
    shown: actions.EmergencyShown,
    form: forms.AnswerForm | forms.DecisionForm,
) -> dict[str, Any]:
    at = db.now()
    names = people.names({row.person, *(one.by for one in shown.said)})
    known = kinds()
    return {
        "row": row,
        "shown": shown,
        "form": form,
        "name": names.get(row.person, ""),
        "own": row.person == actor.id,
        "reference": queries.client_references([row.client]).get(row.client, ""),
        "reason": REASON_WORDS[row.reason],
        "said": [(one, names.get(one.by, ""), DECISION_WORDS[one.kind]) for one in shown.said],
        "opened": [
            (when, known[kind].sentence if kind in known else kind) for when, kind in shown.opened
        ],
        "told": row.told_at <= at,
        "runs": row.runs(at),
        "may": {
            "judge": shown.reviews and not row.is_judged,
            "ask": shown.reviews and not row.waits_for_answer,
            "postpone": shown.reviews and row.told_at > at,
            "release": shown.reviews and row.released_at is None,
            "restore": shown.reviews
            and Decision.NOT_JUSTIFIED in row.said
            and Decision.RESTORED not in row.said,
            "answer": row.person == actor.id and row.waits_for_answer,
        },
        "back": reverse("clients:emergencies"),
    }
