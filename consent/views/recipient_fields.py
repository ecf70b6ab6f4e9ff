"""What staff enter about a recipient: who they are, how they are reached, who else they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms

from consent.domain.documents import RecipientShown
from consent.domain.recipients import (
    ADDRESS_WORDS,
    KIND_WORDS,
    VERIFIED_WORDS,
    Agreement,
    RecipientKind,
)
from counselling.typed import Line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

KINDS: Final = [(one.value, words) for one, words in KIND_WORDS.items()]


class NameForm(forms.Form):
    """Who a recipient is, as they are called today."""

    name = Line(label="Name", max_length=120, error_messages={"required": "Say who."})
    role = Line(
        label="What they are to the client",
        max_length=80,
        help_text="Such as GP, teacher.",
        error_messages={"required": "Say what they are."},
    )
    kind = forms.ChoiceField(
        label="Which of these they are",
        choices=[("", "not chosen yet"), *KINDS],
        error_messages={"required": "Choose one; “somebody else” if none fits."},
        help_text="What a client keeps from insurers, or from their employer, goes by it.",
    )
    organisation = Line(
        label="Organisation", required=False, max_length=120, help_text="If there is one."
    )
    address = Line(
        label="Address as written on letters", required=False, max_length=200,
        help_text="If you know it.",
    )  # fmt: skip

    def shown(self) -> RecipientShown:
        """Give who was entered."""
        said = self.cleaned_data
        return RecipientShown(said["name"], said["role"], said["organisation"], said["address"])

    def kind_said(self) -> RecipientKind:
        """Give what they are as far as the law tells."""
        return RecipientKind(self.cleaned_data["kind"])


class AddressForm(forms.Form):
    """One way to a recipient."""

    kind = forms.ChoiceField(
        label="Way",
        choices=[(one.value, words) for one, words in ADDRESS_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a way."},
    )
    reach = Line(
        label="E-mail, number or address",
        max_length=300,
        error_messages={"required": "Write the address."},
    )


class VerifyForm(forms.Form):
    """How somebody made sure that an address is theirs."""

    how = forms.ChoiceField(
        label="How you made sure",
        choices=[(one.value, words) for one, words in VERIFIED_WORDS.items()],
        widget=forms.RadioSelect(attrs={"class": "stacked"}),
        error_messages={"required": "Choose how."},
    )


class MergeForm(forms.Form):
    """Who else this recipient is."""

    into = forms.ChoiceField(
        label="They are the same as",
        widget=forms.RadioSelect(attrs={"class": "stacked"}),
        error_messages={"required": "Choose who."},
    )

    def __init__(self, *args: Any, others: Mapping[UUID, str], **kwargs: Any) -> None:
        """Offer the client's other recipients."""
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [(str(row), name) for row, name in others.items()]  # type: ignore[attr-defined]  # a choice field has them


class DecideForm(forms.Form):
    """Whether the second person agrees."""

    answer = forms.ChoiceField(
        label="Is it the same recipient?",
        choices=[
            (Agreement.AGREE.value, "Yes: it is who the client agreed to"),
            (Agreement.REFUSE.value, "No: it stays as it was"),
        ],
        widget=forms.RadioSelect(attrs={"class": "stacked"}),
        error_messages={"required": "Choose one."},
    )

    def __init__(self, *args: Any, own: bool = False, **kwargs: Any) -> None:
        """Offer whoever wrote it to take it back; agreeing is somebody else's, or comes later."""
        super().__init__(*args, **kwargs)
        if own:
            self.fields["answer"].choices = self.fields["answer"].choices[1:]  # type: ignore[attr-defined]  # a choice field has them
