"""What is chosen when cases are handed over: which, to whom, from when until when."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone

from counselling import db
from counselling.typed import Day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counselling.accounts.domain import Person

_OFF: Final = {"autocomplete": "off"}


def _day(label: str) -> Day:
    widget = forms.DateInput(attrs={"type": "date", **_OFF}, format="%Y-%m-%d")
    return Day(label=label, widget=widget)


class CoverForm(forms.Form):
    """Cases by checkbox; the first and the last day are both included."""

    cases = forms.MultipleChoiceField(label="Cases", widget=forms.CheckboxSelectMultiple)
    person = forms.UUIDField(label="Who stands in", widget=forms.Select)
    since = _day("First day")
    until = _day("Last day")

    def __init__(
        self, *args: Any, cases: list[tuple[str, str]], people: Iterable[Person], **options: Any
    ) -> None:
        """Offer the cases there are, and who counsels."""
        super().__init__(*args, **options)
        field = self.fields["cases"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 for the type checker
        field.choices = cases
        field.error_messages["required"] = "Choose at least one case."
        widget = self.fields["person"].widget
        assert isinstance(widget, forms.Select)  # noqa: S101 for the type checker
        widget.choices = [
            ("", "Choose"),
            *(
                (str(one.id), f"{one.name}, {one.title}" if one.title else one.name)
                for one in people
            ),
        ]

    def since_instant(self) -> datetime.datetime:
        """Give when it begins: now if that is today, else as the day begins."""
        day: datetime.date = self.cleaned_data["since"]
        begins = timezone.make_aware(datetime.datetime.combine(day, datetime.time(0)))
        return max(begins, db.now())

    def until_instant(self) -> datetime.datetime:
        """Give when it is over: as the day after the last begins."""
        day: datetime.date = self.cleaned_data["until"]
        return timezone.make_aware(
            datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(0))
        )
