"""Whom an account, a sitting or an address touched between two days, a row for each (BR-01)."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.shortcuts import render
from django.views.decorators.http import require_safe

import audit.actions
import audit.domain
import clients.queries
from audit.queries.touching import MOST, Toucher
from counselling import typed
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.errors import Invalid
from counselling.views.trail_filter import HASH, midnight, people_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from audit.queries.touching import Touched


class Question(Toucher):
    """What the log is asked: about whom, and for which period."""

    period: audit.actions.Period


class TouchedFilter(forms.Form):
    """Who is asked about, and between which days."""

    show_optional = False

    person = forms.ChoiceField(label="Person", required=False)
    sitting = typed.Line(
        label="Sitting",
        required=False,
        max_length=36,
        validators=[RegexValidator(r"^[0-9a-fA-F-]{4,36}\Z", HASH)],
    )
    address = typed.Line(
        label="Address",
        required=False,
        max_length=64,
        validators=[RegexValidator(r"^[0-9a-fA-F]{4,64}\Z", HASH)],
    )
    since = typed.Day(
        label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = typed.Day(label="To", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the people whose trail the reviewer sees."""
        super().__init__(*args, **kwargs)
        chosen = self.fields["person"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 tells the type checker
        chosen.choices = [("", "anybody"), *people]


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One client or case by reference, with what was done in words."""

    found: Touched
    client: str
    case: str
    who: tuple[str, ...]
    what: tuple[str, ...]


@require_safe
def touched(request: HttpRequest) -> HttpResponse:
    """Show a row for each client that was touched; that it was asked is an event."""
    actor = actor_of(request)
    require(actor, Permission.REVIEW_TRAIL)
    form = TouchedFilter(request.GET or None, people=people_for(actor))
    rows: list[Row] | None = None
    cut = ""
    if form.is_valid():
        try:
            found = audit.actions.read_touched(actor=actor, **question_of(form.cleaned_data))
            rows, cut = rows_of(found[:MOST]), f"{MOST:,}" if len(found) > MOST else ""
        except Invalid as no:
            form.add_error(no.field or None, no.message)
    return render(request, "trail_touched.html", {"form": form, "rows": rows, "cut": cut})


def question_of(said: dict[str, Any]) -> Question:
    """Turn the filter into what the log is asked."""
    until = midnight(said["until"] + datetime.timedelta(days=1))
    return {
        "period": audit.actions.Period(midnight(said["since"]), until),
        "person": UUID(said["person"]) if said["person"] else None,
        "session": said["sitting"].lower() or None,
        "address": said["address"].lower() or None,
    }


def rows_of(found: Iterable[Touched]) -> list[Row]:
    """Put rows into words: references, names of staff, and what each kind of event says."""
    found = list(found)
    people = clients.queries.client_references({one.client for one in found if one.client})
    cases = clients.queries.case_references({one.case for one in found if one.case})
    staff = accounts.names({who for one in found for who in one.people})
    kinds = audit.domain.kinds()
    return [
        Row(
            one,
            people.get(one.client, "") if one.client else "",
            cases.get(one.case, "") if one.case else "",
            tuple(sorted(staff[who] for who in one.people if who in staff)),
            tuple(kinds[code].sentence if code in kinds else code for code in one.kinds),
        )
        for one in found
    ]
