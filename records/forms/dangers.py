"""What must be written down about a danger to life, and what is added later."""

from __future__ import annotations

import datetime
from typing import Any, Final

from django import forms
from django.utils import timezone

from counselling.typed import Day, Line
from records.domain.dangers import (
    ADDITION_WORDS,
    ENDANGERED_WORDS,
    LONGEST_FACT,
    MOST_TOLD,
    AdditionKind,
    Endangered,
)
from records.forms.fields import DayInput, LongText, choices

NOW: Final = "now"
LATER: Final = "later"


def _facts(label: str, help_text: str = "", *, rows: int = 4, required: bool = True) -> LongText:
    return LongText(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST_FACT,
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
    )


def _end_of(day: datetime.date) -> datetime.datetime:
    """Give the midnight after a day: nobody's page says it before somebody had that day for it."""
    after = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min)
    return timezone.make_aware(after)


class DangerForm(forms.Form):
    """The threat, who was consulted, who was told what, when the client is told (DS-06)."""

    # a day that is left empty is asked for where it is needed
    show_optional = False

    endangered = forms.ChoiceField(
        label="Whose life is in danger",
        choices=choices(ENDANGERED_WORDS),
        widget=forms.RadioSelect,
    )
    threat = _facts(
        "What the danger is",
        "What was said or done, by whom, how soon, with what means, and how you know.",
    )
    consulted = _facts(
        "Who was consulted",
        "Name, when, and what they advised. If nobody could be reached, say whom you tried.",
        rows=3,
    )
    client = forms.ChoiceField(
        label="When the client is told",
        choices=[(NOW, "They know already"), (LATER, "Later, by the end of this day")],
        widget=forms.RadioSelect,
    )
    day = Day(
        label="Day",
        help_text="Until that day ends, no page of the client's shows any of this.",
        required=False,
        widget=DayInput(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make room for a few who were told; others are added to the record later."""
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_TOLD + 1):
            first = number == 1
            self.fields[f"whom_{number}"] = Line(
                label="Who was told" if first else "Who else was told",
                help_text="Name, office, and how they were reached.",
                required=first,
                max_length=200,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"what_{number}"] = _facts("What they were told", rows=3, required=first)

    @property
    def told(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Give the pairs of boxes: whom, what."""
        numbers = range(1, MOST_TOLD + 1)
        return [(self[f"whom_{number}"], self[f"what_{number}"]) for number in numbers]

    def clean(self) -> dict[str, Any]:
        """Ask for the day where the client is told later, and for both halves of a pair."""
        said = super().clean() or {}
        if said.get("client") == LATER and not said.get("day") and "day" not in self.errors:
            self.add_error("day", "Choose the day.")
        for number in range(2, MOST_TOLD + 1):
            whom, what = f"whom_{number}", f"what_{number}"
            for one, other in ((whom, what), (what, whom)):
                if said.get(one) and not said.get(other) and other not in self.errors:
                    self.add_error(other, "Say both: who was told, and what.")
        return said

    @property
    def chosen_endangered(self) -> Endangered:
        """Give whose life it is about."""
        return Endangered(self.cleaned_data["endangered"])

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Give who was told what."""
        said = self.cleaned_data
        numbers = range(1, MOST_TOLD + 1)
        pairs = ((said.get(f"whom_{one}", ""), said.get(f"what_{one}", "")) for one in numbers)
        return [(whom, what) for whom, what in pairs if whom]

    @property
    def until(self) -> datetime.datetime | None:
        """Give when the client is told at the latest; None says that they know."""
        said = self.cleaned_data
        return None if said["client"] == NOW else _end_of(said["day"])


class DangerAdditionForm(forms.Form):
    """What is to stand under a record of a danger."""

    kind = forms.ChoiceField(
        label="What it is", choices=choices(ADDITION_WORDS), widget=forms.RadioSelect
    )
    whom = Line(
        label="Who was told",
        help_text="Where somebody else was told: name, office, and how they were reached.",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    day = Day(
        label="Day",
        help_text="Where the client is told later: until that day ends, no page of theirs "
        "shows any of this. Give the reason below.",
        required=False,
        widget=DayInput(),
    )
    text = _facts("Text", "The facts, what was told and how, or why it has to wait.")

    def clean(self) -> dict[str, Any]:
        """Ask for what belongs to the kind."""
        said = super().clean() or {}
        needed = {AdditionKind.TOLD: "whom", AdditionKind.LATER: "day"}.get(said.get("kind", ""))
        if needed and not said.get(needed) and needed not in self.errors:
            words = {"whom": "Say who was told.", "day": "Choose the day."}[needed]
            self.add_error(needed, words)
        return said

    @property
    def chosen_kind(self) -> AdditionKind:
        """Give the kind."""
        return AdditionKind(self.cleaned_data["kind"])

    @property
    def until(self) -> datetime.datetime | None:
        """Give the new end of the wait, where there is one."""
        later = self.chosen_kind is AdditionKind.LATER
        return _end_of(self.cleaned_data["day"]) if later else None
