"""The shipped forms as data: read, checked, filled with a request's particulars, and put as the text that is shown.

A form is one file, consent/library/SLUG.LANGUAGE.md: TOML between two lines of +++, then the text in Markdown.
Words in braces ({practice}, {until}) are placeholders; fill() replaces all of them or refuses.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.resources import files
from typing import Any

from consent.domain.codec import DoesNotFit, decode
from consent.domain.documents import Line
from consent.domain.prose import escape

GIVEN = frozenset(
    {"practice", "practice_address", "practice_phone", "crisis_line", "complaints", "counsellor", "client"}
    | {"recipient", "recipient_role", "purpose", "until"}
)
PURPOSE_AS_ASKED = "as_asked"
QUESTIONS_AT_MOST = 3

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class FormKind(StrEnum):
    """What a form is for; it decides which elements it must have."""

    AGREEMENT = "agreement"
    SHARING = "sharing"


@dataclass(frozen=True, slots=True)
class Ends:
    """When a consent ends by itself: so many months after the signature (if no date was asked), or at an event."""

    months: int | None
    event: str


@dataclass(frozen=True, slots=True)
class ClauseSource:
    """One thing to say Yes or No to. It shares (purpose, recipient, categories) or it allows an activity."""

    code: str
    label: str
    sentence: str
    if_no: str
    required: bool
    purpose: str
    recipient: str | None
    categories: tuple[str, ...]
    activity: str | None
    ends: Ends


@dataclass(frozen=True, slots=True)
class Particular:
    """A detail the practice or the asking counsellor fills in, with what is proposed."""

    code: str
    label: str
    default: str


@dataclass(frozen=True, slots=True)
class PurposeWords:
    """A purpose and the words that complete "so that ..."; empty words are typed by the asking counsellor."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """One "have I explained it well?" question and the answer shown afterwards; it never blocks."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Under which heading of the text a required element is found."""

    element: str
    heading: str


