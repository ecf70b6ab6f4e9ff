"""The form of what is added under a signed note."""

from __future__ import annotations

from django import forms

from records.domain import ADDENDUM_WORDS, LONGEST_NOTE, AddendumKind
from records.forms.fields import LongText, choices


class AddendumForm(forms.Form):
    """What is to stand under a signed note."""

    kind = forms.ChoiceField(
        label="What it is", choices=choices(ADDENDUM_WORDS), widget=forms.RadioSelect
    )
    text = LongText(
        label="Text",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 8, "class": "writing"}),
    )

    @property
    def chosen_kind(self) -> AddendumKind:
        """Give the kind."""
        return AddendumKind(self.cleaned_data["kind"])
