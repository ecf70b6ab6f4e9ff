"""Whom a client shuts out, why a file is sealed, and who is let into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.domain.keeping_out import SEAL_WORDS, SealKind
from counselling.typed import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counselling.accounts.domain import Person

_OFF: Final = {"autocomplete": "off"}


class PersonSelect(forms.Select):
    """One of the people who work here, by name; nobody is chosen beforehand."""

    def create_option(self, *args: Any, **options: Any) -> dict[str, Any]:
        """Say that a name and what its owner calls themself are in no language of the page."""
        made = super().create_option(*args, **options)
        if made["value"]:
            made["attrs"]["lang"] = ""
        return made

    def offer(self, people: Iterable[Person]) -> None:
        """Offer these."""
        self.choices = [
            ("", _("Choose")),
            *(
                (str(one.id), f"{one.name}, {one.title}" if one.title else one.name)
                for one in people
            ),
        ]


def _offer(form: forms.Form, people: Iterable[Person]) -> None:
    widget = form.fields["person"].widget
    assert isinstance(widget, PersonSelect)  # noqa: S101 for the type checker
    widget.offer(people)


class ShutOutForm(forms.Form):
    """What a client said to staff: whom, and why if they said it."""

    person = forms.UUIDField(label="Who may not open this file", widget=PersonSelect)
    words = Text(
        label="What they said of why",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, **_OFF}),
        help_text="They need not say. It is sealed, and whoever it is about never reads it.",
    )

    def __init__(self, *args: Any, people: Iterable[Person], **options: Any) -> None:
        """Offer who works here."""
        super().__init__(*args, **options)
        _offer(self, people)


class OwnShutOutForm(forms.Form):
    """The same in the client's own words; asked once more where it ends somebody's care."""

    person = forms.UUIDField(label=_("Who may not open your file"), widget=PersonSelect)
    words = Text(
        label=_("Why, if you want to say"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, **_OFF}),
        help_text=_("You need not say. They never read it."),
    )
    sure = forms.BooleanField(
        label=_("Yes, they are no longer to care for me"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, people: Iterable[Person], **options: Any) -> None:
        """Offer who works here."""
        super().__init__(*args, **options)
        _offer(self, people)

    def ask_whether_sure(self) -> None:
        """Show the box that has to be ticked."""
        field = self.fields["sure"]
        field.widget = forms.CheckboxInput()
        words = _("They care for you now. Say that this is to end, or choose somebody else.")
        self.add_error("sure", words)


class SealForm(forms.Form):
    """Why no role is to open a file."""

    kind = forms.ChoiceField(
        label="Why this file is sealed",
        choices=[(one.value, SEAL_WORDS[one].capitalize()) for one in SEAL_WORDS],
        widget=forms.RadioSelect,
    )
    person = forms.UUIDField(
        label="Whose own file it is",
        required=False,
        widget=PersonSelect,
        help_text="Only where they work here. As staff they never open it, whatever happens.",
    )
    why = Text(
        label="In one sentence, why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, **_OFF}),
        help_text="It is sealed, for who cares for them.",
    )

    def __init__(self, *args: Any, people: Iterable[Person], **options: Any) -> None:
        """Offer who works here."""
        super().__init__(*args, **options)
        _offer(self, people)

    def said(self) -> dict[str, Any]:
        """Give what the action asks for."""
        said = self.cleaned_data
        kind = SealKind(said["kind"])
        return {"kind": kind, "why": said["why"], "person_id": said["person"]}


class LetInForm(forms.Form):
    """Who is let into a sealed file."""

    person = forms.UUIDField(
        label="A colleague",
        widget=PersonSelect,
        help_text="They see what their role shows: a supervisor notes, the front desk dates.",
    )

    def __init__(self, *args: Any, people: Iterable[Person], **options: Any) -> None:
        """Offer who works here."""
        super().__init__(*args, **options)
        _offer(self, people)
