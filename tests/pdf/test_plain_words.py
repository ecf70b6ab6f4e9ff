"""German is measured as English is; the notice, the explanation and the small words are whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from consent.domain.elements import missing_elements, what_is_missing
from consent.domain.library import load_explanation, load_library, load_notice
from consent.domain.notices import ELEMENTS, notice_missing
from consent.domain.readability import measure, syllables
from consent.domain.wording import fill, fill_explanation, shown_text
from consent.domain.words import day_in, joined, words
from tests.pdf import sources

if TYPE_CHECKING:
    from collections.abc import Callable

SHIPPED = {(each.slug, each.language): each for each in load_library()}
LANGUAGES = ("en", "de")

HARD: dict[str, tuple[str, str]] = {
    "en": (
        "Notwithstanding any contrary stipulation, the undersigned irrevocably authorises the "
        "dissemination of confidential psychotherapeutic documentation to institutional "
        "recipients whose identification the organisation determines unilaterally.",
        "Flesch-Kincaid",
    ),
    "de": (
        "Unbeschadet anderslautender Vereinbarungen ermächtigt die unterzeichnende Person die "
        "Einrichtung unwiderruflich zur Übermittlung vertraulicher Behandlungsdokumentationen an "
        "institutionelle Empfangsberechtigte, deren Bestimmung der Einrichtungsleitung obliegt.",
        "Wiener Sachtextformel",
    ),
}


@pytest.mark.parametrize("language", HARD)
@pytest.mark.req("CC-11")
def test_officialese_is_refused_in_either_language(language: str) -> None:
    text, formula = HARD[language]
    form = replace(SHIPPED["recording", language], closing=(f"{text} " * 25,))
    assert missing_elements(form) == ["CC-11"]
    (grade,) = what_is_missing(form)
    assert formula in grade.sentence


@pytest.mark.req("CC-11")
def test_short_words_in_sentences_without_an_end_are_refused() -> None:
    found = what_is_missing(replace(SHIPPED["recording", "en"], closing=("so it is " * 400,)))
    assert {each.code for each in found} == {"CC-11"}
    assert "words on average" in found[-1].sentence


def test_in_a_language_without_a_formula_the_sentences_are_judged() -> None:
    found = measure("un mot " * 30, "fr")
    assert (found.graded, found.grade, found.formula) == (False, 0.0, "")
    assert not found.plain
    assert measure("un mot. " * 30, "fr-CH").plain


SYLLABLES = {"Haus": 1, "heute": 2, "Beratung": 3, "Qualität": 3, "Sie": 1, "See": 1, "Käufer": 2}
SYLLABLES |= {"Beispiel": 2, "Unterschrift": 3, "nachdem": 2, "2027": 1, "Psst": 1}


@pytest.mark.parametrize("word", SYLLABLES)
def test_german_syllables_are_counted(word: str) -> None:
    assert syllables(word, "de") == SYLLABLES[word]


def test_the_day_of_a_month_ends_no_sentence() -> None:
    assert measure("Das gilt bis 15. November 2027. Dann endet es.", "de").sentences == 2


# -- the notice and the explanation --------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.req("CC-18", "CC-19", "RT-09")
def test_the_privacy_notice_lacks_nothing(language: str) -> None:
    notice = load_notice(language)
    assert notice.language == language
    assert notice_missing(notice) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("element", ELEMENTS, ids=lambda each: str(each.code))
@pytest.mark.req("CC-18", "CC-19", "RT-09")
def test_a_notice_without_a_passage_is_told_which(language: str, element: Any) -> None:
    notice = load_notice(language)
    (passage,) = [each for each in notice.passages if each.element == element.code]
    before, _, rest = notice.text.partition(f"## {passage.heading}\n")
    after = rest.partition("\n## ")[2]
    found = notice_missing(replace(notice, text=before + (f"## {after}" if after else "")))
    assert found[0].code == element.code
    assert element.words in found[0].sentence


FACTS: dict[str, Callable[[str], str]] = {
    "CC-18:controller": lambda text: text.replace("{practice_address}", "here"),
    "CC-18:complaint": lambda text: text.replace("{complaints}", "somebody"),
    "RT-09:changes": lambda text: text.replace("{edition}", "the first"),
    "form": lambda text: f"{text} {{stranger}}",
}


@pytest.mark.parametrize("code", FACTS)
def test_a_notice_that_leaves_out_a_fact_is_told_which(code: str) -> None:
    notice = load_notice("en")
    (found,) = notice_missing(replace(notice, text=FACTS[code](notice.text)))
    assert found.code == code


@pytest.mark.req("ES-01")
def test_signing_online_is_explained_in_german_too() -> None:
    text = fill_explanation(load_explanation("de"), sources.PARTICULARS).text
    for said in (
        "auf Papier",
        "kostet nichts",
        "gilt für",
        "Adresse oder Nummer",
        "Browser",
        "PDF",
    ):
        assert said in text
    assert "{" not in text
    assert measure(text, "de").plain


def test_a_language_that_is_not_here_is_answered_in_english() -> None:
    assert load_explanation("fr").language == load_notice("fr").language == "en"
    assert words("../../x").in_short == words("fr").in_short == "In short"


# -- the few words around a form -----------------------------------------------------------------


@pytest.mark.req("CC-21")
def test_a_german_form_is_german_to_its_last_word() -> None:
    source = SHIPPED["share-with-named-recipient", "de"]
    shown = shown_text(fill(source, sources.PARTICULARS))
    assert "## Kurz gesagt" in shown
    assert "## Was Sie entscheiden" in shown
    assert "Wenn Nein: Es geht weiter" in shown
    assert "If no" not in shown


def test_days_and_names_are_said_as_the_language_says_them() -> None:
    assert day_in("de", sources.UNTIL) == "15. November 2027"
    assert day_in("en", sources.UNTIL) == "15 November 2027"
    assert joined("de", ["Ruth Amsel", "Kai Berg"]) == "Ruth Amsel und Kai Berg"
    assert joined("en", []) == ""
