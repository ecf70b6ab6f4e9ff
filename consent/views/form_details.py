"""The questions of a form and what staff fill in, as fields; and which parts a form has."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any, Final

from consent.domain.answers import PURPOSE_WORDS
from consent.domain.form_source import (
    QUESTIONS_AT_MOST,
    FormSource,
    Particular,
    PurposeWords,
    Question,
)
from consent.views.form_fields import PartForm, PassagesForm, ShortForm, TextForm
from counselling.typed import Line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django import forms

MORE_ROWS: Final = 2
_CODE: Final = re.compile(r"[^a-z0-9]+")


class DetailsForm(PartForm):
    """What staff fill in before it is sent, the purposes in words, the questions at the end."""

    def __init__(self, *args: Any, source: FormSource, revision: int, **kwargs: Any) -> None:
        """Show a row for each, and two empty ones."""
        super().__init__(*args, source=source, revision=revision, **kwargs)
        for at in range(QUESTIONS_AT_MOST):
            self.fields[f"q{at}"] = Line(label=f"Question {at + 1}", required=False, max_length=200)
            self.fields[f"a{at}"] = Line(label="and its answer", required=False, max_length=400)
        for at in range(len(source.particulars) + MORE_ROWS):
            code = source.particulars[at].code if at < len(source.particulars) else ""
            self.fields[f"d{at}"] = Line(
                label=f"What staff fill in, {at + 1}",
                required=False,
                max_length=200,
                help_text=f"Write {{{code}}} where it goes." if code else "",
            )
            self.fields[f"p{at}"] = Line(label="what is proposed", required=False, max_length=200)
        if any(clause.recipient == "named" for clause in source.clauses):
            for code, words in PURPOSE_WORDS.items():
                self.fields[f"u_{code}"] = Line(
                    label=f"{words.capitalize()}: so that …", required=False, max_length=200
                )

    def asked(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Give each question with its answer."""
        return [(self[f"q{at}"], self[f"a{at}"]) for at in range(QUESTIONS_AT_MOST)]

    def filled_in(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Give each detail with what is proposed."""
        many = len(self.source.particulars) + MORE_ROWS
        return [(self[f"d{at}"], self[f"p{at}"]) for at in range(many)]

    def purposes(self) -> list[forms.BoundField]:
        """Give the words of each purpose."""
        return [self[name] for name in self.fields if name.startswith("u_")]

    def said(self, source: FormSource) -> dict[str, Any]:
        """Show what there is."""
        shown: dict[str, Any] = {f"u_{each.code}": each.words for each in source.purposes}
        for at, question in enumerate(source.questions):
            shown |= {f"q{at}": question.question, f"a{at}": question.answer}
        for at, each in enumerate(source.particulars):
            shown |= {f"d{at}": each.label, f"p{at}": each.default}
        return shown

    def applied(self) -> FormSource:
        """Give the form with these; what has no words is left away."""
        said = self.cleaned_data
        asked = [(said[f"q{at}"], said[f"a{at}"]) for at in range(QUESTIONS_AT_MOST)]
        shares = any(name.startswith("u_") for name in self.fields)
        purposes = tuple(PurposeWords(code, said.get(f"u_{code}", "")) for code in PURPOSE_WORDS)
        return dataclasses.replace(
            self.source,
            questions=tuple(Question(one, other) for one, other in asked if one),
            particulars=tuple(self._particulars()),
            purposes=purposes if shares else self.source.purposes,
        )

    def _particulars(self) -> Iterable[Particular]:
        said, known = self.cleaned_data, self.source.particulars
        taken: set[str] = set()
        for at in range(len(known) + MORE_ROWS):
            label = said[f"d{at}"]
            if not label:
                continue
            code = known[at].code if at < len(known) else _unlike(_code(label), taken)
            taken.add(code)
            yield Particular(code, label, said[f"p{at}"])


def _code(label: str) -> str:
    return _CODE.sub("_", label.lower()).strip("_")[:40].strip("_") or "detail"


def _unlike(code: str, taken: set[str]) -> str:
    """Give a code no other row has; a placeholder holds letters only."""
    bare = re.sub(r"[^a-z_]", "", code).strip("_") or "detail"
    while bare in taken:
        bare += "_x"
    return bare


PARTS: Final[dict[str, type[PartForm]]] = {
    "text": TextForm,
    "short": ShortForm,
    "details": DetailsForm,
    "passages": PassagesForm,
}
PART_NAMES: Final[dict[str, str]] = {
    "text": "The text",
    "short": "In short",
    "details": "Questions and what staff fill in",
    "passages": "Where it says what it has to say",
}
