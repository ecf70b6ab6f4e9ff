"""What clients ask about openings of their files: read and answered by somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

import audit.queries
import clients.actions
import clients.queries
from clients.domain.openings import AskedState
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid
from counselling.views.accesses_forms import AnswerForm
from counselling.views.waits import Waits

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor


@require_http_methods(["GET", "HEAD", "POST"])
@once
def asked(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Show a reviewer what a client asks, with the events it is about, and take the answer."""
    actor = actor_of(request)
    require(actor, Permission.REVIEW_TRAIL)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            clients.actions.answer_about_opening(
                actor=actor, question_id=question_id, words=form.cleaned_data["words"]
            )
        except Invalid as wrong:
            form.add_error(wrong.field or None, wrong.message)
        else:
            messages.success(request, "Answered. The client is told as their card allows.")
            return redirect("opening-question", question_id)
    shown = clients.actions.read_question(actor=actor, question_id=question_id)
    row = shown.row
    references = clients.queries.client_references([row.client])
    facts = {
        "shown": shown,
        "form": form,
        "reference": references.get(row.client, ""),
        "names": sorted(accounts.names(row.people).values()) or ["the system"],
        "events": audit.queries.entries_among(row.client, row.events, row.began, row.ended),
        "open": row.state is not AskedState.ANSWERED,
    }
    status = 400 if form.errors else 200
    return render(request, "accesses_answer.html", facts, status=status)


def _asked(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """What clients ask about openings by somebody else; by reference, for nobody opens a name."""
    if not actor.may(Permission.REVIEW_TRAIL):
        return
    rows = clients.queries.questions_to_answer(actor)
    references = clients.queries.client_references({one.client for one in rows})
    for one in rows:
        late = one.state is AskedState.LATE
        path = reverse("opening-question", args=[one.id])
        reference = references.get(one.client, "")
        who = f"the client of {reference}" if reference else "a client"
        words = f"{who} asks about an opening, answer by {one.due_on:%-d %B}"
        word, state = ("overdue", "alert") if late else ("a client asks", "wait")
        yield Waits(word, path, one.asked_at, words=words, state=state)


OPENINGS: Final[tuple[Callable[[Actor, datetime.datetime], Iterable[Waits]], ...]] = (_asked,)
