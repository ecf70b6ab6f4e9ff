"""Two versions of a form side by side: which lines are new, gone or changed, word by word."""

from __future__ import annotations

import dataclasses
import re
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from consent.domain.answers import CATEGORY_WORDS
from consent.domain.form_source import ACTIVITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from consent.domain.form_source import ClauseSource, FormSource

_WORDS: Final = re.compile(r"\s+|[^\s]+")
# a longer line is shown as changed in whole: looking for the words in it would take seconds
WORDS_AT_MOST: Final = 800


class Change(StrEnum):
    """What became of a line between the two."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line, and whether only this side has them."""

    text: str
    only_here: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A line on both sides; a side that has none is empty."""

    change: Change
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One part of a form, line by line."""

    heading: str
    rows: tuple[Row, ...]

    @property
    def changed(self) -> bool:
        """Say whether anything in it is not the same."""
        return any(row.change is not Change.SAME for row in self.rows)

    @property
    def condensed(self) -> tuple[Row, ...]:
        """Give what changed with the line before and after it; the rest is only counted."""
        found: list[Row] = []
        skipped = 0
        for at, row in enumerate(self.rows):
            near = self.rows[max(0, at - 1) : at + 2]
            if all(one.change is Change.SAME for one in near):
                skipped += 1
                continue
            found += _counted(skipped)
            skipped = 0
            found.append(row)
        return (*found, *_counted(skipped))


def _counted(skipped: int) -> list[Row]:
    if not skipped:
        return []
    words = (Piece(f"… {skipped} more line{'s' * (skipped > 1)}, the same on both sides"),)
    return [Row(Change.SAME, words, words)]


def compare(before: FormSource, after: FormSource) -> tuple[Part, ...]:
    """Give every part of two versions beside each other, clauses first among what is enforced."""
    named = [
        ("Title", [before.title], [after.title]),
        ("In short", _in_short(before), _in_short(after)),
        *_clauses(before, after),
        ("Text", _lines(before.text), _lines(after.text)),
        ("At the end", list(before.closing), list(after.closing)),
        ("Questions", _questions(before), _questions(after)),
        ("What staff fill in", _details(before), _details(after)),
    ]
    return tuple(Part(heading, rows(one, other)) for heading, one, other in named if one or other)


def rows(before: Sequence[str], after: Sequence[str]) -> tuple[Row, ...]:
    """Give two lists of lines beside each other; lines that take each other's place share a row."""
    found: list[Row] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [Row(Change.SAME, (Piece(x),), (Piece(x),)) for x in before[a:b]]
        else:
            found += [_row(x, y) for x, y in zip_longest(before[a:b], after[c:d])]
    return tuple(found)


def _row(before: str | None, after: str | None) -> Row:
    if before is None:
        return Row(Change.NEW, (), (Piece(after or "", only_here=True),))
    if after is None:
        return Row(Change.GONE, (Piece(before, only_here=True),), ())
    return Row(Change.CHANGED, *_words(before, after))


def _words(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(one), len(other)) > WORDS_AT_MOST:
        return (Piece(before, only_here=True),), (Piece(after, only_here=True),)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        _add(left, one[a:b], only_here=kind != "equal")
        _add(right, other[c:d], only_here=kind != "equal")
    return tuple(left), tuple(right)


def _add(side: list[Piece], words: Iterable[str], *, only_here: bool) -> None:
    if text := "".join(words):
        side.append(Piece(text, only_here))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _in_short(form: FormSource) -> list[str]:
    return [f"{each.label}: {each.text}" for each in form.in_short]


def _questions(form: FormSource) -> list[str]:
    return [line for each in form.questions for line in (each.question, each.answer)]


def _details(form: FormSource) -> list[str]:
    purposes = [f"{each.code}: so that {each.words}" for each in form.purposes if each.words]
    return [*(f"{each.label} ({each.default})" for each in form.particulars), *purposes]


def _clauses(before: FormSource, after: FormSource) -> list[tuple[str, list[str], list[str]]]:
    """Pair clauses by their code: it is what a new signature replaces an older one by."""
    one, other = ({each.code: each for each in form.clauses} for form in (before, after))
    codes = [*other, *(code for code in one if code not in other)]
    return [
        (_clause_name(one.get(code), other.get(code)), _said(one.get(code)), _said(other.get(code)))
        for code in codes
    ]


def _clause_name(before: ClauseSource | None, after: ClauseSource | None) -> str:
    shown = after or before
    name = shown.label or shown.code if shown else ""
    if before is None:
        return f"New clause: {name}"
    return f"Clause: {name}" if after is not None else f"Clause that is gone: {name}"


def _said(clause: ClauseSource | None) -> list[str]:
    """Give a clause in words: what is read, and what is enforced."""
    if clause is None:
        return []
    return [
        clause.label,
        clause.sentence,
        f"If no: {clause.if_no}",
        "Needed to begin" if clause.required else "Own choice",
        *in_words(clause),
    ]


def in_words(clause: ClauseSource) -> list[str]:
    """Say what a Yes to a clause switches on, and how long."""
    said = [] if clause.activity is None else [f"Switches on: {_activity(clause.activity)}"]
    said += [f"Shares: {CATEGORY_WORDS.get(each, each)}" for each in clause.categories]
    if clause.recipient:
        kind = f" (such as {clause.recipient_kind})" if clause.recipient_kind else ""
        whom = "the practice" if clause.recipient == "practice" else "whoever is named"
        said.append(f"With: {whom}{kind}")
    if clause.ends.months:
        said.append(f"Ends: after {clause.ends.months} months, or on the date asked")
    elif clause.ends.event:
        said.append(f"Ends: when {clause.ends.event}")
    return said


def _activity(code: str) -> str:
    return ACTIVITIES.get(code, code) or "nothing chosen yet"
