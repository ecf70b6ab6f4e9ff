"""What has to be known before a form is sent: to whom, what for, until when."""

from __future__ import annotations

import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.utils import timezone

from consent.actions import Asking
from consent.domain.answers import PURPOSE_WORDS
from consent.domain.covers import Purpose
from consent.domain.documents import RecipientShown
from consent.domain.recipients import KIND_WORDS, RecipientKind
from counselling.typed import Day, Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consent.actions import Before
    from consent.queries import FormRow

NEW: Final = "new"


class AskForm(forms.Form):
    """What a form needs to know before it is sent; only what that form uses is asked."""

    # what is needed depends on what is chosen, and the help says so; "optional" would mislead
    show_optional = False

    def __init__(
        self,
        *args: Any,
        form: FormRow,
        recipients: Mapping[UUID, RecipientShown],
        today: datetime.date,
        others: Mapping[UUID, str] = MappingProxyType({}),
        **kwargs: Any,
    ) -> None:
        """Build the fields of one form."""
        super().__init__(*args, **kwargs)
        self.asked_form = form
        if form.shares:
            self.fields |= _sharing(form, recipients, today)
        for each in form.source.particulars:
            self.fields[f"p_{each.code}"] = Line(
                label=each.label, initial=each.default, max_length=200
            )
        if others:
            self.fields["others"] = forms.MultipleChoiceField(
                label="Who else is asked",
                help_text="Each adult signs for themselves, with a link and a PIN of their own.",
                choices=[(str(row), name) for row, name in others.items()],
                required=False,
                widget=forms.CheckboxSelectMultiple(attrs={"class": "stacked"}),
            )
        self.fields["witness"] = forms.BooleanField(
            label="One of us signs as a witness, after everybody else", required=False
        )

    def others(self) -> list[UUID]:
        """Give who else is asked the same."""
        return [UUID(one) for one in self.cleaned_data.get("others", ())]

    def asking(self) -> Asking:
        """Give what was entered as the use case takes it."""
        said = self.cleaned_data
        chosen = said.get("recipient") or ""
        new = chosen in {"", NEW}
        shown = RecipientShown(
            name=said.get("name", ""),
            role=said.get("role", ""),
            organisation=said.get("organisation", ""),
            address=said.get("address", ""),
        )
        return Asking(
            recipient=None if new else UUID(chosen),
            new_recipient=shown if new and self.asked_form.shares else None,
            new_kind=RecipientKind(said.get("kind") or RecipientKind.OTHER),
            purpose=said.get("purpose", ""),
            purpose_words=said.get("purpose_words", ""),
            until=said.get("until"),
            particulars={k[2:]: v for k, v in said.items() if k.startswith("p_")},
        )

    def clean(self) -> dict[str, Any]:
        """Ask for a new recipient's name and role, and for the words of another purpose."""
        said: dict[str, Any] = super().clean() or {}
        if not self.asked_form.shares:
            return said
        if (said.get("recipient") or NEW) == NEW:
            for name, message in (("name", "Say who."), ("role", "Say what they are.")):
                if not said.get(name):
                    self.add_error(name, message)
        if said.get("purpose") == Purpose.OTHER and not said.get("purpose_words"):
            self.add_error("purpose_words", "Complete the sentence “so that …”.")
        return said


def _sharing(
    form: FormRow, recipients: Mapping[UUID, RecipientShown], today: datetime.date
) -> dict[str, forms.Field]:
    known = [(str(row), f"{one.name}, {one.role}") for row, one in recipients.items()]
    needed = " Needed for somebody new." if known else ""
    fields: dict[str, forms.Field] = {}
    if known:
        fields["recipient"] = forms.ChoiceField(
            label="To whom",
            choices=[*known, (NEW, "somebody else")],
            widget=forms.RadioSelect(attrs={"class": "stacked"}),
            error_messages={"required": "Choose to whom."},
        )
    fields["name"] = Line(
        label="Name",
        required=False,
        max_length=120,
        help_text="Needed for somebody new." if known else "",
    )
    fields["role"] = Line(
        label="What they are",
        required=False,
        initial=form.recipient_kind,
        max_length=80,
        help_text=f"Such as GP, teacher.{needed}",
    )
    fields["kind"] = forms.ChoiceField(
        label="Which of these they are",
        required=False,
        choices=[("", "not said"), *((one.value, words) for one, words in KIND_WORDS.items())],
        help_text="Asked once: what a client keeps from insurers goes by it.",
    )
    fields["organisation"] = Line(
        label="Organisation", required=False, max_length=120, help_text="If there is one."
    )
    fields["address"] = Line(
        label="Address", required=False, max_length=200, help_text="If you know it."
    )
    fields["purpose"] = forms.ChoiceField(
        label="What for",
        choices=[(each.code, PURPOSE_WORDS[each.code]) for each in form.source.purposes],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is for."},
    )
    fields["purpose_words"] = Line(
        label="So that …",
        required=False,
        max_length=200,
        help_text="Needed for “something else”; else only if the form should say it otherwise.",
    )
    fields["until"] = Day(
        label="Until",
        initial=today + datetime.timedelta(days=30 * form.months + 5),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Say until when.", "invalid": "Enter a date."},
    )
    return fields


def asked_before(before: Before) -> dict[str, Any]:
    """Give what was asked before as a form begins with it; never an answer (CC-20)."""
    asking = before.asking
    codes = {f"p_{code}": words for code, words in asking.particulars.items()}
    return codes | {
        "recipient": str(asking.recipient) if asking.recipient else NEW,
        "purpose": asking.purpose,
        "purpose_words": asking.purpose_words,
        "until": asking.until,
    }


def today() -> datetime.date:
    """Give the day it is where the practice is."""
    return timezone.localdate()
