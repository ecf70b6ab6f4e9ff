"""The forms of signing in and of the staff; fields that password managers know (AX-09)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from counselling.accounts import domain
from counselling.accounts.passwords import LONGEST
from counselling.errors import Invalid
from counselling.typed import Day, Line, Text

if TYPE_CHECKING:
    import datetime

    from django.utils.functional import _StrPromise

    _Words = str | _StrPromise

_PLAIN: Final = {"autocapitalize": "none", "spellcheck": "false", "autocorrect": "off"}


def _email(label: _Words, autocomplete: str, help_text: _Words = "") -> Line:
    attrs = {**_PLAIN, "autocomplete": autocomplete}
    return Line(
        label=label,
        max_length=domain.LONGEST_ADDRESS,
        help_text=help_text,
        widget=forms.EmailInput(attrs=attrs),
    )


def _password(label: _Words, autocomplete: str, help_text: _Words = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


def _code(label: _Words, help_text: _Words, autocomplete: str = "one-time-code") -> Line:
    return Line(
        label=label,
        max_length=40,
        help_text=help_text,
        widget=forms.TextInput(attrs={**_PLAIN, "autocomplete": autocomplete}),
    )


class SignInForm(forms.Form):
    """Step one."""

    email = _email(_("E-mail address"), "username")
    password = _password(_("Password"), "current-password")
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """Step two, and the confirmation of who one is."""

    code = _code(_("Code"), _("Six digits from your authenticator, or one of your recovery codes."))


class LinkForm(forms.Form):
    """Who wants a link; nobody is told whether we know them."""

    email = _email(_("E-mail address"), "username")


class _Unsaid(forms.PasswordInput):
    """A secret that may be seen while it is typed, and is never shown again on the page."""

    input_type = "text"


def _word() -> Line:
    return Line(
        label=_("The word you agreed on"),
        max_length=domain.LONGEST_WORD,
        help_text=_("Capital letters do not matter."),
        widget=_Unsaid(attrs={**_PLAIN, "autocomplete": "off"}),
    )


class WordForm(forms.Form):
    """The word agreed in the room."""

    word = _word()


class RecoveryForm(forms.Form):
    """Both steps at once, for who would otherwise wait."""

    email = _email(_("E-mail address"), "username")
    password = _password(_("Password"), "current-password")
    code = _code(_("Recovery code"), _("One of the ten you kept at the start."), "off")


class WakeForm(forms.Form):
    """The one factor that brings a hidden page back."""

    answer = _password(
        _("Your password"), "current-password", _("Or the six digits your authenticator shows now.")
    )


class HomeForm(forms.Form):
    """Where somebody lives; empty to have it forgotten."""

    address = Line(
        label="Street, house number, town",
        required=False,
        max_length=200,
        help_text="Only a mark of it is kept. Empty forgets it.",
    )


class EnrolmentForm(forms.Form):
    """The first code of a new device."""

    code = _code(_("Code"), _("The six digits your authenticator shows now."))


class PasswordAgainForm(forms.Form):
    """The confirmation of who one is, for who has no second factor."""

    code = _password(_("Your password"), "current-password")


class WordAgainForm(forms.Form):
    """The confirmation of who one is, for who comes in by a link and a word alone."""

    code = _word()


class _NewPasswordForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what is accepted before anything is typed."""
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_validators_help_texts()[-1]


class ForgottenForm(_NewPasswordForm):
    """A new password instead of one that is forgotten; a client gives their word as well."""

    word = _word()
    password = _password(_("A new password"), "new-password")

    def __init__(self, *args: Any, asks_word: bool, **kwargs: Any) -> None:
        """Leave the word out for staff, whose second factor is still asked for."""
        super().__init__(*args, **kwargs)
        if not asks_word:
            del self.fields["word"]


class PasswordForm(_NewPasswordForm):
    """A change of one's own password."""

    current = _password(_("Your current password"), "current-password")
    password = _password(_("A new password"), "new-password")


class InvitationForm(_NewPasswordForm):
    """The first password of an invited account."""

    pin = _code(_("PIN"), _("The six digits you were told."), "off")
    password = _password(_("A password of your own"), "new-password")

    def __init__(self, *args: Any, asks_pin: bool, **kwargs: Any) -> None:
        """Leave the PIN out where the link went to one's own mailbox."""
        super().__init__(*args, **kwargs)
        if not asks_pin:
            del self.fields["pin"]


def _line(label: str, length: int, help_text: str = "", **options: Any) -> Line:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return Line(label=label, max_length=length, help_text=help_text, widget=widget, **options)


class PracticeForm(forms.Form):
    """The practice as its clients see it."""

    name = _line("Name", 120)
    address = Text(
        label="Address",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    phone = _line("Telephone", 40, required=False)
    crisis_line = _line(
        "Crisis line", 40, "A number that is answered day and night.", required=False
    )
    complaints_contact = _line(
        "Complaints go to", 200, "Somebody outside the practice, and how to reach them.",
        required=False,
    )  # fmt: skip

    def clean_crisis_line(self) -> str:
        """Take a number only: it can be dialled from every page."""
        typed: str = self.cleaned_data["crisis_line"]
        if typed and not re.fullmatch(r"\+?[0-9][0-9 ]*", typed):
            raise forms.ValidationError("Write a number with digits and blanks only.")
        return typed


_ROLES: Final = [(role.value, domain.ROLE_NAMES[role]) for role in domain.STAFF_ROLES]


class StaffForm(forms.Form):
    """A new colleague."""

    name = Line(label="Name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = _email("E-mail address", "off", "An invitation goes there; it is good for an hour.")
    title = Line(
        label="Title",
        max_length=80,
        required=False,
        help_text="As clients know it: counsellor, family counsellor, reception.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=_ROLES,
        widget=forms.CheckboxSelectMultiple,
        help_text="A person may hold several. A role says which acts are allowed.",
    )


class RoleForm(forms.Form):
    """One more role, of those a colleague does not have."""

    role = forms.ChoiceField(label="Role")

    def __init__(self, *args: Any, without: frozenset[Any], **kwargs: Any) -> None:
        """Offer what is not held yet."""
        super().__init__(*args, **kwargs)
        choices = [(value, name) for value, name in _ROLES if value not in without]
        self.fields["role"] = forms.ChoiceField(label="Role", choices=choices)


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SupervisorForm(forms.Form):
    """Who is to supervise a colleague, and from when until when."""

    supervisor = forms.ChoiceField(label="Supervisor")
    since = Day(label="First day", help_text="Empty: from now on", required=False, widget=_day())
    until = Day(label="Last day", help_text="Empty: open", required=False, widget=_day())

    def __init__(self, *args: Any, supervisors: list[domain.Person], **kwargs: Any) -> None:
        """Offer who may supervise."""
        super().__init__(*args, **kwargs)
        choices = [(str(one.id), one.name) for one in supervisors]
        self.fields["supervisor"] = forms.ChoiceField(label="Supervisor", choices=choices)


class DatesForm(forms.Form):
    """The days of a supervision, as its buttons send them."""

    since = Day(required=False)
    until = Day(label="Last day", required=False, widget=_day())

    def said(self) -> dict[str, datetime.date | None]:
        """Give the days; raises Invalid for what is none."""
        if not self.is_valid():
            raise Invalid("Check the days.")
        return self.cleaned_data


class AliasForm(forms.Form):
    """Why clients are to read a code for a colleague's name, and until when."""

    reason = Text(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text="It is sealed. Who has to agree reads it, and whom it is about.",
    )
    until = Day(label="Last day (empty: until somebody ends it)", required=False, widget=_day())
