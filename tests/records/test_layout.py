"""A record is laid out anew without losing a line."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain import STRUCTURE_TEXTS, Structure
from records.domain.layout import TITLES, lay_out

TITLE = st.sampled_from([f"## {one}" for titles in TITLES.values() for one in titles])
LINE = st.one_of(
    TITLE, st.sampled_from(["", "# Mine", "### Own words", "- a point"]), st.text(max_size=12)
)
TEXTS = st.lists(LINE, max_size=14).map("\n".join)


def words(text: str) -> Counter[str]:
    """Count the lines that are not a heading of ours, without the blanks at their ends."""
    known = {f"{marks} {one}" for marks in ("##", "###") for t in TITLES.values() for one in t}
    lines = (line.strip() for line in text.replace("\r\n", "\n").split("\n"))
    return Counter(line for line in lines if line and line not in known)


@given(TEXTS, st.sampled_from(Structure))
def test_no_line_is_lost_or_made_up(text: str, to: Structure) -> None:
    assert words(lay_out(text, to)) == words(text)


@given(TEXTS, st.sampled_from(Structure), st.sampled_from(Structure))
def test_not_even_by_going_through_all_of_them(text: str, one: Structure, two: Structure) -> None:
    assert words(lay_out(lay_out(text, one), two)) == words(text)


@given(TEXTS, st.sampled_from([one for one in Structure if one is not Structure.FREE]))
def test_every_heading_stands_there_in_its_order(text: str, to: Structure) -> None:
    laid = lay_out(text, to).split("\n")
    assert [line[3:] for line in laid if line[:3] == "## " and line[3:] in TITLES[to]] == list(
        TITLES[to]
    )


@pytest.mark.parametrize("to", Structure)
def test_an_empty_record_gets_the_headings(to: Structure) -> None:
    assert lay_out("", to).split() == STRUCTURE_TEXTS[to].split()


def test_there_and_back_gives_what_was_there() -> None:
    soap = lay_out(
        "## Subjective\n\nTired.\n\n## Objective\n\nLate.\n\n"
        "## Assessment\n\nBetter.\n\n## Plan\n\nLog.",
        Structure.SOAP,
    )
    for between in (Structure.DAP, Structure.BIRP, Structure.FREE):
        assert lay_out(lay_out(soap, between), Structure.SOAP) == soap
    assert "### Objective\n\nLate." in lay_out(soap, Structure.DAP)
