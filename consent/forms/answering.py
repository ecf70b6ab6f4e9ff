"""What staff write about a form: an answer, why it is called back, how it was stopped."""

from __future__ import annotations

from typing import Final

from django import forms

from consent.domain.states import WHY_VOID_WORDS
from counselling.typed import Text

HOW: Final = (
    ("room", "in the room"),
    ("phone", "by phone"),
    ("letter", "by letter"),
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
