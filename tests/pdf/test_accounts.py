"""An accounting on paper: tagged, sealed, in the language of its reader, and runs nothing."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from consent import pdf
from consent.domain.accounts_shown import AccountedLine, Accounting
from consent.domain.documents import Letterhead
from counselling import languages

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.req("RT-05")]

LINE = AccountedLine(
    reference="019a0000-0000-7000-8000-000000000001",
    day="2026-11-03",
    at="10:30",
    to="Dr Lindqvarn, GP <img src=https://zqx.example/a.png>",
    address="Am Markt 2",
    what="a summary",
    why="medication {% debug %} @import url(https://zqx.example)",
    ground="with your permission",
    by="Dana Roth",
    channel="on paper",
    received="",
    sha256="ab" * 32,
)
PAPER = Accounting(
    practice=Letterhead("Praxis Lindenhof", "Lindenhof 4", "030 901820"),
    client="Maraquilla Kettlebourne",
    language="de",
    since=datetime.date(2020, 11, 22),
    until=datetime.date(2026, 11, 22),
    made_at=datetime.datetime(2026, 11, 22, 9, 0, tzinfo=datetime.UTC),
    made_by="",
    lines=(LINE,),
)


@pytest.mark.req("WH-06")
def test_it_is_sealed_says_every_field_and_fetches_nothing(
    practice: None, run: Callable[..., str]
) -> None:
    with languages.speaking("de"):
        made = pdf.seal(pdf.render_accounting(PAPER, "Europe/Berlin"))
    assert pdf.verify(made).holds
    text = " ".join(run(made, "pdftotext", "DOC", "-").split())
    for said in ("Was an wen ging", "Maraquilla Kettlebourne", "<img src=", "{% debug %}",
                 "Am Markt 2", LINE.reference, "Auf welcher Grundlage"):  # fmt: skip
        assert said in text, said
    assert "Tagged: yes" in " ".join(run(made, "pdfinfo", "DOC").split())
    assert b"/URI" not in made
