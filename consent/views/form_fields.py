"""The parts of a form in writing as fields, and what was typed into them as the form again."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any, Final

from django import forms

from consent.domain.answers import CATEGORY_WORDS, PURPOSE_WORDS
from consent.domain.documents import Line as ShortLine
from consent.domain.elements import elements_of
from consent.domain.form_source import (
    ACTIVITIES,
    KINDS,
    PURPOSE_AS_ASKED,
    QUESTIONS_AT_MOST,
    ClauseSource,
    Ends,
    FormKind,
    FormSource,
    Particular,
    Passage,
    PurposeWords,
    Question,
)
from consent.domain.writing import LANGUAGES
from counselling.typed import Line, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

MORE_ROWS: Final = 2
_HEADING: Final = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)
_CODE: Final = re.compile(r"[^a-z0-9]+")


def headings_of(text: str) -> list[str]:
    """Give the headings a passage can stand under."""
    return list(dict.fromkeys(_HEADING.findall(text)))


class NewForm(forms.Form):
    """What a form of one's own begins with."""

    title = Line(
        label="Title",
        max_length=200,
        help_text="As the client reads it, such as “May we share information with {recipient}?”",
        error_messages={"required": "Give the form a title."},
    )
    kind = forms.ChoiceField(
        label="What it is for",
        choices=[(kind.value, words) for kind, words in KINDS.items()],
        help_text="It decides what the form has to say before it can be published.",
    )
    language = forms.ChoiceField(label="Language", choices=list(LANGUAGES.items()))


class LanguageForm(forms.Form):
    """In which language the next version is written."""

    language = forms.ChoiceField(label="Language", choices=list(LANGUAGES.items()))


class BackForm(forms.Form):
    """What is not right yet."""

    words = Text(
        label="What is not right yet",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what is not right yet."},
    )


class PartForm(forms.Form):
    """A part of a form in writing; whatever is still empty may stay so until it is handed in."""

    show_optional = False
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**6)

    def __init__(self, *args: Any, source: FormSource, revision: int, **kwargs: Any) -> None:
        """Show what is written so far."""
        self.source = source
        kwargs["initial"] = {"version": revision, **self.said(source)}
        super().__init__(*args, **kwargs)

    def said(self, source: FormSource) -> dict[str, Any]:
        """Give what the fields show of a form."""
        raise NotImplementedError

    def applied(self) -> FormSource:
        """Give the form with what was typed."""
        raise NotImplementedError


