"""The editor of a safety plan, and the buttons beside a version."""

from __future__ import annotations

from typing import Any

from django import forms

from records.domain.plans import (
    LONGEST_SECTION,
    SECTION_HINTS,
    SECTION_WORDS,
    TOO_LONG,
    Content,
    Section,
    content_of,
    is_empty,
    too_long,
)
from records.forms.fields import LongText


class PlanForm(forms.Form):
    """One box for each step; nothing is needed to save, one word to sign."""

    show_optional = False

    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)
    follows = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)
    tab = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)
    give = forms.BooleanField(label="Show this version in the client's space", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make the boxes in the order in which the steps help."""
        super().__init__(*args, **kwargs)
        self.fields = {str(one): _step(one) for one in Section} | self.fields

    def clean(self) -> dict[str, Any]:
        """Refuse what no card holds."""
        said = super().clean() or {}
        if not self.errors and (section := too_long(content_of(said))) is not None:
            self.add_error(str(section), TOO_LONG)
        return said

    @property
    def steps(self) -> list[forms.BoundField]:
        """Give the boxes."""
        return [self[str(one)] for one in Section]

    @property
    def content(self) -> Content:
        """Give what was typed."""
        return content_of(self.cleaned_data)

    def check_complete(self) -> bool:
        """Say whether there is something to sign; tell it at the first step where not."""
        if is_empty(self.content):
            words = "The plan is empty. Write at least one step before you sign."
            self.add_error(str(Section.SIGNS), words)
        return not self.errors


def _step(section: Section) -> LongText:
    return LongText(
        label=SECTION_WORDS[section],
        help_text=SECTION_HINTS[section],
        required=False,
        strip=False,
        max_length=LONGEST_SECTION,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
