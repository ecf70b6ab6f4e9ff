"""One thing is taken from a good form at a time, and what is missing is named in a sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from consent.domain.clause_rules import clause_rules
from consent.domain.elements import elements_of, readable, what_is_missing
from consent.domain.form_source import (
    ACTIVITIES,
    KINDS,
    ClauseSource,
    Ends,
    FormKind,
    FormSource,
    Particular,
    Passage,
    PurposeWords,
)
from consent.domain.library import load_library
from consent.domain.readability import measure
from consent.domain.wording import fill, placeholders
from tests.pdf import sources

SHIPPED = {(each.slug, each.language): each for each in load_library()}
ENGLISH = {slug: form for (slug, language), form in SHIPPED.items() if language == "en"}
LANGUAGES = ("en", "de")


def _whole() -> dict[FormKind, FormSource]:
    """A good form of every kind; three kinds are not shipped and are made from others."""
    forms = {each.kind: each for each in ENGLISH.values()}
    notes = forms[FormKind.PSYCHOTHERAPY_NOTES]
    forms[FormKind.SUD_NOTES] = _renamed(
        notes, FormKind.SUD_NOTES, "CC-13", categories=("sud_notes",)
    )
    forms[FormKind.PROCEEDINGS] = replace(
        _renamed(
            notes, FormKind.PROCEEDINGS, "CC-14", categories=("summary",), purpose="proceedings"
        ),
        purposes=(PurposeWords("proceedings", "the court can decide"),),
    )
    recording = forms[FormKind.RECORDING]
    (clause,) = recording.clauses
    forms[FormKind.OTHER] = replace(
        recording, kind=FormKind.OTHER, clauses=(replace(clause, activity="walks"),)
    )
    return forms


def _renamed(form: FormSource, kind: FormKind, code: str, **changes: Any) -> FormSource:
    passages = tuple(
        Passage(code, each.heading) if each.element == "CC-12" else each for each in form.passages
    )
    clauses = tuple(replace(each, **changes) for each in form.clauses)
    return replace(form, kind=kind, passages=passages, clauses=clauses)


WHOLE = _whole()


def test_eleven_forms_are_shipped_in_each_language() -> None:
    assert set(SHIPPED) == {(slug, language) for slug in ENGLISH for language in LANGUAGES}
    assert len(ENGLISH) == 11
    shipped = {each.kind for each in ENGLISH.values()}
    assert set(FormKind) - shipped == {FormKind.OTHER}


@pytest.mark.parametrize("which", SHIPPED, ids=".".join)
@pytest.mark.req("CC-01", "CC-02", "CC-03", "CC-04", "CC-05", "CC-06", "CC-07", "CC-08", "CC-09")
@pytest.mark.req(
    "CC-10", "CC-11", "CC-12", "CC-13", "CC-14", "CC-16", "CC-17", "CC-20", "CC-22", "CC-23"
)
def test_a_shipped_form_lacks_nothing_in_either_language(which: tuple[str, str]) -> None:
    assert what_is_missing(SHIPPED[which]) == []


@pytest.mark.parametrize("which", SHIPPED, ids=".".join)
@pytest.mark.req("CC-11")
def test_a_shipped_form_stays_plain_when_it_is_filled(which: tuple[str, str]) -> None:
    source = SHIPPED[which]
    values = {each.code: each.default for each in source.particulars} | sources.PARTICULARS
    filled = fill(source, values)
    assert placeholders(filled) == frozenset()
    found = measure(readable(filled), source.language)
    assert found.graded
    assert found.grade <= 8
    assert found.mean_sentence <= 20


@pytest.mark.parametrize("slug", ENGLISH)
def test_both_languages_ask_the_same(slug: str) -> None:
    english, german = SHIPPED[slug, "en"], SHIPPED[slug, "de"]
    assert german.edition == english.edition
    assert [_asked(each) for each in german.clauses] == [_asked(each) for each in english.clauses]
    for part in ("particulars", "purposes"):
        codes = [[each.code for each in getattr(form, part)] for form in (english, german)]
        assert codes[0] == codes[1]
    assert {each.element for each in german.passages} == {each.element for each in english.passages}
    assert len(german.questions) == len(english.questions)
    assert len(german.in_short) == len(english.in_short) == 6
    headings = [re.findall(r"^## ", form.text, re.MULTILINE) for form in (english, german)]
    assert len(headings[0]) == len(headings[1])


def _asked(clause: ClauseSource) -> tuple[Any, ...]:
    said = replace(clause, label="", sentence="", if_no="", ends=replace(clause.ends, event=""))
    return said, bool(clause.ends.event)


@pytest.mark.parametrize("kind", WHOLE)
def test_every_kind_has_a_good_form_and_words(kind: FormKind) -> None:
    assert what_is_missing(WHOLE[kind]) == []
    assert KINDS[kind]


def _without_passage(form: FormSource, heading: str) -> FormSource:
    before, _, rest = form.text.partition(f"## {heading}\n")
    after = rest.partition("\n## ")[2]
    return replace(form, text=before + (f"## {after}" if after else ""))


AGREED = {f"CC-16:{one}" for one in (
    "nature", "goals", "risks", "confidentiality", "supervision", "records", "technology",
    "fees", "refusal", "emergency", "succession",
)}  # fmt: skip
SHARED = {f"CC-{number:02}" for number in range(1, 11)}
ALLOWED = {"CC-04", "CC-05", "CC-06", "CC-07", "CC-08", "CC-10"}
MUST_SAY = {
    FormKind.AGREEMENT: AGREED,
    FormKind.MINORS: AGREED
    | {f"CC-22:{one}" for one in ("guardian", "assent", "authority", "privacy")},
    FormKind.GROUP: {"CC-23:own", "CC-23:limits", "CC-23:record"} | ALLOWED - {"CC-04", "CC-05"},
    FormKind.SHARING: SHARED,
    FormKind.PSYCHOTHERAPY_NOTES: SHARED | {"CC-12"},
    FormKind.SUD_NOTES: SHARED | {"CC-13"},
    FormKind.PROCEEDINGS: SHARED | {"CC-14"},
    FormKind.RECORDING: ALLOWED | {"CC-17:off", "CC-17:who", "CC-17:erased"},
    FormKind.OBSERVER: ALLOWED | {"CC-17:off", "CC-17:who"},
    FormKind.MESSAGES: ALLOWED | {"CC-16:technology", "CC-16:emergency"},
    FormKind.RESEARCH: SHARED,
    FormKind.OTHER: ALLOWED,
}


@pytest.mark.parametrize("kind", FormKind)
@pytest.mark.req("CC-12", "CC-13", "CC-14", "CC-16", "CC-17", "CC-22", "CC-23")
def test_each_kind_must_say_what_its_rows_ask(kind: FormKind) -> None:
    assert {each.code for each in elements_of(kind)} == MUST_SAY[kind]


ELEMENT_OF_KIND = [(kind, each.code) for kind in WHOLE for each in elements_of(kind)]


@pytest.mark.parametrize(("kind", "code"), ELEMENT_OF_KIND, ids=str)
@pytest.mark.req("CC-12", "CC-13", "CC-14", "CC-16", "CC-17", "CC-22", "CC-23")
def test_a_form_without_a_passage_is_told_which_and_under_which_heading(
    kind: FormKind, code: str
) -> None:
    form = WHOLE[kind]
    (element,) = [each for each in elements_of(kind) if each.code == code]
    (passage,) = [each for each in form.passages if each.element == code]
    found = what_is_missing(_without_passage(form, passage.heading))
    assert {each.code for each in found} == {code}
    assert element.words in found[0].sentence
    assert passage.heading in found[0].sentence
    unnamed = replace(form, passages=tuple(each for each in form.passages if each.element != code))
    (only,) = what_is_missing(unnamed)
    assert (only.code, element.words in only.sentence) == (code, True)
    short = form.text.replace(
        f"## {passage.heading}\n", f"## {passage.heading}\n\nAs said.\n\n## B\n"
    )
    assert "too little" in what_is_missing(replace(form, text=short))[0].sentence


SHARING, AGREEMENT = WHOLE[FormKind.SHARING], WHOLE[FormKind.AGREEMENT]
NOTES, SUD = WHOLE[FormKind.PSYCHOTHERAPY_NOTES], WHOLE[FormKind.SUD_NOTES]
PROCEEDINGS, RECORDING = WHOLE[FormKind.PROCEEDINGS], WHOLE[FormKind.RECORDING]
OBSERVER, MINORS = WHOLE[FormKind.OBSERVER], WHOLE[FormKind.MINORS]
MESSAGES, GROUP = WHOLE[FormKind.MESSAGES], WHOLE[FormKind.GROUP]
RESEARCH, OTHER = WHOLE[FormKind.RESEARCH], WHOLE[FormKind.OTHER]


def _first(form: FormSource, **changes: Any) -> FormSource:
    return replace(form, clauses=(replace(form.clauses[0], **changes), *form.clauses[1:]))


def _with(form: FormSource, clause: ClauseSource) -> FormSource:
    return replace(form, clauses=(*form.clauses, clause))


def _says(form: FormSource, old: str, new: str) -> FormSource:
    return _first(form, sentence=form.clauses[0].sentence.replace(old, new))


ATTENDANCE = SHARING.clauses[0]
TAKEN: dict[str, tuple[str, FormSource, str]] = {
    "the whole file": ("CC-01", _first(SHARING, categories=("all",)), "which information"),
    "an unknown sort": ("CC-01", _first(SHARING, categories=("diary",)), "not known here"),
    "nothing shared": ("CC-01", replace(SHARING, clauses=AGREEMENT.clauses[1:]), "shares anything"),
    "who shares": ("CC-02", _says(SHARING, "{counsellor}", "Someone"), "{counsellor}"),
    "who receives": ("CC-03", _says(SHARING, "{recipient}", "someone"), "{recipient}"),
    "received by us": ("CC-03", _first(SHARING, recipient="practice"), "who receives"),
    "what for": ("CC-04", _says(SHARING, "{purpose}", "it helps"), "{purpose}"),
    "no purpose": ("CC-04", _first(SHARING, purpose=""), "what for"),
    "nothing to choose": ("CC-04", replace(SHARING, purposes=()), "list at least one"),
    "an unknown purpose": (
        "CC-04", replace(SHARING, purposes=(PurposeWords("fun", "so"),)), "“fun”",
    ),
    "until when": ("CC-05", _says(SHARING, "{until}", "later"), "{until}"),
    "no end": ("CC-05", _first(RECORDING, ends=Ends(None, "")), "when it ends"),
    "two ends": ("CC-05", _first(RECORDING, ends=Ends(3, "never")), "when it ends"),
    "what No means": ("CC-08", _first(RECORDING, if_no=" "), "what No means"),
    "made to share": ("CC-08", _first(SHARING, required=True), "nobody may be made to share"),
    "the client": (
        "CC-10", replace(SHARING, text=SHARING.text.replace("{client}", "you")), "{client}",
    ),
    "more than own notes": ("CC-12", _with(NOTES, ATTENDANCE), "stand alone"),
    "own notes elsewhere": ("CC-12", _with(SHARING, NOTES.clauses[0]), "stand alone"),
    "an activity beside own notes": ("CC-12", _with(NOTES, RECORDING.clauses[0]), "stand alone"),
    "more than sud notes": ("CC-13", _with(SUD, ATTENDANCE), "stand alone"),
    "sud notes elsewhere": ("CC-13", _with(SHARING, SUD.clauses[0]), "stand alone"),
    "sud notes as a condition": ("CC-08", _first(SUD, required=True), "made to share"),
    "more than proceedings": ("CC-14", _with(PROCEEDINGS, ATTENDANCE), "stand alone"),
    "proceedings elsewhere": ("CC-14", _with(SHARING, PROCEEDINGS.clauses[0]), "stand alone"),
    "proceedings offered": (
        "CC-14",
        replace(SHARING, purposes=(*SHARING.purposes, *PROCEEDINGS.purposes)),
        "stand alone",
    ),
    "something else offered": (
        "CC-14",
        replace(PROCEEDINGS, purposes=(*PROCEEDINGS.purposes, *SHARING.purposes)),
        "stand alone",
    ),
    "recording in the agreement": ("CC-17", _with(AGREEMENT, RECORDING.clauses[0]), "its own"),
    "observing in the agreement": ("CC-17", _with(AGREEMENT, OBSERVER.clauses[0]), "its own"),
    "recording as a must": ("CC-17", _first(RECORDING, required=True), "free choice"),
    "observing as a must": ("CC-17", _first(OBSERVER, required=True), "free choice"),
    "e-mail as a must": ("CC-20", _first(MESSAGES, required=True), "free choice"),
    "two things at once": (
        "CC-20", _first(SHARING, categories=("attendance", "summary")), "several things",
    ),
    "nothing asked": ("CC-20", _first(RECORDING, activity=None), "several things or for none"),
    "no label": ("CC-20", _first(RECORDING, label=""), "no label"),
    "no sentence": ("CC-20", _first(RECORDING, sentence=""), "no sentence"),
    "e-mail in the agreement": ("CC-20", _with(AGREEMENT, MESSAGES.clauses[0]), "form of its own"),
    "research in other": ("CC-20", _with(OTHER, RESEARCH.clauses[0]), "form of its own"),
    "no beginning": ("CC-20", replace(AGREEMENT, clauses=AGREEMENT.clauses[1:]), "counselling"),
    "no promise": ("CC-20", _first(GROUP, activity="email"), "keeping what the others say"),
    "own line of the child": ("CC-22:assent", replace(MINORS, clauses=MINORS.clauses[:1]), "word"),
    "title": ("form", replace(SHARING, title=" "), "no title"),
    "clauses": ("form", replace(OTHER, clauses=()), "at least one clause"),
    "codes": ("form", _with(SHARING, ATTENDANCE), "same code"),
    "in short": ("in-short", replace(SHARING, in_short=()), "In short"),
    "questions": ("form", replace(SHARING, questions=SHARING.questions * 2), "3 questions"),
    "placeholders": ("form", replace(SHARING, title="{stranger}"), "{stranger}"),
}  # fmt: skip


@pytest.mark.parametrize("taken", TAKEN)
@pytest.mark.req("CC-01", "CC-02", "CC-03", "CC-04", "CC-05", "CC-08", "CC-10", "CC-12", "CC-13")
@pytest.mark.req("CC-14", "CC-17", "CC-20", "CC-22")
def test_what_was_taken_is_named(taken: str) -> None:
    code, form, word = TAKEN[taken]
    found = [each for each in what_is_missing(form) if each.code == code]
    assert found, what_is_missing(form)
    assert any(word in each.sentence for each in found), found
    assert all(each.sentence.endswith(".") for each in found)


def test_a_particular_of_its_own_fills_a_placeholder() -> None:
    form = replace(SHARING, title="{study}", particulars=(Particular("study", "Study", "sleep"),))
    assert what_is_missing(form) == []


def test_what_a_clause_lacks_names_the_clause() -> None:
    (found,) = clause_rules(_first(RECORDING, if_no=""))
    assert (found.clause, found.sentence.startswith("“Sound recording")) == ("recording", True)


def test_every_activity_of_a_shipped_form_has_words() -> None:
    used = {each.activity for form in ENGLISH.values() for each in form.clauses if each.activity}
    assert used == set(ACTIVITIES)