def _box(label: str, rows: int, longest: int, hint: str) -> Text:
    return Text(
        label=label,
        required=False,
        max_length=longest,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class TextForm(PartForm):
    """The title and the whole text."""

    title = Line(label="Title", required=False, max_length=200)
    text = Text(
        label="The whole text, in Markdown",
        required=False,
        max_length=40_000,
        help_text="Two # signs begin a heading, a dash a list. Words in braces are filled in for "
        "each client: {client}, {counsellor}, {practice}, {recipient}, {purpose}, {until}.",
        widget=forms.Textarea(attrs={"rows": 24, "class": "writing tall"}),
    )
    closing = _box(
        "At the end, a sentence on each line", 3, 2000, "Said once more before the name is typed."
    )

    def said(self, source: FormSource) -> dict[str, Any]:
        """Show the text as it is."""
        return {
            "title": source.title, "text": source.text, "closing": "\n".join(source.closing),
        }  # fmt: skip

    def applied(self) -> FormSource:
        """Give the form with this text."""
        said = self.cleaned_data
        return dataclasses.replace(
            self.source,
            title=said["title"],
            text=said["text"],
            closing=tuple(_lines(said["closing"])),
        )


class ShortForm(PartForm):
    """The six lines of "In short"."""

    short = _box(
        "In short, a line for each",
        8,
        2000,
        "Such as “Who: {counsellor}, {practice}”. Six lines are usual: Who, To whom, What, Why, "
        "Until, To stop.",
    )

    def said(self, source: FormSource) -> dict[str, Any]:
        """Show a line for each; an empty form begins with the six that are usual."""
        usual = "Who: \nTo whom: \nWhat: \nWhy: \nUntil: \nTo stop: "
        lines = "\n".join(f"{each.label}: {each.text}" for each in source.in_short)
        return {"short": lines or usual}

    def applied(self) -> FormSource:
        """Give the form with these lines; a line without words is none."""
        pairs = [line.partition(":") for line in _lines(self.cleaned_data["short"])]
        kept = [ShortLine(label.strip(), text.strip()) for label, _, text in pairs if text.strip()]
        return dataclasses.replace(self.source, in_short=tuple(kept))


class PassagesForm(PartForm):
    """Under which heading of the text each required element stands."""

    def __init__(self, *args: Any, source: FormSource, revision: int, **kwargs: Any) -> None:
        """Ask for every element that this kind of form needs."""
        super().__init__(*args, source=source, revision=revision, **kwargs)
        offered = [("", "not said yet"), *((one, one) for one in headings_of(source.text))]
        for element in elements_of(source.kind):
            self.fields[element.code] = forms.ChoiceField(
                label=f"Where it says {element.words}", choices=offered, required=False
            )

    def said(self, source: FormSource) -> dict[str, Any]:
        """Show what was chosen."""
        return {each.element: each.heading for each in source.passages}

    def applied(self) -> FormSource:
        """Give the form with these passages."""
        kept = tuple(
            Passage(name, heading)
            for name, heading in self.cleaned_data.items()
            if name != "version" and heading
        )
        return dataclasses.replace(self.source, passages=kept)


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


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class ClauseForm(PartForm):
    """One thing that is asked: what a Yes switches on, for how long, and what a No means."""

    label = Line(label="Label", required=False, max_length=120, help_text="A few words.")
    sentence = _box(
        "The sentence that is enforced after a Yes", 3, 600,
        "In the client's own voice: “{counsellor} may tell {recipient} … until {until}.”",
    )  # fmt: skip
    if_no = _box("What No means", 2, 400, "In a sentence, so that nobody fears to say it.")
    required = forms.BooleanField(
        label="It cannot begin without a Yes", required=False,
        help_text="Only for counselling itself, and for silence in a group.",
    )  # fmt: skip
    does = forms.ChoiceField(
        label="What a Yes does",
        choices=[("share", "shares information"), ("allow", "allows something here")],
        widget=forms.RadioSelect,
    )
    activity = forms.ChoiceField(
        label="What it allows",
        required=False,
        choices=[("", "nothing chosen"), *ACTIVITIES.items()],
    )
    categories = forms.MultipleChoiceField(
        label="What is shared",
        required=False,
        choices=list(CATEGORY_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    recipient = forms.ChoiceField(
        label="With whom",
        required=False,
        choices=[("named", "whoever is named when it is asked"), ("practice", "the practice")],
        widget=forms.RadioSelect,
    )
    recipient_kind = Line(
        label="What kind of recipient that is", required=False, max_length=60,
        help_text="Such as “GP” or “school”, proposed when it is asked. May stay empty.",
    )  # fmt: skip
    purpose = forms.ChoiceField(
        label="What for",
        required=False,
        choices=[
            (PURPOSE_AS_ASKED, "whatever is chosen when it is asked"), *PURPOSE_WORDS.items(),
        ],
    )  # fmt: skip
    ends = forms.ChoiceField(
        label="When it ends by itself",
        choices=[("months", "after some months, or on the date asked"), ("event", "with an event")],
        widget=forms.RadioSelect,
    )
    months = forms.IntegerField(label="Months", required=False, min_value=1, max_value=24)
    event = Line(
        label="It ends when …", required=False, max_length=200,
        help_text="Such as “our work together ends”.",
    )  # fmt: skip

    def __init__(self, *args: Any, clause: ClauseSource, **kwargs: Any) -> None:
        """Show one clause."""
        self.clause = clause
        super().__init__(*args, **kwargs)

    def said(self, source: FormSource) -> dict[str, Any]:  # noqa: ARG002 shows its clause of it
        """Show the clause."""
        one = self.clause
        return {
            "label": one.label, "sentence": one.sentence, "if_no": one.if_no,
            "required": one.required, "does": "share" if one.activity is None else "allow",
            "activity": one.activity or "", "categories": list(one.categories),
            "recipient": one.recipient or "named", "recipient_kind": one.recipient_kind,
            "purpose": one.purpose or PURPOSE_AS_ASKED,
            "ends": "event" if one.ends.event else "months",
            "months": one.ends.months, "event": one.ends.event,
        }  # fmt: skip

    def applied(self) -> FormSource:
        """Give the form with this clause in its place."""
        made = self._clause()
        clauses = tuple(made if one.code == made.code else one for one in self.source.clauses)
        return dataclasses.replace(self.source, clauses=clauses)

    def _clause(self) -> ClauseSource:
        said = self.cleaned_data
        shares, dated = said["does"] == "share", said["ends"] == "months"
        return ClauseSource(
            code=self.clause.code,
            label=said["label"],
            sentence=said["sentence"],
            if_no=said["if_no"],
            required=said["required"],
            purpose=(said["purpose"] or PURPOSE_AS_ASKED) if shares else "",
            recipient=(said["recipient"] or "named") if shares else None,
            categories=tuple(said["categories"]) if shares else (),
            activity=None if shares else said["activity"],
            ends=Ends(said["months"], "") if dated else Ends(None, said["event"]),
            recipient_kind=said["recipient_kind"] if shares else "",
        )


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


def new_clause(source: FormSource) -> tuple[FormSource, str]:
    """Give the form with one more clause, and that clause's code."""
    taken = {one.code for one in source.clauses}
    number = len(taken) + 1
    while f"clause-{number}" in taken:
        number += 1
    code = f"clause-{number}"
    shares = source.kind in _SHARE
    empty = ClauseSource(
        code=code, label="", sentence="", if_no="", required=False,
        purpose=PURPOSE_AS_ASKED if shares else "", recipient="named" if shares else None,
        categories=(), activity=None if shares else "", ends=Ends(12, ""),
    )  # fmt: skip
    return dataclasses.replace(source, clauses=(*source.clauses, empty)), code


_SHARE: Final = frozenset(
    {FormKind.SHARING, FormKind.PSYCHOTHERAPY_NOTES, FormKind.SUD_NOTES, FormKind.PROCEEDINGS}
)


def without_clause(source: FormSource, code: str) -> FormSource:
    """Give the form without a clause."""
    kept = tuple(one for one in source.clauses if one.code != code)
    return dataclasses.replace(source, clauses=kept)


def moved_up(source: FormSource, code: str) -> FormSource:
    """Give the form with a clause one place earlier."""
    clauses = list(source.clauses)
    at = next((at for at, one in enumerate(clauses) if one.code == code), 0)
    if at:
        clauses[at - 1], clauses[at] = clauses[at], clauses[at - 1]
    return dataclasses.replace(source, clauses=tuple(clauses))
