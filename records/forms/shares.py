"""The forms of what is given to a third person: to whom, what, by which way."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.domain.answers import PURPOSE_WORDS
from counselling.typed import Text
from records.domain.shares import LONGEST_LETTER, LONGEST_REASON, Answer, Channel, Level, Resume
from records.forms.fields import LongText


class WhomForm(forms.Form):
    """To whom, and what for; nothing is chosen beforehand."""

    # what for is asked only where no permission says it: "optional" would mislead
    show_optional = False
    to = forms.ChoiceField(
        label="To whom",
        widget=forms.RadioSelect(attrs={"class": "stacked"}),
        error_messages={"required": "Choose who receives it.", "invalid_choice": "Choose again."},
    )
    purpose = forms.ChoiceField(
        label="What for",
        help_text="The client is asked for exactly this.",
        required=False,
        choices=[("", "Choose"), *((code, str(words)) for code, words in PURPOSE_WORDS.items())],
    )
    case = forms.ChoiceField(label="Out of which case")

    def __init__(
        self, *args: Any, to: list[tuple[str, str]], cases: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        """Offer whom the client knows of, and the cases whose notes are read."""
        super().__init__(*args, **kwargs)
        _offer(self.fields["to"], to)
        _offer(self.fields["case"], cases)
        if len(cases) == 1:
            self.fields["case"].widget = forms.HiddenInput()
            self.initial.setdefault("case", cases[0][0])

    def clean(self) -> dict[str, Any]:
        """Ask what for, where no permission says it."""
        said: dict[str, Any] = super().clean() or {}
        recipient, _, purpose = said.get("to", "").partition(":")
        said["recipient"] = recipient
        said["purpose"] = purpose or said.get("purpose", "")
        if recipient and not said["purpose"]:
            self.add_error("purpose", "Say what it is for.")
        return said


class LevelForm(forms.Form):
    """How much goes; what no permission covers is no choice."""

    level = forms.ChoiceField(
        label="How much",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how much goes.",
            "invalid_choice": "This cannot go to them. Choose again.",
        },
    )

    def __init__(self, *args: Any, levels: list[str], **kwargs: Any) -> None:
        """Offer what may be chosen; nothing is chosen beforehand."""
        super().__init__(*args, **kwargs)
        _offer(self.fields["level"], [(one, one) for one in levels])


class WhatForm(forms.Form):
    """Which sessions or notes of one level; corrections and late entries always come along."""

    # why so much is asked only for more than a few, and the page says so
    show_optional = False
    items = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple(attrs={"class": "stacked"}),
        error_messages={"invalid_choice": "One of these cannot be shared. Choose again."},
    )
    why_so_much = LongText(
        label="Why so much is needed",
        help_text="Kept sealed beside what went.",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    show_first = forms.BooleanField(label="Show the client first", required=False)

    def __init__(
        self, *args: Any, level: Level, items: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        """Offer what can be picked; nothing is picked beforehand."""
        super().__init__(*args, **kwargs)
        self.prefix, self.offered = str(level), items
        one, which = WHICH.get(level, ("", ""))
        self.fields["items"].label = which
        self.fields["items"].error_messages["required"] = f"Choose at least one {one}."
        _offer(self.fields["items"], items)
        if not items:
            del self.fields["items"]
        if level not in MANY or not items:
            del self.fields["why_so_much"]
        if level is Level.PROCESS_NOTES:
            del self.fields["show_first"]

    def picked(self) -> tuple[UUID, ...]:
        """Give what was picked."""
        return tuple(UUID(one) for one in self.cleaned_data.get("items", ()))


WHICH: Final = {
    Level.ATTENDANCE: ("session", "Which sessions"),
    Level.NOTES: ("note", "Which notes"),
    Level.PROCESS_NOTES: ("note", "Which of your own notes"),
}
# of these more than a few want a reason
MANY: Final = frozenset({Level.NOTES, Level.PROCESS_NOTES})


class LetterForm(forms.Form):
    """The letter, and what it was read against."""

    # an empty one is saved while it is typed; it goes nowhere
    show_optional = False
    letter = LongText(
        label="The letter",
        required=False,
        strip=False,
        max_length=LONGEST_LETTER,
        widget=forms.Textarea(attrs={"rows": 18, "autocomplete": "off", "class": "tall"}),
    )
    left_out = forms.BooleanField(
        label="Nothing of what is kept back stands in it, not even between the lines",
        required=False,
    )
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)
    tab = Text(max_length=36, required=False, widget=forms.HiddenInput)


class WayForm(forms.Form):
    """By which way it goes; the link's second secret by another than the link."""

    # where a link goes is asked for a link alone: "optional" would mislead
    show_optional = False
    channel = forms.ChoiceField(
        label="How it goes",
        widget=forms.RadioSelect(attrs={"class": "stacked"}),
        error_messages={"required": "Choose how it goes."},
    )
    address = forms.ChoiceField(label="Where the link goes", required=False)
    told = forms.ChoiceField(label="How the second secret is told", required=False)
    unwaited = LongText(
        label="Why you do not wait for the client",
        help_text="They are to see it first. Say why, and it goes before they have said anything.",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    previewed = Text(max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        emails: list[tuple[str, str]],
        told: list[tuple[str, str]],
        waits: bool,
        **kwargs: Any,
    ) -> None:
        """Offer a link only where an address is verified."""
        super().__init__(*args, **kwargs)
        ways = [(Channel.PAPER, "Handed over on paper")]
        if emails:
            ways.append((Channel.LINK, "A link with a second secret, to be read only"))
        ways.append((Channel.FILE, "A sealed file with a password"))
        self.ways = [(str(code), words) for code, words in ways]
        _offer(self.fields["channel"], self.ways)
        if emails:
            _offer(self.fields["address"], emails)
            _offer(self.fields["told"], told)
        else:
            del self.fields["address"], self.fields["told"]
        if not waits:
            del self.fields["unwaited"]

    def way(self) -> dict[str, Any]:
        """Give the way as the use case takes it."""
        said = self.cleaned_data
        told_by, _, told = said.get("told", "").partition(":")
        return {
            "channel": Channel(said["channel"]),
            "address": UUID(said["address"]) if said.get("address") else None,
            "told_by": told_by,
            "told_address": UUID(told) if told else None,
        }


class ResumeForm(forms.Form):
    """What happens when the client agrees."""

    how = forms.ChoiceField(
        label="When they agree",
        widget=forms.RadioSelect(attrs={"class": "stacked"}),
        choices=[
            (str(Resume.LOOK), "I look once more and send it"),
            (str(Resume.SEND), "Send it as soon as they agree, exactly as shown here"),
        ],
        error_messages={"required": "Choose what happens then."},
    )

    def __init__(self, *args: Any, looked: bool = False, **kwargs: Any) -> None:
        """Offer nothing by itself for what a person always looks at again."""
        super().__init__(*args, **kwargs)
        self.by_itself = not looked
        if looked:
            self.fields["how"].choices = ResumeForm.base_fields["how"].choices[:1]  # type: ignore[attr-defined]  # a choice field


class WordsForm(forms.Form):
    """What a supervisor writes who gives it back."""

    words = LongText(
        label="What is to be changed",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class OwnWordForm(forms.Form):
    """What a client says of what they are shown before it goes."""

    act = forms.ChoiceField(
        choices=[(str(one), "") for one in Answer],
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Choose one of the two."), "required": _("Choose.")},
    )
    words = LongText(
        label=_("Your question, or what is not right"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


def _offer(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 tells the type checker
    field.choices = choices
