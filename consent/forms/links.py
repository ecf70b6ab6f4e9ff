"""What opens a link, and where a recipient's link goes with its word told another way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from counselling.typed import Line

if TYPE_CHECKING:
    from collections.abc import Sequence


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
