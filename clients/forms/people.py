"""What people type about clients and cases; plain fields, the rules are asked in the actions.

Nothing here is offered to the browser to remember: the next person at the desk is another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone

from clients.domain import (
    CHANNEL_WORDS,
    KIND_WORDS,
    WORDS,
    Card,
    CaseKind,
    CaseState,
    Channel,
    Contact,
    Identity,
)
from counselling import db
from counselling.typed import Address, Day, Line, Text

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from counselling.accounts.domain import Person

_OFF: Final = {"autocomplete": "off"}
_EARLIEST: Final = 1900
_WORD: Final = "Two words, or one of eight letters; nothing others know of them."
_ASK: Final = "ask"


def _text(label: str, length: int = 120, **options: Any) -> Line:
    widget = forms.TextInput(attrs=dict(_OFF))
    return Line(label=label, max_length=length, widget=widget, **options)


class NamedForm(forms.Form):
    """Who is looked for; sent by POST, so that no address and no log holds a name."""

    show_optional = False

    named = Line(
        label="Name or reference",
        help_text="The beginnings of names are enough.",
        required=False,
        max_length=80,
        widget=forms.TextInput(
            attrs={
                **_OFF,
                "id": "named",
                "type": "search",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )


class DetailsForm(forms.Form):
    """Who somebody is and how to reach them at all."""

    given = _text("First name")
    family = _text("Family name", required=False)
    called = _text(
        "What they want to be called", required=False, help_text="If it is another name."
    )
    birth_date = Day(
        label="Date of birth",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", **_OFF}, format="%Y-%m-%d"),
    )
    email = Address(
        label="E-mail", required=False, max_length=254, widget=forms.EmailInput(attrs=dict(_OFF))
    )
    phone = _text("Telephone", 40, required=False)
    address = Text(
        label="Address",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, **_OFF}),
    )

    def clean_birth_date(self) -> datetime.date | None:
        """Refuse a day nobody in care was born on."""
        born: datetime.date | None = self.cleaned_data["birth_date"]
        if born and not _EARLIEST <= born.year <= db.now().year:
            raise forms.ValidationError("Check the year.")
        if born and born > timezone.localtime(db.now()).date():
            raise forms.ValidationError("This day is still to come.")
        return born

    def identity(self) -> Identity:
        """Give who it is."""
        said = self.cleaned_data
        return Identity(**{one: said[one] for one in ("given", "family", "called", "birth_date")})

    def contact(self) -> Contact:
        """Give how to reach them at all."""
        said = self.cleaned_data
        return Contact(**{one: said[one] for one in ("email", "phone", "address")})


def details_of(identity: Identity, contact: Contact) -> dict[str, Any]:
    """Give the form's fields of what is known."""
    known = identity.to_json() | contact.to_json()
    return {**known, "birth_date": identity.birth_date}


_WRITTEN: Final = [
    (_ASK, "Not asked yet: nothing is sent"),
    (Channel.EMAIL.value, f"Yes, {CHANNEL_WORDS[Channel.EMAIL]}"),
]
_NOTHING_ONLINE: Final = (Channel.NONE.value, "No, nothing online: all in the room")


