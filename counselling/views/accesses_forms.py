"""What is typed and chosen about who opened a file: a period, a question, an answer, a wish."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.domain.openings import WISH_WORDS, Wish
from counselling.typed import Day, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise


def _day(label: _StrPromise) -> Day:
    shape = forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d")
    return Day(label=label, required=False, widget=shape)


class PeriodForm(forms.Form):
    """From which day to which; both are in it, and what is not said is open."""

    since = _day(_("From"))
    until = _day(_("To"))

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first."))
        return said


def bounds(said: Mapping[str, Any]) -> dict[str, datetime.datetime | None]:
    """Give the instants of a period: from the first midnight to the one after the last day."""
    since, until = said.get("since"), said.get("until")
    after = until + datetime.timedelta(days=1) if until else None
    return {"since": _midnight(since), "until": _midnight(after)}


def _midnight(day: datetime.date | None) -> datetime.datetime | None:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time())) if day else None


class QuestionForm(forms.Form):
    """What a client wants to know about one line."""

    words = Text(
        label=_("What do you want to know?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"required": _("Write what you want to know.")},
    )


class AnswerForm(forms.Form):
    """What a reviewer answers a client."""

    words = Text(
        label="Your answer, as the client reads it",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        error_messages={"required": "Write the answer."},
    )


class WishForm(forms.Form):
    """When a client wants to be written to; nothing is chosen beforehand."""

    wish = forms.ChoiceField(
        label=_("Write to me"),
        choices=[(one.value, WISH_WORDS[one]) for one in Wish],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
