"""The forms of supervision: a return with its comments, and a note about a supervisee."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from records.domain import LONGEST_NOTE
from records.domain.passages import LONGEST_PASSAGE
from records.domain.supervision import LONGEST_COMMENT, MOST_COMMENTS
from records.forms.fields import LongText

_PARTS: Final = 60


class CoSignForm(forms.Form):
    """How much stood on the page that was read."""

    addenda = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class CommentForm(forms.Form):
    """One comment; the passage is picked with the mouse or typed, none is the whole note."""

    # a comment nobody writes is none, and the hint says what no passage means
    show_optional = False

    quote = LongText(
        label="Passage",
        help_text="Its words as they stand in the note. Empty: the whole note is meant.",
        required=False,
        max_length=LONGEST_PASSAGE,
        widget=forms.Textarea(attrs={"rows": 2, "data-quote": True}),
    )
    words = LongText(
        label="Comment",
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3, "data-words": True}),
    )
    part = forms.CharField(
        max_length=_PARTS, required=False, widget=forms.HiddenInput(attrs={"data-part": True})
    )
    start = forms.IntegerField(
        min_value=0, required=False, widget=forms.HiddenInput(attrs={"data-start": True})
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the words where only a passage stands."""
        said = super().clean() or {}
        if said.get("quote", "").strip() and not said.get("words", "").strip():
            self.add_error("words", "Write what you want to say about it.")
        return said

    @property
    def is_said(self) -> bool:
        """Say whether somebody wrote a comment here."""
        return bool(self.cleaned_data.get("words", "").strip())


CommentForms = forms.formset_factory(
    CommentForm, extra=2, max_num=MOST_COMMENTS, absolute_max=MOST_COMMENTS
)


class SupervisionForm(forms.Form):
    """What is noted about a supervisee, and who reads it once it is signed."""

    show_optional = False

    text = LongText(
        label="What you talked about",
        help_text="about the work together; it belongs to no client's record",
        required=False,
        strip=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 14, "class": "writing", "autocomplete": "off"}),
    )
    shared = forms.ChoiceField(
        label="Who reads it once it is signed",
        choices=[("no", "I alone"), ("yes", "I and who it is about")],
        initial="no",
        required=False,
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    tab = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)

    @property
    def is_shared(self) -> bool:
        """Say whether the supervisee reads it too; only a clear yes is one."""
        return self.cleaned_data.get("shared") == "yes"
