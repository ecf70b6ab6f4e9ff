"""The editor's forms: writing a note and signing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms

from records.domain import (
    ATTENDANCE_WORDS,
    LONGEST_NOTE,
    MODALITY_WORDS,
    RISK_WORDS,
    STRUCTURE_WORDS,
    Attendance,
    Risk,
    Structure,
)
from records.forms.fields import LongText, choices
from records.forms.parts import RosterFields

if TYPE_CHECKING:
    from collections.abc import Iterable


class DraftForm(RosterFields):
    """The editor: the record part, the part for me alone, the risk line, the session's facts."""

    # what is needed to sign is not needed to save, and "optional" would say too little
    show_optional = False

    record_part = LongText(
        label="Record",
        help_text="can be asked for by the client, shared by consent",
        required=False,
        strip=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 11, "class": "writing", "autocomplete": "off"}),
    )
    process_part = LongText(
        label="For me alone",
        help_text="no colleague can open it here, and no ordinary share or copy contains it; "
        "a court order may still reach it",
        required=False,
        strip=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4, "class": "writing mine", "autocomplete": "off"}),
    )
    risk = forms.ChoiceField(
        label="Risk today",
        choices=choices(RISK_WORDS),
        required=False,
        widget=forms.RadioSelect,
    )
    attendance = forms.ChoiceField(label="Attendance", choices=choices(ATTENDANCE_WORDS))
    modality = forms.ChoiceField(label="How you met", choices=choices(MODALITY_WORDS))
    structure = forms.ChoiceField(
        label="Structure", choices=choices(STRUCTURE_WORDS), required=False
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    tab = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)

    def check_complete(self) -> bool:
        """Add what is missing before signing, each at its field; say whether nothing is."""
        if not self._written().strip():
            self.add_error("record_part", "The record part is empty. Write it before you sign.")
        if self.cleaned_data.get("attendance") == Attendance.EXPECTED:
            self.add_error("attendance", "Say whether the session took place.")
        if not self.cleaned_data.get("risk"):
            self.add_error("risk", "Choose what applies to risk today.")
        return not self.errors

    def _written(self) -> str:
        """Give all that makes it a note: who led beside may write for themselves alone."""
        said = self.cleaned_data
        alone = "" if "attendance" in self.fields else said.get("process_part", "")
        return "".join([said.get("record_part", ""), alone, *self.typed_parts.values()])

    @property
    def chosen_risk(self) -> Risk | None:
        """Give the risk line, if one was chosen."""
        value = self.cleaned_data.get("risk")
        return Risk(value) if value else None

    @property
    def chosen_structure(self) -> Structure:
        """Give the structure."""
        return Structure(self.cleaned_data.get("structure") or Structure.FREE)


class SignForm(forms.Form):
    """The version that was looked at before signing, and who may read the note; nobody at first."""

    show_optional = False

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    readers = forms.MultipleChoiceField(
        label="May read it in their own space",
        help_text="Nobody, unless you say so. You can change this on any day.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, people: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        """Offer the people in the case."""
        super().__init__(*args, **kwargs)
        field = self.fields["readers"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 tells the type checker
        field.choices = [(str(client), name) for client, name in people]
        if not field.choices:
            del self.fields["readers"]

    @property
    def chosen_readers(self) -> set[UUID]:
        """Give whom the author lets read it."""
        return {UUID(one) for one in self.cleaned_data.get("readers", [])}
