"""What people enter: a PIN, what is asked of a client, answers, a name, a question."""

from __future__ import annotations

import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.actions import Asking
from consent.domain import drawing as drawings
from consent.domain.answers import PURPOSE_WORDS
from consent.domain.covers import Purpose
from consent.domain.documents import RecipientShown
from consent.domain.recipients import KIND_WORDS, RecipientKind
from consent.domain.states import WHY_VOID_WORDS
from consent.domain.words import words
from counselling.typed import Day, Line, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consent.actions import Before
    from consent.domain.form_source import FormSource
    from consent.queries import FormRow

YES_NO: Final = (("yes", _("Yes")), ("no", _("No")))
HOW: Final = (
    ("room", "in the room"),
    ("phone", "by phone"),
    ("letter", "by letter"),
)
NEW: Final = "new"


class PinForm(forms.Form):
    """The second secret of a link."""

    pin = Line(
        label=_("PIN"),
        help_text=_("The 6 digits your counsellor told you."),
        max_length=12,
        widget=forms.TextInput(attrs={
            "inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True,
        }),
        error_messages={"required": _("Enter the 6 digits.")},
    )  # fmt: skip


class SecretForm(forms.Form):
    """The second secret of a recipient's link."""

    secret = Line(
        label=_("Word"),
        help_text=_("The 8 letters and digits that were told to you, with or without a space."),
        max_length=20,
        widget=forms.TextInput(attrs={
            "autocomplete": "one-time-code", "autocapitalize": "characters", "autofocus": True,
            "spellcheck": "false",
        }),
        error_messages={"required": _("Enter the 8 letters and digits.")},
    )  # fmt: skip


class DeliveryForm(forms.Form):
    """Where a recipient's link goes, and by which other way its word is told."""

    address = forms.TypedChoiceField(
        label="The link goes to",
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where the link goes."},
    )
    told_by = forms.ChoiceField(
        label="You tell them the word",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how you tell them the word."},
    )

    def __init__(
        self,
        *args: Any,
        ways: Sequence[tuple[str, str]],
        told: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        """Offer what somebody has made sure of; what is the only way is chosen already."""
        super().__init__(*args, **kwargs)
        self.has_addresses = bool(ways)
        self.fields["address"].choices = ways  # type: ignore[attr-defined]  # a field with choices
        self.fields["told_by"].choices = told  # type: ignore[attr-defined]  # a field with choices
        if len(ways) == 1:
            self.fields["address"].initial = ways[0][0]

    def told(self) -> tuple[str, UUID | None]:
        """Give the way, and the address of theirs that it goes to."""
        way, _, address = self.cleaned_data["told_by"].partition(":")
        return way, UUID(address) if address else None


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
        return [_uuid(one) for one in self.cleaned_data.get("others", ())]

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
            recipient=None if new else _uuid(chosen),
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


def _uuid(text: str) -> UUID:
    from uuid import UUID  # noqa: PLC0415 only a type elsewhere in this module

    return UUID(text)


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


class AnswersForm(forms.Form):
    """Every clause with its own Yes and No, none chosen beforehand (CC-20)."""

    def __init__(
        self, *args: Any, filled: FormSource, answers: Mapping[str, bool], **kwargs: Any
    ) -> None:
        """Build a question for each clause; what was answered before stays answered."""
        super().__init__(*args, **kwargs)
        for clause in filled.clauses:
            kept = answers.get(clause.code)
            self.fields[clause.code] = forms.ChoiceField(
                label=clause.label,
                help_text=f"{words(filled.language).if_no} {clause.if_no}",
                choices=YES_NO,
                required=False,
                initial=None if kept is None else ("yes" if kept else "no"),
                widget=forms.RadioSelect,
            )

    def answers(self) -> dict[str, bool]:
        """Give what was answered; what was left open is not in it."""
        return {code: said == "yes" for code, said in self.cleaned_data.items() if said}


class ReadForm(forms.Form):
    """That the end of exactly this text was reached."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)


class SignForm(forms.Form):
    """The typed name is the signature."""

    name = Line(
        label=_("Your name"),
        help_text=_("Typing it is your signature."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Type your name. Typing it is your signature.")},
    )
    enforced = forms.CharField(widget=forms.HiddenInput, max_length=64)
    # an extra, never the only way: what it is made of is read by the rule for it, and drawn anew
    drawing = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=drawings.MOST_TYPED
    )


class QuestionForm(forms.Form):
    """A question to the counsellor."""

    text = Text(
        label=_("Your question"),
        help_text=_("Your counsellor reads it before you next meet, not at once."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write your question.")},
    )


class AnswerForm(forms.Form):
    """What the counsellor writes back; they may also talk about it."""

    answer = Text(
        label="Answer in words",
        help_text="The client reads it beside their question.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EndForm(forms.Form):
    """Why a form is called back before it is signed."""

    why = forms.ChoiceField(
        label="Why?",
        choices=[(code.value, words) for code, words in WHY_VOID_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why."},
    )
    words = Text(
        label="In your own words",
        help_text="Only staff who care for the client read it.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WitnessForm(forms.Form):
    """A witness signs with their own name."""

    name = Line(
        label="Your own name",
        help_text="Typing it says that you saw them sign.",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Type your name."},
    )
    enforced = forms.CharField(widget=forms.HiddenInput, max_length=64)


class DeclineForm(forms.Form):
    """A few words beside a no, if somebody wants to say any."""

    note = Text(
        label=_("Something to tell your counsellor"),
        help_text=_("You need not say why. What you write is sealed."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HowForm(forms.Form):
    """How the client told staff to stop a permission."""

    how = forms.ChoiceField(
        label="How did they tell you?",
        choices=HOW,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how they told you."},
    )


class WordsForm(forms.Form):
    """A few words that go by e-mail."""

    words = Text(
        label="What to say",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        error_messages={"required": "Write something."},
    )


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
