"""What a reviewer, or who is asked, writes about a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms

from audit.domain.deciding import EXPLAINED_WORDS, LONGEST, Explained, Word
from counselling import typed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

_OFF: Final[dict[str, Any]] = {"autocomplete": "off"}
_LABELS: Final[Mapping[Word, str]] = {
    Word.EXPLAINED: "Words, if it needs any",
    Word.ASKED: "What you ask",
    Word.ANSWERED: "Your answer",
    Word.ESCALATED: "Why somebody else should decide",
    Word.IN_ORDER: "Why it was in order",
    Word.NOT_JUSTIFIED: "What was not justified, and what was done about it",
}
# whoever is shut out never learns it, and a reviewer knows
_TOLD: Final = "They read this and what they did, and not by which rule it was found."


class SayForm(forms.Form):
    """One word about a finding; each has a form of its own, so that none is chosen beforehand."""

    show_optional = False

    text = typed.Text(
        max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2, **_OFF})
    )

    def __init__(
        self, posted: Any = None, *, word: Word, finding: UUID, danger: bool = False
    ) -> None:
        """Ask what that word needs; several forms of a page have names of their own."""
        super().__init__(posted, auto_id=f"{word}-{finding}-%s")
        self.word, self.danger = word, danger
        self.fields["text"].label = _LABELS[word]
        if word is Word.ASKED:
            self.fields["text"].help_text = _TOLD
        if word is Word.EXPLAINED and not danger:
            self.fields["code"] = _kinds()
            self.order_fields(["code", "text"])

    @property
    def code(self) -> str:
        """Give the kind of explanation; an emergency was one."""
        if self.word is not Word.EXPLAINED:
            return ""
        return Explained.DANGER.value if self.danger else self.cleaned_data.get("code", "")


def _kinds() -> forms.ChoiceField:
    kinds = [(one.value, words) for one, words in EXPLAINED_WORDS.items() if one != "danger"]
    return forms.ChoiceField(
        label="What it was",
        choices=kinds,
        required=False,
        widget=forms.RadioSelect,
    )


class StatementForm(forms.Form):
    """What a reviewer adds to the statement they sign."""

    words = typed.Text(
        label="In your words, if there is more to say",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, **_OFF}),
        help_text="Sealed. The statement above and the hash of these words become part of the log.",
    )
