"""The placeholders of a form, filling them for one request, and the exact text that is shown."""

import re
from collections.abc import Mapping
from dataclasses import replace

from consent.domain.codec import DoesNotFit
from consent.domain.documents import Line
from consent.domain.form_source import ClauseSource, Explanation, FormSource, Notice, Question
from consent.domain.prose import escape
from consent.domain.words import words

GIVEN = frozenset(
    (
        *("practice", "practice_address", "practice_phone", "crisis_line", "complaints"),
        *("counsellor", "supervisor", "client", "recipient", "recipient_role", "purpose", "until"),
    )
)

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def placeholders(form: FormSource) -> frozenset[str]:
    """Every placeholder that the form uses anywhere."""
    return frozenset(name for text in _texts(form) for name in PLACEHOLDER.findall(text))


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
        questions=tuple(
            Question(_filled(q.question, plain), _filled(q.answer, plain)) for q in form.questions
        ),
        text=_filled(form.text, marked),
    )


def fill_explanation(explanation: Explanation, values: Mapping[str, str]) -> Explanation:
    """The explanation with the practice's details in it."""
    marked = {name: escape(value) for name, value in values.items()}
    return replace(explanation, text=_filled(explanation.text, marked))


def fill_notice(notice: Notice, values: Mapping[str, str]) -> Notice:
    """The privacy notice with the practice's details and its own edition in it."""
    marked = {name: escape(value) for name, value in values.items()}
    return replace(notice, text=_filled(notice.text, marked | {"edition": str(notice.edition)}))


def shown_text(form: FormSource) -> str:
    """The exact text a signer is shown, as Markdown; its SHA-256 goes into the evidence (CC-21)."""
    said = words(form.language)
    parts = [f"# {escape(form.title)}", f"## {said.in_short}"]
    parts += ["\n".join(f"- {escape(each.label)}: {escape(each.text)}" for each in form.in_short)]
    parts += [form.text.strip(), f"## {said.decide}"]
    parts += [
        f"- {escape(each.sentence)} {said.if_no} {escape(each.if_no)}" for each in form.clauses
    ]
    parts += [escape(each) for each in form.closing]
    return "\n\n".join(parts) + "\n"


def _texts(form: FormSource) -> list[str]:
    clauses = [
        text
        for each in form.clauses
        for text in (each.label, each.sentence, each.if_no, each.ends.event)
    ]
    questions = [text for each in form.questions for text in (each.question, each.answer)]
    return [
        form.title,
        form.text,
        *(each.text for each in form.in_short),
        *form.closing,
        *clauses,
        *questions,
    ]


def _filled(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _filled_clause(clause: ClauseSource, values: Mapping[str, str]) -> ClauseSource:
    return replace(
        clause,
        label=_filled(clause.label, values),
        sentence=_filled(clause.sentence, values),
        if_no=_filled(clause.if_no, values),
        ends=replace(clause.ends, event=_filled(clause.ends.event, values)),
    )
