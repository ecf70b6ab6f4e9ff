"""The form of a locked note: its version, only what it never said, and who may read it."""

from __future__ import annotations

from typing import Any

from django import forms

from records.domain import ATTENDANCE_WORDS, LONGEST_NOTE, RISK_WORDS, Attendance, Risk
from records.forms.drafts import SignForm
from records.forms.fields import LongText, choices


class LockedForm(SignForm):
    """What is needed to sign and was not written before the text was fixed."""

    field_order = ("version", "record_part", "risk", "attendance", "readers")

    record_part = LongText(
        label="Record",
        help_text="nothing was written here before; what you write now is signed with today's date",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 8, "class": "writing", "autocomplete": "off"}),
        error_messages={"required": "The record part is empty. Write it before you sign."},
    )
    risk = forms.ChoiceField(
        label="Risk that day",
        choices=choices(RISK_WORDS),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what applied to risk that day."},
    )
    attendance = forms.ChoiceField(
        label="Attendance",
        choices=[pair for pair in choices(ATTENDANCE_WORDS) if pair[0] != Attendance.EXPECTED],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the session took place."},
    )

    def __init__(self, *args: Any, missing: frozenset[str], **kwargs: Any) -> None:
        """Ask for what is missing and for nothing else."""
        super().__init__(*args, **kwargs)
        for name in {"record_part", "risk", "attendance"} - missing:
            del self.fields[name]

    @property
    def said_risk(self) -> Risk | None:
        """Give the risk line, if it was asked for."""
        value = self.cleaned_data.get("risk")
        return Risk(value) if value else None

    @property
    def said_attendance(self) -> Attendance | None:
        """Give the attendance, if it was asked for."""
        value = self.cleaned_data.get("attendance")
        return Attendance(value) if value else None
