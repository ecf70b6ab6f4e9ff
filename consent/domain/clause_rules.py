"""What each clause of a form must say, and what may not stand on one form with it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from consent.domain.covers import Category, Purpose
from consent.domain.form_source import ACTIVITIES, ClauseSource, FormKind, FormSource

WHOLE_FILE = frozenset({"all", "everything", "record", "file"})


@dataclass(frozen=True, slots=True)
class Missing:
    """Something a form lacks: the requirement, a sentence that names it, and where."""

    code: str
    sentence: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """What must hold for a clause, and what to say if it does not."""

    code: str
    holds: Callable[[ClauseSource], bool]
    otherwise: str


# kinds whose clauses share one sort of information and nothing else (CC-12 to CC-14)
_ALONE: Final[Mapping[FormKind, tuple[str, str]]] = MappingProxyType(
    {
        FormKind.PSYCHOTHERAPY_NOTES: ("CC-12", Category.PROCESS_NOTES),
        FormKind.SUD_NOTES: ("CC-13", Category.SUD_NOTES),
    }
)

_MAY_ALLOW: Final[Mapping[FormKind, frozenset[str]]] = MappingProxyType(
    {
        FormKind.AGREEMENT: frozenset({"counselling", "emergency_contact"}),
        FormKind.MINORS: frozenset({"counselling", "assent", "emergency_contact"}),
        FormKind.GROUP: frozenset({"group_confidentiality"}),
        FormKind.RECORDING: frozenset({"recording"}),
        FormKind.OBSERVER: frozenset({"trainee_observer"}),
        FormKind.MESSAGES: frozenset({"email", "text_messages", "reminders"}),
        FormKind.RESEARCH: frozenset({"research"}),
    }
)
_MUST_ALLOW: Final = frozenset(_MAY_ALLOW) - {FormKind.MESSAGES}
_MAY_BE_REQUIRED: Final = frozenset({"counselling", "group_confidentiality"})

_EVERY: Final = (
    _Rule("CC-20", lambda one: bool(one.label.strip()), "has no label"),
    _Rule("CC-20", lambda one: bool(one.sentence.strip()), "has no sentence to say Yes or No to"),
    _Rule("CC-08", lambda one: bool(one.if_no.strip()), "does not say what No means"),
    _Rule(
        "CC-05",
        lambda one: bool(one.ends.months) is not bool(one.ends.event.strip()),
        "does not say when it ends: after months, or with an event",
    ),
    _Rule(
        "CC-20",
        lambda one: len(one.categories) + (one.activity is not None) == 1,
        "asks for several things or for none: each has a Yes and a No of its own",
    ),
)

_SHARING: Final = (
    _Rule(
        "CC-01",
        lambda one: not WHOLE_FILE & set(one.categories),
        "shares the whole file: say which information",
    ),
    _Rule(
        "CC-01",
        lambda one: set(one.categories) - WHOLE_FILE <= set(Category),
        "shares a kind of information that is not known here",
    ),
    _Rule(
        "CC-02",
        lambda one: "{counsellor}" in one.sentence or "{practice}" in one.sentence,
        "does not say who shares it: {counsellor} or {practice}",
    ),
    _Rule(
        "CC-03",
        lambda one: one.recipient == "named" and "{recipient}" in one.sentence,
        "does not say who receives it: {recipient}",
    ),
    _Rule(
        "CC-04",
        lambda one: bool(one.purpose) and "{purpose}" in one.sentence,
        "does not say what for: {purpose}",
    ),
    _Rule(
        "CC-05",
        lambda one: "{until}" in one.sentence or bool(one.ends.event.strip()),
        "does not say until when: {until}, or an event",
    ),
    _Rule("CC-08", lambda one: not one.required, "is required, but nobody may be made to share"),
)


def clause_rules(form: FormSource) -> Iterator[Missing]:
    """Name what clauses lack, and which of them may not stand together."""
    for clause in form.clauses:
        yield from _judged(clause, _EVERY)
        yield from _judged(clause, _SHARING if clause.categories else ())
        yield from _required(clause)
        yield from _misplaced(form.kind, clause)
    yield from _whole(form)


def _judged(clause: ClauseSource, rules: tuple[_Rule, ...]) -> Iterator[Missing]:
    for rule in rules:
        if not rule.holds(clause):
            yield _says(rule.code, clause, rule.otherwise)


def _says(code: str, clause: ClauseSource, words: str) -> Missing:
    return Missing(code, f"“{clause.label or clause.code}” {words}.", clause.code)


def _required(clause: ClauseSource) -> Iterator[Missing]:
    if clause.required and clause.activity and clause.activity not in _MAY_BE_REQUIRED:
        off = clause.activity in ("recording", "trainee_observer")
        yield _says("CC-17" if off else "CC-20", clause, "is required, but must be a free choice")


def _misplaced(kind: FormKind, clause: ClauseSource) -> Iterator[Missing]:
    yield from _not_alone(kind, clause)
    if clause.activity is None:
        return
    allowed = _MAY_ALLOW.get(kind, frozenset())
    elsewhere = frozenset().union(*_MAY_ALLOW.values())
    if kind is FormKind.OTHER and clause.activity not in elsewhere:
        return
    if clause.activity not in allowed:
        own = clause.activity in ("recording", "trainee_observer")
        words = ACTIVITIES.get(clause.activity, clause.activity)
        yield _says(
            "CC-17" if own else "CC-20",
            clause,
            f"does not belong here ({words}): ask it on a form of its own",
        )


def _not_alone(kind: FormKind, clause: ClauseSource) -> Iterator[Missing]:
    for alone, (code, category) in _ALONE.items():
        if kind is alone and set(clause.categories) != {category}:
            yield _says(code, clause, "asks for something else: this form has to stand alone")
        if kind is not alone and category in clause.categories:
            yield _says(code, clause, "has to stand alone, on a form of its own kind")
    proceedings = clause.purpose == Purpose.PROCEEDINGS
    if kind is FormKind.PROCEEDINGS and not proceedings:
        yield _says("CC-14", clause, "is not about proceedings: this form has to stand alone")
    if kind is not FormKind.PROCEEDINGS and proceedings:
        yield _says("CC-14", clause, "is about proceedings and has to stand alone")


def _whole(form: FormSource) -> Iterator[Missing]:
    """What the clauses of a form say together."""
    if form.kind in _MUST_ALLOW:
        wanted = (
            {"counselling"} if "counselling" in _MAY_ALLOW[form.kind] else _MAY_ALLOW[form.kind]
        )
        if not wanted & {each.activity for each in form.clauses}:
            name = ACTIVITIES[min(wanted)].lower()
            yield Missing("CC-20", f"No clause asks what this form is for: {name}.")
    elif form.kind not in (FormKind.MESSAGES, FormKind.OTHER):
        yield from _shares_nothing(form)
    if form.kind is FormKind.MINORS and not any(each.activity == "assent" for each in form.clauses):
        yield Missing("CC-22:assent", "No clause holds the own word of the child or young person.")
    yield from _purposes(form)


def _shares_nothing(form: FormSource) -> Iterator[Missing]:
    if not any(each.categories for each in form.clauses):
        yield Missing("CC-01", "No clause shares anything: say which information.")


def _purposes(form: FormSource) -> Iterator[Missing]:
    """What staff can choose from when they ask, and what each is called in the sentence (CC-04)."""
    codes = {each.code for each in form.purposes}
    if any(each.categories for each in form.clauses) and not codes:
        yield Missing("CC-04", "Nothing can be chosen as a purpose: list at least one.")
    for code in sorted(codes - set(Purpose)):
        yield Missing("CC-04", f"The purpose “{code}” is not known here.")
    alone = {Purpose.PROCEEDINGS.value}
    if form.kind is FormKind.PROCEEDINGS and codes - alone:
        yield Missing(
            "CC-14", "Another purpose than proceedings is offered: it has to stand alone."
        )
    if form.kind is not FormKind.PROCEEDINGS and codes & alone:
        yield Missing("CC-14", "Proceedings are offered as a purpose, but have to stand alone.")
