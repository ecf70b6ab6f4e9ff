"""The review of a week: what was found, one sentence each, and one statement at its end."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

import audit.actions
import audit.queries
from audit.queries import outside
from counselling import db
from counselling.access import Permission, actor_of, require, require_step_up
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid
from counselling.views.numbers import sentence, spelled
from counselling.views.picture import week
from counselling.views.review_forms import StatementForm
from counselling.views.review_lines import lines

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from audit.queries import Announced, ToSign
    from counselling.access import Actor
    from counselling.views.review_lines import Line

ASK: Final = ["GET", "HEAD", "POST"]
_A_WEEK: Final = datetime.timedelta(days=7)


@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """Show everything that wants a decision, ordinary visits among it; looking is an event."""
    actor = actor_of(request)
    require(actor, Permission.REVIEW_TRAIL)
    found = audit.actions.read_findings(actor=actor)
    shown = lines(actor, found)
    ready = audit.queries.prepare_review(actor, found.rows)
    to_do = [one for one in shown if not one.decided and not one.row.waits_for_answer]
    facts = {
        "to_do": to_do,
        "asked": [one for one in shown if one.row.waits_for_answer],
        "decided": [one for one in shown if one.decided],
        "headline": _headline(to_do, ready),
        "ready": ready,
        "open_words": spelled(ready.open),
        "announced": _announced(actor, ready),
        "picture": week(actor, db.now()),
        "badge": outside.badge(),
        "begins": timezone.localtime(ready.since),
        "ends": timezone.localtime(ready.until),
    }
    return render(request, "review/review.html", facts)


def _announced(actor: Actor, ready: ToSign) -> list[tuple[Announced, str]]:
    """Give what work was announced of late: it explains what is then no finding."""
    found = audit.queries.work_of_others(actor, min(ready.since, db.now() - _A_WEEK))
    names = accounts.names({one.person for one in found})
    return [(one, names.get(one.person, "")) for one in found]


def _headline(to_do: list[Line], ready: ToSign) -> str:
    if to_do:
        many = len(to_do)
        return sentence(f"{spelled(many)} thing{'' if many == 1 else 's'} to look at")
    return "All decided: finish the review" if ready.decided else "Nothing to look at"


@require_http_methods(ASK)
@once
def finish(request: HttpRequest) -> HttpResponse:
    """Show the statement as it would be signed, and sign it after a second factor."""
    actor = actor_of(request)
    require(actor, Permission.REVIEW_TRAIL)
    require_step_up(actor, db.now())
    form = StatementForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            audit.actions.finish_review(actor=actor, words=form.cleaned_data["words"])
        except Invalid as no:
            form.add_error(None, no.message)
        else:
            messages.success(request, "The review is signed. It is part of the log now.")
            return redirect("reviews")
    ready = audit.queries.prepare_review(actor, audit.queries.open_findings())
    return render(request, "review/finish.html", {"form": form, "ready": ready})


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """Show the reviews that are finished, each with its statement."""
    actor = actor_of(request)
    require(actor, Permission.REVIEW_TRAIL)
    done = audit.actions.read_reviews(actor=actor)
    names = accounts.names({one.reviewer for one in done})
    late = audit.queries.late_reviewers()
    facts: dict[str, Any] = {
        "done": [(one, names.get(one.reviewer, "")) for one in done],
        "late": [(one, accounts.names([one.person]).get(one.person, "")) for one in late],
        "own": actor.id,
    }
    return render(request, "review/reviews.html", facts)
