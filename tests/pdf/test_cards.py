"""A card: one page, of the smallest sheet that holds it, and nothing on it says whose it is."""

from __future__ import annotations

import datetime
from io import BytesIO
from typing import Any

import pytest

from consent.actions import render_card
from consent.domain.cards import Card

MADE = datetime.datetime(2026, 11, 3, 9, 0, tzinfo=datetime.UTC)


def card(lines: int = 2, length: int = 20) -> Card:
    steps = tuple(
        (f"Step {number}", tuple(f"{line} " + "word " * (length // 5) for line in range(lines)))
        for number in range(7)
    )
    return Card(steps=steps, crisis_line="0800 111 0 111", made_at=MADE, zone="Europe/Berlin")


def read(pdf: bytes) -> tuple[int, int, Any]:
    """Give the pages, the width of the first in mm, and what the file says of itself."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(BytesIO(pdf))
    pages = reader.root["/Pages"]
    box = pages["/Kids"][0]["/MediaBox"]
    return int(pages["/Count"]), round(float(box[2]) / 72 * 25.4), reader.trailer["/Info"]


@pytest.mark.parametrize(
    ("lines", "length", "width"),
    [(1, 10, 105), (3, 60, 148), (8, 60, 210)],
    ids=["a few words on A6", "more on A5", "as much as may be typed on A4"],
)
def test_a_card_is_one_page_of_the_smallest_sheet(lines: int, length: int, width: int) -> None:
    pages, wide, info = read(render_card(card(lines, length)))
    assert (pages, wide) == (1, width)
    assert str(info["/Title"]) == "When it gets hard"
    assert not {"/Author", "/Subject", "/Keywords"} & set(info.keys())


def test_the_same_card_is_the_same_file() -> None:
    assert render_card(card()) == render_card(card())


def test_what_is_typed_stays_words() -> None:
    steps = (("<b>Step</b>", ('<img src="https://example.org/a.png"> & {{ x }}',)),)
    pdf = render_card(Card(steps=steps, crisis_line="", made_at=MADE, zone="UTC"))
    assert b"example.org" not in pdf
    assert read(pdf)[0] == 1
