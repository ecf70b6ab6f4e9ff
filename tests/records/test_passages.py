"""A passage is found where it was picked or by its words, and marked without changing a word."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.domain.prose import to_html
from records.domain.passages import Passage, find, find_in, marked, plain
from records.domain.supervision import Said, from_json, to_json

TEXT = "She slept.\n\nHe slept **badly** & said <so>.\n\n- one\n- two & three\n"
SHOWN = to_html(TEXT, heading=3)
WORDS = st.text(st.sampled_from("ab <>&\"'*_\n#-1.é👩\u05d0`"), max_size=60)


def test_the_letters_are_those_a_browser_counts() -> None:
    assert plain(SHOWN).startswith("She slept.\nHe slept badly & said <so>.\n")


@pytest.mark.parametrize(
    ("quote", "start", "found"),
    [
        ("slept", None, 4),
        ("slept", 14, 14),
        ("SLEPT   badly &\nsaid", None, 14),
        ("She slept. He", None, 0),
        ("never written", None, None),
        (" \n ", None, None),
        ("x" * 1_001, None, None),
    ],
)
def test_a_passage_is_found_by_its_words_nearest_to_where_it_was_picked(
    quote: str, start: int | None, found: int | None
) -> None:
    passage = find("record", plain(SHOWN), quote, start)
    assert (passage.start if passage else None) == found
    if passage:
        assert plain(SHOWN)[passage.start : passage.end] == passage.quote


def test_the_part_where_it_was_picked_comes_first() -> None:
    parts = [("record", "the same words"), ("addendum-0", "and the same words")]
    assert find_in(parts, "same words") == Passage("record", 4, 14, "same words")
    assert find_in(parts, "same words", "addendum-0", 8) == Passage(
        "addendum-0", 8, 18, "same words"
    )
    assert find_in(parts, "other words") is None


def test_marks_stand_in_the_text_and_carry_their_number() -> None:
    shown = marked(SHOWN, [(1, Passage("record", 3, 24, "")), (2, Passage("record", 14, 19, ""))])
    assert '<mark data-comment="1"> slept.</mark>' in shown
    assert '<mark data-comment="2">slept</mark>' in shown
    assert plain(shown) == plain(SHOWN)


@given(WORDS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4))
def test_marking_changes_no_word_and_no_tag_whatever_is_written(
    text: str, spans: list[tuple[int, int]]
) -> None:
    shown = to_html(text, heading=3)
    marks = [
        (number, Passage("record", min(span), max(span), "")) for number, span in enumerate(spans)
    ]
    after = marked(shown, marks)
    assert plain(after) == plain(shown)
    without = after.replace("</mark>", "")
    for number in range(len(spans)):
        without = without.replace(f'<mark data-comment="{number}">', "")
    assert html.unescape(without) == html.unescape(shown)
    assert "<script" not in after


@given(WORDS, WORDS, st.integers(0, 9))
def test_what_stands_in_the_note_is_found_again(before: str, quote: str, start: int) -> None:
    found = find("record", f"{before}{quote}", quote, len(before) + start)
    assert (found is not None) == bool(quote.split())


def test_a_comment_is_sealed_and_read_back_as_it_was() -> None:
    for said in (Said("Why?"), Said("Why?", Passage("record", 1, 4, "how"))):
        assert from_json(to_json(said)) == said
