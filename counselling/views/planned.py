"""Announce work with many files before it is done, so that nobody has to ask about it later."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

import audit.actions
import audit.queries
import clients.queries
from audit.domain.review.planned import WORK_WORDS, Work
from counselling import db, typed
from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once
from counselling.errors import Invalid

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor

ASK: Final = ["GET", "HEAD", "POST"]
MOST: Final = 50
_DAY: Final = datetime.timedelta(days=1)


def _day(label: str) -> typed.Day:
    widget = forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d")
    return typed.Day(label=label, widget=widget)


class WorkForm(forms.Form):
    """What is done, with which cases, on which days; the last day is included."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=[(one.value, WORK_WORDS[one]) for one in Work],
        widget=forms.RadioSelect,
    )
    references = typed.Line(
        label="Cases",
        required=False,
        max_length=500,
        help_text="By reference, with blanks between. Leave it empty for all your cases.",
    )
    since = _day("First day")
    until = _day("Last day")

    def clean_references(self) -> list[str]:
        """Give the references."""
        found = self.cleaned_data["references"].replace(",", " ").upper().split()
        if len(found) > MOST:
            message = f"{MOST} cases at most. Leave it empty for all your cases."
            raise ValidationError(message)
        return list(dict.fromkeys(found))


@require_http_methods(ASK)
@once
def planned(request: HttpRequest) -> HttpResponse:
    """Show what one announced, and announce more."""
    actor = actor_of(request)
    require(actor, Permission.ANNOUNCE_WORK)
    form = WorkForm(request.POST or None)
    if form.is_valid():
        try:
            _announce(actor, form)
        except Invalid as no:
            form.add_error(no.field if no.field in form.fields else None, no.message)
        else:
            messages.success(request, "Announced. Reviewers see it beside what you do.")
            return redirect("planned")
    facts = {"form": form, "lines": audit.queries.announced_work(actor), "words": WORK_WORDS}
    return render(request, "planned.html", facts)


def _announce(actor: Actor, form: WorkForm) -> UUID:
    said = form.cleaned_data
    since = max(_midnight(said["since"]), min(db.now(), _midnight(said["since"]) + _DAY))
    return audit.actions.announce_work(
        actor=actor,
        kind=said["kind"],
        since=since,
        until=_midnight(said["until"] + _DAY),
        cases=[_case(actor, one) for one in said["references"]],
    )


def _case(actor: Actor, reference: str) -> UUID:
    rows = clients.queries.caseload(actor, reference=reference).rows
    if not rows:
        raise Invalid("One of these is none of your cases.", "references")
    return rows[0].id


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


@require_POST
def planned_end(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """End what one announced."""
    audit.actions.end_work(actor=actor_of(request), work_id=work_id)
    messages.success(request, "Ended. From now on it explains nothing.")
    return redirect("planned")
