"""What a client answers, says and signs with their name; and a witness with theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.domain import drawing as drawings
from consent.domain.words import words
from counselling.typed import Line, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consent.domain.form_source import FormSource

YES_NO: Final = (("yes", _("Yes")), ("no", _("No")))


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


class DeclineForm(forms.Form):
    """A few words beside a no, if somebody wants to say any."""

    note = Text(
        label=_("Something to tell your counsellor"),
        help_text=_("You need not say why. What you write is sealed."),
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
