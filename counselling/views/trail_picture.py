"""The trail as a picture: how often files were opened each day, of everybody or of one case."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

import audit.actions
from counselling import db, typed
from counselling.access import Permission, actor_of, require
from counselling.errors import Invalid
from counselling.views.picture import draw
from counselling.views.trail_filter import case_or_client, midnight

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor
    from counselling.views.picture import Picture

_DAY: Final = datetime.timedelta(days=1)
# what is shown where no days are given: of everybody a week, of a case a quarter
_WEEK: Final = 6 * _DAY
_QUARTER: Final = 90 * _DAY


class PictureFilter(forms.Form):
    """Which days, and of which case."""

    show_optional = False

    case = typed.Line(label="Case or client", required=False, max_length=12)
    since = typed.Day(
        label="From",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = typed.Day(
        label="To",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@require_safe
def picture(request: HttpRequest) -> HttpResponse:
    """Draw the days asked for, with the same numbers in a table; that it was shown is an event."""
    actor = actor_of(request)
    require(actor, Permission.REVIEW_TRAIL)
    form = PictureFilter(request.GET)
    drawn = None
    if form.is_valid():
        try:
            drawn = _drawn(actor, form.cleaned_data)
        except Invalid as no:
            form.add_error(no.field or None, no.message)
    facts = {"form": form, "picture": drawn, "case": form.cleaned_data.get("case", "")}
    return render(request, "trail_picture.html", facts)


def _drawn(actor: Actor, said: dict[str, Any]) -> Picture:
    found = case_or_client(actor, said["case"])
    if found is None:
        raise Invalid("There is no such case or client that you review.", "case")
    last = said["until"] or timezone.localdate(db.now())
    first = said["since"] or last - (_QUARTER if said["case"] else _WEEK)
    if not first <= last:
        raise Invalid("The period ends before it begins.", "until")
    case, client = found
    shown = audit.actions.read_picture(
        actor=actor,
        period=audit.actions.Period(midnight(first), midnight(last + _DAY)),
        zone=timezone.get_current_timezone_name(),
        case=case,
        client=client,
    )
    return draw(shown, first, last)
