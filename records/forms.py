"""Forms of sessions and notes."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from counselling.typed import Day, Text
from records.domain import (
    ADDENDUM_WORDS,
    ATTENDANCE_WORDS,
    LONGEST_NOTE,
    MODALITY_WORDS,
    RISK_WORDS,
    STRUCTURE_WORDS,
    AddendumKind,
    Attendance,
    Modality,
    Risk,
    Structure,
)


def _choices(words: Any) -> list[tuple[str, str]]:
    return [(str(value), word) for value, word in words.items()]


class DayInput(forms.DateInput):
    """A day as browsers write it, whatever the language of the page."""

    def __init__(self) -> None:
        """Take no attributes: there is one way."""
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class LongText(Text):
    """Text whose length the server judges: a browser would cut what is pasted without a word."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave `maxlength` out."""
        return {
            name: value
            for name, value in super().widget_attrs(widget).items()
            if name != "maxlength"
        }


class DraftForm(forms.Form):
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
        choices=_choices(RISK_WORDS),
        required=False,
        widget=forms.RadioSelect,
    )
    attendance = forms.ChoiceField(label="Attendance", choices=_choices(ATTENDANCE_WORDS))
    modality = forms.ChoiceField(label="How you met", choices=_choices(MODALITY_WORDS))
    structure = forms.ChoiceField(
        label="Structure", choices=_choices(STRUCTURE_WORDS), required=False
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    tab = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)

    def check_complete(self) -> bool:
        """Add what is missing before signing, each at its field; say whether nothing is."""
        if not self.cleaned_data.get("record_part", "").strip():
            self.add_error("record_part", "The record part is empty. Write it before you sign.")
        if self.cleaned_data.get("attendance") == Attendance.EXPECTED:
            self.add_error("attendance", "Say whether the session took place.")
        if not self.cleaned_data.get("risk"):
            self.add_error("risk", "Choose what applies to risk today.")
        return not self.errors

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
    """The version that was looked at before signing."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class AddendumForm(forms.Form):
    """What is to stand under a signed note."""

    kind = forms.ChoiceField(
        label="What it is", choices=_choices(ADDENDUM_WORDS), widget=forms.RadioSelect
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


class SessionForm(forms.Form):
    """When and how the people of a case meet."""

    case = forms.ChoiceField(label="With whom")
    date = Day(label="Day", widget=DayInput())
    time = forms.TimeField(label="Begins at", widget=forms.TimeInput(attrs={"type": "time"}))
    minutes = forms.IntegerField(label="Minutes", min_value=5, max_value=480, initial=50)
    modality = forms.ChoiceField(
        label="How you meet", choices=_choices(MODALITY_WORDS), initial=Modality.IN_PERSON
    )
    attendance = forms.ChoiceField(
        label="Attendance", choices=_choices(ATTENDANCE_WORDS), initial=Attendance.EXPECTED
    )

    def __init__(self, *args: Any, cases: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the cases of the caseload."""
        super().__init__(*args, **kwargs)
        field = self.fields["case"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 tells the type checker
        field.choices = cases

    @property
    def starts_at(self) -> datetime.datetime:
        """Give the beginning in the practice's time zone."""
        both = datetime.datetime.combine(self.cleaned_data["date"], self.cleaned_data["time"])
        return timezone.make_aware(both)

    @property
    def ends_at(self) -> datetime.datetime:
        """Give the end."""
        return self.starts_at + datetime.timedelta(minutes=self.cleaned_data["minutes"])


class ShareForm(forms.Form):
    """Which permission, and which notes; nothing is chosen beforehand."""

    # an ended permission is accepted here, so that the gate can say why it is refused
    consent = forms.UUIDField(
        label="To whom",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who receives it."},
    )
    notes = forms.MultipleChoiceField(
        label="Which signed notes",
        help_text="Corrections and late entries always come along.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one note."},
    )

    def __init__(
        self,
        *args: Any,
        consents: list[tuple[str, str]],
        notes: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        """Offer what the client agreed to, and what may go."""
        super().__init__(*args, **kwargs)
        self.consents = consents
        offered, picked = self.fields["consent"].widget, self.fields["notes"]
        assert isinstance(offered, forms.RadioSelect)  # noqa: S101 tells the type checker
        assert isinstance(picked, forms.MultipleChoiceField)  # noqa: S101 the same
        offered.choices = consents
        picked.choices = notes
