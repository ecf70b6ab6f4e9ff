"""What is typed about guardians and about who decides; the rules are asked in the actions."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

from django import forms

from clients.domain.capacity import Basis, Decides, WhyLeftOut
from clients.domain.deciding import BASIS_WORDS, DECIDES_WORDS, LEFT_OUT_WORDS, Decision, Said
from clients.domain.guardians import LONGEST, GuardianDetails
from clients.domain.people import CHANNEL_WORDS, Card, Channel, Contact
from counselling.typed import Address, Day, Line, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

_OFF: Final = {"autocomplete": "off"}
_ASK: Final = "ask"
_SIGNS: Final = "signs"
_DAY: Final = datetime.timedelta(days=1)


def _line(label: str, length: int = LONGEST, **options: Any) -> Line:
    widget = forms.TextInput(attrs=dict(_OFF))
    return Line(label=label, max_length=length, widget=widget, **options)


def _hour(label: str) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


class GuardianForm(forms.Form):
    """Who a guardian is, by what right they sign, and how they may be reached."""

    name = _line("Name")
    relationship = _line(
        "What they are to the client", help_text="Such as mother, father or legal guardian."
    )
    authority = _line(
        "By what right they sign",
        200,
        help_text="Such as parental authority, or a court's order and its date. "
        "It stands on what they sign.",
    )
    email = Address(
        label="E-mail", required=False, max_length=254, widget=forms.EmailInput(attrs=dict(_OFF))
    )
    phone = _line("Telephone", 40, required=False)
    address = Text(
        label="Address",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, **_OFF}),
        help_text="No other guardian sees it.",
    )
    channel = forms.ChoiceField(
        label="May we write to them?",
        initial=_ASK,
        choices=[
            (_ASK, "Not asked yet: nothing is sent"),
            (Channel.EMAIL.value, f"Yes, {CHANNEL_WORDS[Channel.EMAIL]}"),
            (Channel.NONE.value, "No, nothing online: all in the room"),
        ],
        widget=forms.RadioSelect,
    )
    hours_from = _hour("Only from")
    hours_until = _hour("Only until")

    def clean(self) -> dict[str, Any]:
        """Ask for both hours or none, and for the address a message would go to."""
        said = super().clean() or self.cleaned_data
        begin, end = said.get("hours_from"), said.get("hours_until")
        if (begin is None) != (end is None) and not self.errors:
            missing = "hours_until" if end is None else "hours_from"
            self.add_error(missing, "Give both hours, or leave both empty.")
        wanted = said.get("channel") == Channel.EMAIL.value and "email" not in self.errors
        if wanted and not said.get("email"):
            self.add_error("email", "Write the address, since they may be written to.")
        return said

    def details(self) -> GuardianDetails:
        """Give what is kept."""
        said = self.cleaned_data
        begin, end = said["hours_from"], said["hours_until"]
        channel = Channel.NOT_ASKED if said["channel"] == _ASK else Channel(said["channel"])
        return GuardianDetails(
            name=said["name"],
            relationship=said["relationship"],
            authority=said["authority"],
            contact=Contact(**{one: said[one] for one in ("email", "phone", "address")}),
            card=Card(channel=channel, hours=(begin, end) if begin is not None else None),
        )


def guardian_fields_of(details: GuardianDetails) -> dict[str, Any]:
    """Give the form's fields of what is known."""
    begin, end = details.card.hours or (None, None)
    return {
        "name": details.name,
        "relationship": details.relationship,
        "authority": details.authority,
        **details.contact.to_json(),
        "channel": details.card.channel.value or _ASK,
        "hours_from": begin,
        "hours_until": end,
    }


class GuardianSignInForm(forms.Form):
    """The address a guardian signs in with."""

    email = Address(
        label="E-mail to sign in with",
        max_length=254,
        widget=forms.EmailInput(attrs=dict(_OFF)),
        help_text="Their own, and of nobody else.",
    )
    word = _line(
        "A word agreed with them",
        required=False,
        help_text="At least eight letters, or two words. It is asked before they sign; without one "
        "they set up an authenticator.",
    )


class CapacityForm(forms.Form):
    """Who decides, on what ground, why, until when; and of each guardian whether they sign."""

    decides = forms.ChoiceField(
        label="Who decides",
        choices=[(one.value, DECIDES_WORDS[one].capitalize()) for one in Decides],
        widget=forms.RadioSelect,
    )
    basis = forms.ChoiceField(
        label="On what ground",
        choices=[(one.value, BASIS_WORDS[one].capitalize()) for one in Basis],
        widget=forms.RadioSelect,
    )
    why = Text(
        label="Why",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, **_OFF}),
        help_text="What you saw and weighed, in a sentence or two. It is sealed.",
    )
    until = Day(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", **_OFF}, format="%Y-%m-%d"),
    )

    def __init__(
        self, *args: Any, guardians: Mapping[UUID, GuardianDetails], **options: Any
    ) -> None:
        """Ask of every guardian there is."""
        super().__init__(*args, **options)
        self.people = list(guardians)
        for number, details in enumerate(guardians.values()):
            self.fields[f"guardian_{number}"] = _about(details)

    def asked(self) -> Iterable[forms.BoundField]:
        """Give the questions about guardians, for the page."""
        return [self[f"guardian_{number}"] for number in range(len(self.people))]

    def decision(self) -> Decision:
        """Give what is decided; whoever decides alone leaves no guardian to be asked about."""
        said = self.cleaned_data
        decides, until = Decides(said["decides"]), said["until"]
        return Decision(
            decides=decides,
            basis=Basis(said["basis"]),
            why=said["why"],
            guardians=() if decides is Decides.ALONE else tuple(self._said()),
            until=None if until is None or decides is Decides.ALONE else until + _DAY,
        )

    def _said(self) -> Iterable[Said]:
        for number, guardian in enumerate(self.people):
            word = self.cleaned_data[f"guardian_{number}"]
            signs = word == _SIGNS
            yield Said(guardian, signs, None if signs else WhyLeftOut(word))


def _about(details: GuardianDetails) -> forms.ChoiceField:
    left_out = [(one.value, f"Is left out: {LEFT_OUT_WORDS[one]}") for one in WhyLeftOut]
    return forms.ChoiceField(
        label=f"{details.name}, {details.relationship}",
        initial=_SIGNS,
        choices=[(_SIGNS, "Signs"), *left_out],
        widget=forms.RadioSelect,
    )
