"""What people enter about subpoenas, legal holds and accountings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.actions import Came
from consent.domain.accounting import ASKED_WORDS, STATEMENT_WORDS, AskedHow, Form
from consent.domain.subpoenas import (
    HOW_TOLD_WORDS,
    SENDER_WORDS,
    STEP_WORDS,
    WHY_HELD_WORDS,
    Sender,
    WhyHeld,
)
from counselling.papers import PaperField
from counselling.typed import Day, Line, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATE: Final = "%Y-%m-%d"


def _day(label: Any, **named: Any) -> Day:
    date = forms.DateInput(attrs={"type": "date"}, format=_DATE)
    errors = {"required": _("Say which day."), "invalid": _("Enter a date.")}
    return Day(label=label, widget=date, error_messages=errors, **named)


def _choice(label: str, choices: Mapping[str, str], missing: str, **named: Any) -> Any:
    return forms.ChoiceField(
        label=label,
        choices=[(str(code), words) for code, words in choices.items()],
        widget=forms.RadioSelect(attrs={"class": "stacked"}),
        error_messages={"required": missing},
        **named,
    )


def _words(label: str, **named: Any) -> Text:
    return Text(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), **named)


class SubpoenaForm(forms.Form):
    """What a subpoena says."""

    sender = _choice("Who signed it?", SENDER_WORDS, "Choose who signed it.")
    name = Line(
        label="Their name and address",
        max_length=300,
        error_messages={"required": "Say who asks."},
    )
    docket = Line(label="Case number", required=False, max_length=120)
    asks_for = _words("What it asks for", error_messages={"required": "Say what it asks for."})
    received_on = _day("Received on", initial=timezone.localdate)
    due_on = _day("Answer due on")
    object_by = _day("Objections until", required=False, help_text="If it names a day.")
    paper = PaperField(
        label="The paper", required=False, help_text="A PDF, PNG or JPEG of at most 10 MB."
    )

    def came(self) -> Came:
        """Give what was entered as the use case takes it."""
        said = self.cleaned_data
        return Came(
            sender=Sender(said["sender"]),
            **{
                name: said[name]
                for name in ("name", "docket", "asks_for", "received_on", "due_on", "object_by")
            },
        )


class StepForm(forms.Form):
    """What happened to a subpoena."""

    kind = _choice("What happened?", STEP_WORDS, "Choose what happened.")
    on = _day("On", initial=timezone.localdate)
    words = _words("In your own words", required=False)


class ToldForm(forms.Form):
    """How somebody told the client."""

    how = _choice("How did you tell them?", HOW_TOLD_WORDS, "Choose how you told them.")


class PaperForm(forms.Form):
    """The paper, where it comes later."""

    paper = PaperField(
        label="The paper",
        help_text="A PDF, PNG or JPEG of at most 10 MB.",
        error_messages={"required": "Choose the file."},
    )


class HoldForm(forms.Form):
    """Why nothing may be erased."""

    why = _choice(
        "Why?",
        {one: words for one, words in WHY_HELD_WORDS.items() if one != WhyHeld.SUBPOENA},
        "Choose why.",
    )
    words = _words("In your own words", required=False)


class HoldEndForm(forms.Form):
    """Why a hold can end."""

    words = _words("Why can it end?", error_messages={"required": "Say why it can end."})


class PeriodForm(forms.Form):
    """A period to account for; both days are in it."""

    since = _day(_("From"))
    until = _day(_("To"))
    law = forms.BooleanField(label="Only what the law has accounted for", required=False)


class FileForm(forms.Form):
    """A period, and as what kind of file."""

    since = _day(_("From"))
    until = _day(_("To"))
    form = forms.ChoiceField(choices=[(one.value, one.value) for one in Form])


class AskedForm(forms.Form):
    """That a client asked for an accounting, other than in their space."""

    how = _choice(
        "How did they ask?",
        {one: words for one, words in ASKED_WORDS.items() if one != AskedHow.SPACE},
        "Choose how they asked.",
    )
    asked_on = _day("Asked on")
    since = _day("Period from")
    until = _day("Period to")


class LongerForm(forms.Form):
    """Why an accounting takes thirty days more."""

    why = _words(
        "Why does it take longer?",
        help_text="The client is told this, and the new day.",
        error_messages={"required": "Say why it takes longer."},
    )


class SuspensionForm(forms.Form):
    """What an official said, and which lines it is about."""

    def __init__(self, *args: Any, lines: Mapping[str, str], **kwargs: Any) -> None:
        """Offer the lines that may be held back."""
        super().__init__(*args, **kwargs)
        self.fields["disclosures"] = forms.MultipleChoiceField(
            label="Which lines?",
            choices=list(lines.items()),
            widget=forms.CheckboxSelectMultiple(attrs={"class": "stacked"}),
            error_messages={"required": "Choose what is held back."},
        )
        self.order_fields(["disclosures"])

    statement = _choice("How was it said?", STATEMENT_WORDS, "Choose how it was said.")
    official = Line(
        label="Who said it",
        help_text="Name, office and how you made sure.",
        max_length=300,
        error_messages={"required": "Say who said it."},
    )
    words = _words(
        "What they said",
        help_text="That knowing would be in the way of their work, and for how long.",
        error_messages={"required": "Say what they said."},
    )
    until = _day("Held back until", help_text="What was only said: 30 days at most.")
