"""Two languages, and room for a third: nothing a client reads is left in English by accident."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

from counselling.local import languages
from tests.web import browsing, foreign_pages
from tests.web.delivered import FORMER
from tests.web.kept import CALLED
from tests.web.scene import TRUSTED

if TYPE_CHECKING:
    from babel.messages.catalog import Message

    from tests.web.browsing import Tour

_PLACES = re.compile(r"%\(\w+\)s|<[^>]+>")
pytestmark = pytest.mark.xdist_group("web")

# what Django says by itself, in every language it knows
DJANGO_S = frozenset({"Ĉi tiu kampo estas deviga."})
# who is offered in a list: an option holds no mark
OFFERED = frozenset({TRUSTED.name, FORMER.name, f"Dr {CALLED}"})


@pytest.fixture
def tour(db: None) -> Tour:
    return browsing.tour()


def _said(one: Message) -> tuple[str, ...]:
    return one.string if isinstance(one.string, tuple) else (one.string,)


def test_every_sentence_is_said_in_every_language() -> None:
    marked = {(one.context, one.id) for one in languages.collected() if one.id}
    for language in languages.translated(languages.LOCALE):
        path = languages.LOCALE / language / "LC_MESSAGES" / "django.po"
        with path.open("rb") as text:
            catalog = read_po(text, locale=language)
        said = {(one.context, one.id) for one in catalog if one.id and all(_said(one))}
        assert marked - said == set(), f"run: python -m counselling.local.languages update ({path})"
        assert said - marked == set(), "these are said nowhere any more"
        assert [one.id for one in catalog if one.id and one.fuzzy] == []


def test_a_translation_keeps_every_place_and_every_mark_of_its_sentence() -> None:
    for language in languages.translated(languages.LOCALE):
        path = languages.LOCALE / language / "LC_MESSAGES" / "django.po"
        with path.open("rb") as text:
            catalog = read_po(text, locale=language)
        for one in (each for each in catalog if each.id):
            sentence = one.id[-1] if isinstance(one.id, tuple) else one.id
            for said in _said(one)[-1:]:
                assert set(_PLACES.findall(said)) == set(_PLACES.findall(sentence)), sentence


@pytest.mark.django_db
def test_a_language_is_a_folder_more_and_leaves_no_word_of_a_page_behind(tour: Tour) -> None:
    left: dict[str, set[str]] = {}
    for one in tour.foreign:
        if not one.is_page:
            continue
        body = one.body.decode()
        assert f'<html lang="{foreign_pages.CODE}"' in body, one.cell
        for words in foreign_pages.Unmarked(body).found:
            left.setdefault(words, set()).add(one.cell)
    unknown = {
        words: sorted(cells)[:3] for words, cells in left.items() if words not in DJANGO_S | OFFERED
    }
    assert not unknown, "\n".join(f"{words!r}: {cells}" for words, cells in unknown.items())
