"""How a client wants to be reached, as they say it themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.domain import Card, Channel
from counselling.typed import Line

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_OFF: Final = {"autocomplete": "off"}


def _time(label: _StrPromise) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time", **_OFF}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


class OwnCardForm(forms.Form):
    """The safe-contact card in the client's own words; nothing online has a page of its own."""

    channel = forms.ChoiceField(label=_("How may we write to you?"), widget=forms.RadioSelect)
    hours_from = _time(_("Only from"))
    hours_until = _time(_("Only until"))
    name_to_use = Line(
        label=_("What we call you in letters"),
        required=False,
        max_length=120,
        help_text=_("Left empty, letters use no name."),
        widget=forms.TextInput(attrs=dict(_OFF)),
    )
    may_leave_message = forms.BooleanField(
        label=_("You may leave a message on my telephone"), required=False
    )

    def __init__(self, *args: Any, texts: bool, **options: Any) -> None:
        """Offer text messages to who agreed to them."""
        super().__init__(*args, **options)
        ways = [(Channel.EMAIL.value, _("By e-mail"))]
        if texts:
            ways.append((Channel.TEXT.value, _("By text message")))
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 for the type checker
        field.choices = ways

    def clean(self) -> dict[str, Any]:
        """Ask for both hours or none."""
        said = super().clean() or self.cleaned_data
        begin, end = said.get("hours_from"), said.get("hours_until")
        if (begin is None) != (end is None) and not self.errors:
            missing = "hours_until" if end is None else "hours_from"
            self.add_error(missing, gettext("Give both hours, or leave both empty."))
        return said

    def card(self) -> Card:
        """Give the card."""
        said = self.cleaned_data
        begin, end = said["hours_from"], said["hours_until"]
        return Card(
            channel=Channel(said["channel"]),
            hours=(begin, end) if begin is not None else None,
            called=said["name_to_use"],
            may_leave_message=said["may_leave_message"],
        )


def own_card_fields_of(card: Card) -> dict[str, Any]:
    """Give the form's fields of a card."""
    begin, end = card.hours or (None, None)
    return {
        "channel": card.channel.value,
        "hours_from": begin,
        "hours_until": end,
        "name_to_use": card.called,
        "may_leave_message": card.may_leave_message,
    }