class CardForm(forms.Form):
    """The safe-contact card: what the client chose."""

    channel = forms.ChoiceField(
        label="May we write to them?",
        initial=_ASK,
        choices=[*_WRITTEN, _NOTHING_ONLINE],
        widget=forms.RadioSelect,
    )
    hours_from = forms.TimeField(
        label="Only from",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    hours_until = forms.TimeField(
        label="Only until",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    name_to_use = _text(
        "Name to use in messages", required=False, help_text="Left empty, messages use none."
    )
    may_leave_message = forms.BooleanField(
        label="A message may be left on their telephone", required=False
    )
    card_notes = Text(
        label="What else to know",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, **_OFF}),
        help_text="For whoever rings or writes: who else may answer, what not to say.",
    )

    def __init__(self, *args: Any, texts: bool = False, **options: Any) -> None:
        """Offer text messages where the client agreed to them, or where the card has them."""
        super().__init__(*args, **options)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 for the type checker
        if texts or self.initial.get("channel") == Channel.TEXT.value:
            words = f"Yes, {CHANNEL_WORDS[Channel.TEXT]}"
            ended = "" if texts else ", but the permission for it has ended: nothing is sent"
            field.choices = [*_WRITTEN, (Channel.TEXT.value, words + ended), _NOTHING_ONLINE]

    def clean(self) -> dict[str, Any]:
        """Ask for both hours or none."""
        said = super().clean() or self.cleaned_data
        begin, end = said.get("hours_from"), said.get("hours_until")
        if (begin is None) != (end is None) and not self.errors:
            missing = "hours_until" if end is None else "hours_from"
            self.add_error(missing, "Give both hours, or leave both empty.")
        return said

    def card(self) -> Card:
        """Give the card."""
        said = self.cleaned_data
        begin, end = said["hours_from"], said["hours_until"]
        return Card(
            channel=Channel.NOT_ASKED if said["channel"] == _ASK else Channel(said["channel"]),
            hours=(begin, end) if begin is not None else None,
            called=said["name_to_use"],
            may_leave_message=said["may_leave_message"],
            notes=said["card_notes"],
        )


def card_fields_of(card: Card) -> dict[str, Any]:
    """Give the form's fields of a card."""
    begin, end = card.hours or (None, None)
    return {
        "channel": card.channel.value or _ASK,
        "hours_from": begin,
        "hours_until": end,
        "name_to_use": card.called,
        "may_leave_message": card.may_leave_message,
        "card_notes": card.notes,
    }


class IntakeForm(CardForm, DetailsForm):
    """Somebody new: details, card, and whom the case is about."""

    kind = forms.ChoiceField(
        label="The case is about",
        choices=[(kind.value, words) for kind, words in KIND_WORDS.items()],
        initial=CaseKind.INDIVIDUAL.value,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the address a message would go to."""
        said = super().clean()
        wanted = said.get("channel") == Channel.EMAIL.value and "email" not in self.errors
        if wanted and not said.get("email"):
            self.add_error("email", "Write the address, since they may be written to.")
        return said


class CaseForm(forms.Form):
    """A new case of somebody who is known."""

    kind = forms.ChoiceField(
        label="The case is about",
        choices=[(kind.value, words) for kind, words in KIND_WORDS.items()],
        initial=CaseKind.INDIVIDUAL.value,
        widget=forms.RadioSelect,
    )


class StateForm(forms.Form):
    """Where a case goes from here."""

    state = forms.ChoiceField(label="The case becomes", widget=forms.RadioSelect)

    def __init__(self, *args: Any, moves: Iterable[CaseState], **options: Any) -> None:
        """Offer the moves there are."""
        super().__init__(*args, **options)
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 for the type checker
        field.choices = [(one.value, WORDS[one]) for one in CaseState if one in set(moves)]


class MemberForm(forms.Form):
    """Somebody known, by their reference."""

    reference = _text(
        "Their reference", 12, help_text="It stands on their page, like 7KR2H-H.",
    )  # fmt: skip


class OfferForm(forms.Form):
    """To whom a case is offered."""

    person = forms.UUIDField(label="Offer it to", widget=forms.Select)

    def __init__(self, *args: Any, people: Iterable[Person], **options: Any) -> None:
        """Offer who can care for a case."""
        super().__init__(*args, **options)
        widget = self.fields["person"].widget
        assert isinstance(widget, forms.Select)  # noqa: S101 for the type checker
        widget.choices = [
            ("", "Choose"),
            *(
                (str(one.id), f"{one.name}, {one.title}" if one.title else one.name)
                for one in people
            ),
        ]


class PortalForm(forms.Form):
    """The address a client signs in with."""

    email = Address(
        label="E-mail to sign in with", max_length=254, widget=forms.EmailInput(attrs=dict(_OFF))
    )
    word = _text("A word you agree on now", 80, required=False, help_text=_WORD)


class AgreedForm(forms.Form):
    """A word agreed on with a client who has a sign-in."""

    word = _text("The new word", 80, help_text=_WORD)
