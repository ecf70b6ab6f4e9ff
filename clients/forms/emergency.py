"""What is typed in an emergency and about one: whom, why, a note, a reviewer's word."""

from __future__ import annotations

import datetime
from typing import Any, Final

from django import forms
from django.utils import timezone

from clients.domain.emergency import REASON_WORDS, Reason
from counselling.typed import Day, Line, Text

_OFF: Final = {"autocomplete": "off"}


class EmergencyForm(forms.Form):
    """Whose file, and why: on one page, since seconds count."""

    reference = Line(
        label="Their exact reference",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={**_OFF, "autocapitalize": "characters"}),
        help_text="If you have it. Otherwise name and date of birth.",
    )
    name = Line(
        label="Their name, first and last",
        max_length=240,
        required=False,
        widget=forms.TextInput(attrs=dict(_OFF)),
    )
    born = Day(
        label="Their date of birth",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", **_OFF}, format="%Y-%m-%d"),
    )
    reason = forms.ChoiceField(
        label="Why",
        choices=[(one.value, REASON_WORDS[one].capitalize()) for one in REASON_WORDS],
        widget=forms.RadioSelect,
    )
    sentence = Text(
        label="In one sentence, what has happened",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, **_OFF}),
        help_text="Reviewers read it. The client reads it if a reviewer decides so.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reference, or for name and date of birth."""
        said = super().clean() or self.cleaned_data
        if not said.get("reference") and not (said.get("name") and said.get("born")):
            missing = "born" if said.get("name") else "reference"
            if missing not in self.errors:
                words = "Write the reference, or the name and the date of birth."
                self.add_error(missing, words)
        return said

    def said(self) -> dict[str, Any]:
        """Give what the action asks for."""
        return {**self.cleaned_data, "reason": Reason(self.cleaned_data["reason"])}


class WordForm(forms.Form):
    """The one note for the counsellor whose client it is."""

    text = Text(
        label="What their counsellor should know",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, **_OFF}),
    )


class DecisionForm(forms.Form):
    """What a reviewer says, each by a button of its own."""

    words = Text(
        label="In one sentence",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **_OFF}),
        help_text="For every button but Justified and Let the client read it.",
    )
    until = Day(
        label="Tell the client not before",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", **_OFF}, format="%Y-%m-%d"),
        help_text="Only to put telling them off.",
    )

    def instant(self) -> datetime.datetime | None:
        """Give the day as an instant: nine in the morning by the practice's clock."""
        day: datetime.date | None = self.cleaned_data["until"]
        if day is None:
            return None
        at = datetime.datetime.combine(day, datetime.time(9))
        return timezone.make_aware(at)


class AnswerForm(forms.Form):
    """What somebody answers a reviewer."""

    words = Text(
        label="Your answer", max_length=2000, widget=forms.Textarea(attrs={"rows": 4, **_OFF})
    )
