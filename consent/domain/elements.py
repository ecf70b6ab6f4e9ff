"""Which elements the law and the codes of ethics ask of a form, and which of them a form lacks.

A form holds an element in a passage of its text, under a heading that it names itself, and in
its clauses (consent.domain.clause_rules). What is missing is said in a sentence that names it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from consent.domain.clause_rules import Missing, clause_rules
from consent.domain.form_source import KINDS, QUESTIONS_AT_MOST, FormKind, FormSource, Passage
from consent.domain.readability import GRADE_AT_MOST, WORDS_AT_MOST, measure
from consent.domain.wording import GIVEN, placeholders

__all__ = [
    "Element", "Missing", "elements_of", "missing_elements", "passage_missing", "plainness",
    "readable", "what_is_missing",
]  # fmt: skip

WORDS_IN_A_PASSAGE = 12


@dataclass(frozen=True, slots=True)
class Element:
    """Something a form must say, by the code of the requirement and in words."""

    code: str
    words: str


def _elements(*pairs: tuple[str, str]) -> tuple[Element, ...]:
    return tuple(Element(*each) for each in pairs)


SIGNING: Final = Element("CC-06", "how it is signed, and what gives somebody the right to sign")
STOPPING: Final = Element("CC-07", "the right to stop, how to do it, and what cannot be undone")
REFUSING: Final = Element("CC-08", "what No means, and that care does not depend on the answer")
ABOUT: Final = Element("CC-10", "whom the form is about")

SHARING: Final = (
    *_elements(
        ("CC-01", "which information is shared"),
        ("CC-02", "who shares it"),
        ("CC-03", "who receives it"),
        ("CC-04", "what it is shared for"),
        ("CC-05", "until when it holds"),
    ),
    *(SIGNING, STOPPING, REFUSING),
    Element("CC-09", "that whoever receives it may pass it on"),
    ABOUT,
)

ALLOWING: Final = (
    *_elements(("CC-04", "what it is for"), ("CC-05", "until when it holds")),
    *(SIGNING, STOPPING, REFUSING, ABOUT),
)

AGREEMENT: Final = _elements(
    ("CC-16:nature", "what counselling is"),
    ("CC-16:goals", "what it aims for"),
    ("CC-16:risks", "what can be hard about it"),
    ("CC-16:confidentiality", "what stays confidential, and where that ends"),
    ("CC-16:supervision", "who else learns of it: supervisor and team"),
    ("CC-16:records", "what is written down, and how long it is kept"),
    ("CC-16:technology", "the technology used, and how far it protects"),
    ("CC-16:fees", "what it costs"),
    ("CC-16:refusal", "the right to refuse and to end it"),
    ("CC-16:emergency", "what happens in an emergency"),
    ("CC-16:succession", "what happens if the counsellor dies or falls ill"),
)

_ALONE = "that it stands alone and is combined with nothing else"
_OFF = Element("CC-17:off", "that it is off unless the client says Yes")

_PASSAGES: Final[Mapping[FormKind, tuple[Element, ...]]] = MappingProxyType(
    {
        FormKind.AGREEMENT: AGREEMENT,
        FormKind.MINORS: (
            *AGREEMENT,
            *_elements(
                ("CC-22:guardian", "who decides for the child, and that a guardian signs"),
                ("CC-22:assent", "that the child is asked too, in a line of their own"),
                ("CC-22:authority", "what gives the guardian the right to sign"),
                ("CC-22:privacy", "what the child says that guardians do not learn"),
            ),
        ),
        FormKind.GROUP: (
            *_elements(
                ("CC-23:own", "that each adult decides and signs for themselves"),
                ("CC-23:limits", "where confidentiality among several people ends"),
                ("CC-23:record", "who may have what of a record about several people"),
            ),
            *(SIGNING, STOPPING, REFUSING, ABOUT),
        ),
        FormKind.SHARING: SHARING,
        FormKind.PSYCHOTHERAPY_NOTES: (*SHARING, Element("CC-12", _ALONE)),
        FormKind.SUD_NOTES: (*SHARING, Element("CC-13", _ALONE)),
        FormKind.PROCEEDINGS: (*SHARING, Element("CC-14", _ALONE)),
        FormKind.RECORDING: (
            _OFF,
            *_elements(
                ("CC-17:who", "who hears or sees the recording"),
                ("CC-17:erased", "where it is kept and when it is erased"),
            ),
            *ALLOWING,
        ),
        FormKind.OBSERVER: (
            _OFF,
            Element("CC-17:who", "who sits in, and that they keep silent about it"),
            *ALLOWING,
        ),
        FormKind.MESSAGES: (
            *_elements(
                ("CC-16:technology", "what can go wrong with messages, and how far they protect"),
                ("CC-16:emergency", "that messages are not read at once, and whom to call"),
            ),
            *ALLOWING,
        ),
        FormKind.RESEARCH: SHARING,
        FormKind.OTHER: ALLOWING,
    }
)


def elements_of(kind: FormKind) -> tuple[Element, ...]:
    """Give what a form of this kind must say in its text, each under a heading it names."""
    return _PASSAGES[kind]


def what_is_missing(form: FormSource) -> list[Missing]:
    """Name everything a form lacks; nothing: it may be published."""
    return [
        *_shape(form),
        *_passages(form),
        *clause_rules(form),
        *plainness(readable(form), form.language),
    ]


def missing_elements(form: FormSource) -> list[str]:
    """Codes of what a form lacks (CC-01, CC-16:fees), each once and in order."""
    return sorted({each.code for each in what_is_missing(form)})


def readable(form: FormSource) -> str:
    """All that a signer reads, to be measured; a placeholder counts as one short word."""
    clauses = [f"{each.sentence}\n\n{each.if_no}" for each in form.clauses]
    return re.sub(r"\{[a-z_]+\}", "Name", "\n\n".join([form.text, *clauses, *form.closing]))


def _shape(form: FormSource) -> Iterator[Missing]:
    if not form.title.strip():
        yield Missing("form", "The form has no title.")
    if not form.clauses:
        yield Missing("form", "The form asks nothing: it needs at least one clause.")
    if len({each.code for each in form.clauses}) != len(form.clauses):
        yield Missing("form", "Two clauses have the same code.")
    if not any(each.text.strip() for each in form.in_short):
        yield Missing("in-short", "“In short” is empty: who, to whom, what, why, until, to stop.")
    if len(form.questions) > QUESTIONS_AT_MOST:
        yield Missing("form", f"There may be {QUESTIONS_AT_MOST} questions at most.")
    for name in sorted(placeholders(form) - GIVEN - {each.code for each in form.particulars}):
        yield Missing("form", f"Nobody fills in {{{name}}}: add a particular with this code.")


def _passages(form: FormSource) -> Iterator[Missing]:
    for element in elements_of(form.kind):
        yield from passage_missing(element, form.text, form.passages)
    if "{client}" not in form.text and ABOUT in elements_of(form.kind):
        yield Missing("CC-10", "The text never names the client: write {client} where it does.")


def passage_missing(
    element: Element, text: str, passages: tuple[Passage, ...]
) -> Iterator[Missing]:
    """Say what an element lacks: a heading that holds it, the heading itself, or words below it."""
    headings = [each.heading for each in passages if each.element == element.code]
    if not headings:
        yield Missing(
            element.code,
            f"No passage says {element.words}. Write it, and name the heading it stands under.",
        )
    for heading in headings:
        yield from _passage(element, text, heading)


def _passage(element: Element, text: str, heading: str) -> Iterator[Missing]:
    found = re.search(
        rf"^## {re.escape(heading)}[ \t]*\r?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    if found is None:
        yield Missing(
            element.code,
            f"There is no heading “{heading}” (two # signs before it), which should say "
            f"{element.words}.",
        )
    elif len(found[1].split()) < WORDS_IN_A_PASSAGE:
        yield Missing(element.code, f"Under “{heading}” too little stands to say {element.words}.")


def plainness(text: str, language: str) -> Iterator[Missing]:
    """Say what makes a text hard to read (CC-11)."""
    found = measure(text, language)
    if found.grade > GRADE_AT_MOST:
        yield Missing(
            "CC-11",
            f"The text asks for {found.grade:.1f} years of school ({found.formula}); at most "
            f"{GRADE_AT_MOST:.0f} are allowed. Take shorter words and shorter sentences.",
        )
    if found.mean_sentence > WORDS_AT_MOST:
        yield Missing(
            "CC-11",
            f"A sentence has {found.mean_sentence:.1f} words on average; at most "
            f"{WORDS_AT_MOST:.0f} are allowed. Cut the long ones in two.",
        )


assert set(_PASSAGES) == set(KINDS)  # noqa: S101 - a kind without its list would need nothing
