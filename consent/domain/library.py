"""The shipped forms, explanations and notices: read from their files and checked, or refused.

A form is one file, consent/library/SLUG.LANGUAGE.md: TOML between two lines of +++, then the
text in Markdown.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from consent.domain.codec import DoesNotFit, decode
from consent.domain.form_source import (
    QUESTIONS_AT_MOST,
    ClauseSource,
    Explanation,
    FormSource,
    Notice,
)
from consent.domain.wording import GIVEN, placeholders
from consent.domain.words import ENGLISH

_FENCE = "+++\n"
_NO_FORMS = ("signing_online.", "privacy_notice.")


def load_library() -> list[FormSource]:
    """Every shipped form, checked."""
    return [parse_form(text) for name, text in _shipped() if not name.startswith(_NO_FORMS)]


def load_explanation(language: str = "en") -> Explanation:
    """The explanation of signing online in a language, or else in English."""
    head, body = _split(_in_language("signing_online", language))
    return decode(Explanation, {**head, "text": body})


def load_notice(language: str = "en") -> Notice:
    """The privacy notice in a language, or else in English."""
    head, body = _split(_in_language("privacy_notice", language))
    return decode(Notice, {**head, "passages": _passages(head), "text": body})


def parse_form(text: str) -> FormSource:
    """A form from its file; whatever is unknown, missing or contradicts itself is refused."""
    head, body = _split(text)
    head["clauses"] = [_with_defaults(each) for each in head.get("clauses", [])]
    head["passages"] = _passages(head)
    head["in_short"] = [
        {"label": key, "text": value} for key, value in head.get("in_short", {}).items()
    ]
    form = decode(
        FormSource, {"particulars": [], "purposes": [], "questions": [], **head, "text": body}
    )
    _check(form)
    return form


def _in_language(name: str, language: str) -> str:
    shipped = dict(_shipped())
    return shipped.get(f"{name}.{language}.md") or shipped[f"{name}.{ENGLISH}.md"]


def _passages(head: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"element": key, "heading": value} for key, value in head.get("passages", {}).items()]


def _shipped() -> list[tuple[str, str]]:
    folder = files("consent") / "library"
    found = [
        (each.name, each.read_text("utf-8"))
        for each in folder.iterdir()
        if each.name.endswith(".md")
    ]
    return sorted(found)


def _split(text: str) -> tuple[dict[str, Any], str]:
    before, opened, rest = text.partition(_FENCE)
    head, closed, body = rest.partition(_FENCE)
    if before or not (opened and closed):
        raise DoesNotFit("a form begins with TOML between two lines of +++")
    return tomllib.loads(head), body.strip() + "\n"


def _with_defaults(clause: Mapping[str, Any]) -> dict[str, Any]:
    given = {
        "required": False,
        "purpose": "",
        "recipient": None,
        "categories": [],
        "activity": None,
        **clause,
    }
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