@dataclass(frozen=True, slots=True)
class FormSource:
    """A form as shipped, or filled for one request."""

    slug: str
    kind: FormKind
    language: str
    edition: int
    title: str
    in_short: tuple[Line, ...]
    clauses: tuple[ClauseSource, ...]
    closing: tuple[str, ...]
    particulars: tuple[Particular, ...]
    purposes: tuple[PurposeWords, ...]
    questions: tuple[Question, ...]
    passages: tuple[Passage, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How signing online works, shown once before the first signature (ES-01; 15 USC 7001(c))."""

    slug: str
    language: str
    edition: int
    title: str
    text: str


def load_library() -> list[FormSource]:
    """Every shipped form, checked."""
    return [parse_form(text) for name, text in _shipped() if not name.startswith("signing_online.")]


def load_explanation(language: str = "en") -> Explanation:
    """The explanation of signing online in a language."""
    (text,) = [text for name, text in _shipped() if name == f"signing_online.{language}.md"]
    head, body = _split(text)
    return decode(Explanation, {**head, "text": body})


def parse_form(text: str) -> FormSource:
    """A form from its file; whatever is unknown, missing or contradicts itself is refused."""
    head, body = _split(text)
    head["clauses"] = [_with_defaults(each) for each in head.get("clauses", [])]
    head["passages"] = [{"element": key, "heading": value} for key, value in head.get("passages", {}).items()]
    head["in_short"] = [{"label": key, "text": value} for key, value in head.get("in_short", {}).items()]
    form = decode(FormSource, {"particulars": [], "purposes": [], "questions": [], **head, "text": body})
    _check(form)
    return form


def placeholders(form: FormSource) -> frozenset[str]:
    """Every placeholder that the form uses anywhere."""
    return frozenset(name for text in _texts(form) for name in _PLACEHOLDER.findall(text))


def fill(form: FormSource, values: Mapping[str, str]) -> FormSource:
    """The form with every placeholder replaced; a value that is missing or empty is refused."""
    empty = sorted(name for name in placeholders(form) if not values.get(name, "").strip())
    if empty:
        raise DoesNotFit(f"these particulars are missing: {', '.join(empty)}")
    plain = {name: " ".join(value.split()) for name, value in values.items()}
    marked = {name: escape(value) for name, value in plain.items()}
    return replace(
        form,
        title=_filled(form.title, plain),
        in_short=tuple(Line(each.label, _filled(each.text, plain)) for each in form.in_short),
        clauses=tuple(_filled_clause(each, plain) for each in form.clauses),
        closing=tuple(_filled(each, plain) for each in form.closing),
        questions=tuple(Question(_filled(q.question, plain), _filled(q.answer, plain)) for q in form.questions),
        text=_filled(form.text, marked),
    )


def fill_explanation(explanation: Explanation, values: Mapping[str, str]) -> Explanation:
    """The explanation with the practice's details in it."""
    marked = {name: escape(value) for name, value in values.items()}
    return replace(explanation, text=_filled(explanation.text, marked))


def shown_text(form: FormSource) -> str:
    """The exact text a signer is shown, as Markdown; its SHA-256 goes into the evidence (CC-21)."""
    parts = [f"# {escape(form.title)}", "## In short"]
    parts += ["\n".join(f"- {escape(each.label)}: {escape(each.text)}" for each in form.in_short)]
    parts += [form.text.strip(), "## What you decide"]
    parts += [f"- {escape(each.sentence)} If no: {escape(each.if_no)}" for each in form.clauses]
    parts += [escape(each) for each in form.closing]
    return "\n\n".join(parts) + "\n"


def _shipped() -> list[tuple[str, str]]:
    folder = files("consent") / "library"
    found = [(each.name, each.read_text("utf-8")) for each in folder.iterdir() if each.name.endswith(".md")]
    return sorted(found)


def _split(text: str) -> tuple[dict[str, Any], str]:
    parts = text.split("+++\n", 2)
    if len(parts) != 3 or parts[0]:
        raise DoesNotFit("a form begins with TOML between two lines of +++")
    return tomllib.loads(parts[1]), parts[2].strip() + "\n"


def _with_defaults(clause: Mapping[str, Any]) -> dict[str, Any]:
    given = {"required": False, "purpose": "", "recipient": None, "categories": [], "activity": None, **clause}
    given["ends"] = {"months": None, "event": "", **given.get("ends", {})}
    return given


def _check(form: FormSource) -> None:
    known = GIVEN | {each.code for each in form.particulars}
    unknown = sorted(placeholders(form) - known)
    if unknown:
        raise DoesNotFit(f"nobody fills these placeholders: {', '.join(unknown)}")
    if len({each.code for each in form.clauses}) != len(form.clauses) or not form.clauses:
        raise DoesNotFit("a form has clauses, and each has its own code")
    if len(form.questions) > QUESTIONS_AT_MOST:
        raise DoesNotFit(f"at most {QUESTIONS_AT_MOST} questions")
    for clause in form.clauses:
        _check_clause(clause)


def _check_clause(clause: ClauseSource) -> None:
    if (clause.activity is None) is not bool(clause.categories):
        raise DoesNotFit(f"clause {clause.code} either shares categories or allows an activity")
    if clause.categories and not (clause.purpose and clause.recipient):
        raise DoesNotFit(f"clause {clause.code} shares without saying for what or with whom")
    if clause.recipient not in (None, "practice", "named"):
        raise DoesNotFit(f"clause {clause.code} has an unknown recipient")
    if (clause.ends.months is None) is not bool(clause.ends.event):
        raise DoesNotFit(f"clause {clause.code} ends after months or at an event")


def _texts(form: FormSource) -> list[str]:
    clauses = [text for each in form.clauses for text in (each.label, each.sentence, each.if_no, each.ends.event)]
    questions = [text for each in form.questions for text in (each.question, each.answer)]
    return [form.title, form.text, *(each.text for each in form.in_short), *form.closing, *clauses, *questions]


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _filled_clause(clause: ClauseSource, values: Mapping[str, str]) -> ClauseSource:
    return replace(
        clause,
        label=_filled(clause.label, values),
        sentence=_filled(clause.sentence, values),
        if_no=_filled(clause.if_no, values),
        ends=replace(clause.ends, event=_filled(clause.ends.event, values)),
    )
