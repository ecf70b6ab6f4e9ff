"""Forms of what a client reads: who may, what is not right, and the answers to it."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from counselling.speech import say
from counselling.typed import Text
from records.domain.amendments import BASIS_WORDS, LONGEST_SAID, Basis
from records.forms.fields import LongText

_ROWS: Final = {"rows": 5, "autocomplete": "off"}


def _words(label: str, help_text: str = "", *, required: bool = True) -> Text:
    return Text(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST_SAID,
        widget=forms.Textarea(attrs=_ROWS),
        error_messages={"required": say("Write this in your own words.")},
    )


class ReadersForm(forms.Form):
    """Which of the people in a case may read this note in their own space."""

    show_optional = False

    readers = forms.MultipleChoiceField(
        label="May read this note in their own space",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the people in the case by name."""
        super().__init__(*args, **kwargs)
        self.people = people
        field = self.fields["readers"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 tells the type checker
        field.choices = people


class NotRightForm(forms.Form):
    """What is not right, and what it should say."""

    part = forms.ChoiceField(
        label=say("Which part is it about"),
        choices=[("own", say("The part about me")), ("shared", say("The part about all of us"))],
        widget=forms.RadioSelect,
        error_messages={"required": say("Choose which part you mean.")},
    )
    wrong = _words(say("What is not right"), say("You can copy the words from the note."))
    better = _words(say("What should it say instead"))

    def __init__(self, *args: Any, two_parts: bool = False, **kwargs: Any) -> None:
        """Ask which part is meant only where there are two."""
        super().__init__(*args, **kwargs)
        if not two_parts:
            del self.fields["part"]


class StatementForm(forms.Form):
    """Why a client does not agree."""

    statement = _words(
        say("Your statement"),
        say("It stands beside the note from now on, and goes wherever the note goes."),
    )


class AcceptForm(forms.Form):
    """The correction that is to stand under the note."""

    correction = LongText(
        label="Correction",
        help_text="It stands under the note for ever, with your signature and date.",
        max_length=LONGEST_SAID,
        widget=forms.Textarea(attrs=_ROWS),
        error_messages={"required": "Write what is to stand under the note."},
    )
    words = _words("A few words to the client", required=False)


class RefuseForm(forms.Form):
    """On what ground, and why."""

    basis = forms.ChoiceField(
        label="On what ground",
        choices=[(str(value), word) for value, word in BASIS_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a ground: there is no other reason to refuse."},
    )
    words = _words("Why, in words the client understands")

    @property
    def chosen_basis(self) -> Basis:
        """Give the ground."""
        return Basis(self.cleaned_data["basis"])


class ReasonForm(forms.Form):
    """Why more time is needed."""

    reason = _words("Why you need thirty more days", "The client reads this.")


class NamedForm(forms.Form):
    """Who else is to know of a correction."""

    who = _words(say("Who, and how we reach them"))


class TellForm(forms.Form):
    """Who of the recipients it is whom the client named."""

    def __init__(self, *args: Any, recipients: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the recipients there are."""
        super().__init__(*args, **kwargs)
        self.fields["recipient"] = forms.ChoiceField(
            label="Who of the recipients that is",
            choices=recipients,
            widget=forms.RadioSelect(attrs={"class": "stacked"}),
            error_messages={"required": "Choose who of the recipients that is."},
        )


class NotToldForm(forms.Form):
    """Why somebody is not told of a correction."""

    why = _words("Why they are not told", "The client reads this.")


class ReplyForm(forms.Form):
    """A reply to a statement of disagreement."""

    words = _words("Your reply", "The client reads it, and it goes wherever the note goes.")
