"""One finding: what was opened, what was said, one word about it, and the answer of the asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

import audit.actions
import audit.queries
import clients.actions
from audit.actions import Findings
from audit.domain.deciding import Word
from clients.domain.emergency import Decision
from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once
from counselling.errors import Invalid
from counselling.views.review_forms import SayForm
from counselling.views.review_lines import form_for, lines

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from audit.queries import FindingRow
    from counselling.access import Actor
    from counselling.views.review_lines import Line

ASK: Final = ["GET", "HEAD", "POST"]
# what a word about a finding says of the emergency that was found
_OF_DANGER: Final = {
    Word.EXPLAINED: Decision.JUSTIFIED,
    Word.IN_ORDER: Decision.JUSTIFIED,
    Word.NOT_JUSTIFIED: Decision.NOT_JUSTIFIED,
    Word.ASKED: Decision.ASKED,
}
_KEPT: Final = {
    Word.EXPLAINED: "Kept: explained.",
    Word.ASKED: "Asked. They answer here; then you decide.",
    Word.ESCALATED: "Escalated. Somebody else decides.",
    Word.IN_ORDER: "Kept: in order.",
    Word.NOT_JUSTIFIED: "Kept: not justified.",
}


@require_http_methods(ASK)
@once
def finding(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """Show one finding with what was opened, and keep one word about it."""
    actor = actor_of(request)
    require(actor, Permission.REVIEW_TRAIL)
    form, status = None, 200
    if request.method == "POST":
        line = _unopened(actor, audit.queries.finding(finding_id))
        form = _sent(request, line)
        try:
            _decide(actor, line, form)
        except Invalid as no:
            form.add_error(no.field if no.field in form.fields else None, no.message)
            status = 422
        else:
            messages.success(request, _KEPT[form.word])
            return redirect(f"{reverse('review')}#{line.mark}")
    found = audit.actions.read_finding(actor=actor, finding_id=finding_id)
    line = lines(actor, found)[0]
    facts = {"line": line, "form": form, "events": found.events}
    return render(request, "review/finding.html", facts, status=status)


def _sent(request: HttpRequest, line: Line) -> SayForm:
    word = request.POST.get("said", "")
    if word not in set(_KEPT):
        raise Invalid("Choose one of the buttons.")
    return form_for(line, Word(word), request.POST)


def _decide(actor: Actor, line: Line, form: SayForm) -> None:
    """Keep the word; where an emergency is meant, it is judged by the same press."""
    if not form.is_valid():
        raise Invalid("Look at what is written once more.")
    word, text = form.word, form.cleaned_data["text"]
    audit.actions.decide_finding(
        actor=actor, finding_id=line.row.id, word=word, code=form.code, text=text
    )
    if line.access is not None and word in _OF_DANGER and not line.access.is_judged:
        clients.actions.decide_emergency(
            actor=actor, access_id=line.access.id, said=_OF_DANGER[word], words=text
        )


def _unopened(actor: Actor, row: FindingRow) -> Line:
    """Give what a finding is, with nothing sealed of it opened: enough to keep a word."""
    return lines(actor, Findings((row,), {}), opens=False)[0]


@require_http_methods(ASK)
@once
def asked(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """Show somebody what a reviewer asks about an access of theirs, and take their answer."""
    actor = actor_of(request)
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    form = SayForm(
        request.POST if request.method == "POST" else None, word=Word.ANSWERED, finding=finding_id
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = audit.queries.asked_finding(finding_id)
            _answer(actor, _unopened(actor, row), form.cleaned_data["text"])
        except Invalid as no:
            form.add_error(no.field if no.field in form.fields else None, no.message)
        else:
            messages.success(request, "Answered. The reviewer decides now.")
            return redirect("asked", finding_id)
    found = audit.actions.read_question(actor=actor, finding_id=finding_id)
    line = lines(actor, found)[0]
    facts: dict[str, Any] = {"line": line, "form": form, "events": found.events}
    return render(request, "review/asked.html", facts, status=422 if form.errors else 200)


def _answer(actor: Actor, line: Line, text: str) -> None:
    audit.actions.answer_finding(actor=actor, finding_id=line.row.id, text=text)
    if line.access is not None and line.access.waits_for_answer:
        clients.actions.answer_emergency(actor=actor, access_id=line.access.id, words=text)
