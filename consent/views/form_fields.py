"""The parts of a form in writing as fields, and what was typed into them as the form again."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, Final

from django import forms

from consent.domain.documents import Line as ShortLine
from consent.domain.elements import elements_of
from consent.domain.form_source import (
    KINDS,
    FormSource,
    Passage,
)
from consent.domain.writing import LANGUAGES
from counselling.typed import Line, Text

_HEADING: Final = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)


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


def box(label: str, rows: int, longest: int, hint: str) -> Text:
    """Give a box for several lines that may stay empty."""
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
    closing = box(
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

    short = box(
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


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
