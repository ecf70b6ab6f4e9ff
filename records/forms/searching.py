"""The form with which notes are looked for."""

from __future__ import annotations

from typing import Any

from django import forms

from counselling.typed import Day, Line
from records.domain.searching import LONGEST_QUERY, Asked, read_terms
from records.forms.fields import DayInput


class SearchForm(forms.Form):
    """Words, "phrases" and days; sent by POST, so that no address and no log holds a word."""

    show_optional = False

    words = Line(
        label="Words",
        help_text="All of them in one note; a phrase in “quotation marks”.",
        required=False,
        max_length=LONGEST_QUERY,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "autocapitalize": "none"}
        ),
    )
    since = Day(label="Sessions from", required=False, widget=DayInput())
    until = Day(label="Sessions until", required=False, widget=DayInput())

    def clean(self) -> dict[str, Any]:
        """Want something to look for."""
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and since > until:
            self.add_error("until", "The last day is before the first.")
        if not self.errors and not (self.asked.terms or since or until):
            self.add_error("words", "Type a word, or choose days.")
        return said

    @property
    def asked(self) -> Asked:
        """Give what is looked for."""
        said = self.cleaned_data
        return Asked(
            read_terms(said.get("words") or ""),
            said.get("since") or None,
            said.get("until") or None,
        )
