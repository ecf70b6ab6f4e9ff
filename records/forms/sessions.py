"""The form of a session's facts."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from counselling.typed import Day
from records.domain import ATTENDANCE_WORDS, MODALITY_WORDS, Attendance, Modality
from records.forms.fields import DayInput, choices


class AppointmentForm(forms.Form):
    """When and how people meet, and whether they did."""

    date = Day(label="Day", widget=DayInput())
    time = forms.TimeField(label="Begins at", widget=forms.TimeInput(attrs={"type": "time"}))
    minutes = forms.IntegerField(label="Minutes", min_value=5, max_value=480, initial=50)
    modality = forms.ChoiceField(
        label="How you meet", choices=choices(MODALITY_WORDS), initial=Modality.IN_PERSON
    )
    attendance = forms.ChoiceField(
        label="Attendance", choices=choices(ATTENDANCE_WORDS), initial=Attendance.EXPECTED
    )

    @staticmethod
    def initial_of(
        starts_at: datetime.datetime, ends_at: datetime.datetime, modality: str, attendance: str
    ) -> dict[str, object]:
        """Give what stands in the form for a session that is there."""
        begins = timezone.localtime(starts_at)
        return {
            "date": begins.date(),
            "time": begins.time().replace(second=0, microsecond=0),
            "minutes": int((ends_at - starts_at).total_seconds() // 60),
            "modality": modality,
            "attendance": attendance,
        }

    @property
    def moves(self) -> bool:
        """Say whether it is to be at another time; a clock's seconds are nobody's wish."""
        return bool({"date", "time", "minutes"} & set(self.changed_data))

    @property
    def starts_at(self) -> datetime.datetime:
        """Give the beginning in the practice's time zone."""
        both = datetime.datetime.combine(self.cleaned_data["date"], self.cleaned_data["time"])
        return timezone.make_aware(both)

    @property
    def ends_at(self) -> datetime.datetime:
        """Give the end."""
        return self.starts_at + datetime.timedelta(minutes=self.cleaned_data["minutes"])


class SessionForm(AppointmentForm):
    """The same, and with whom."""

    case = forms.ChoiceField(label="With whom")
    field_order = ("case",)

    def __init__(self, *args: Any, cases: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the cases of the caseload."""
        super().__init__(*args, **kwargs)
        field = self.fields["case"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 tells the type checker
        field.choices = cases
