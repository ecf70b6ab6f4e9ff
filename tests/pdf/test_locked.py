"""A file with a password opens with it and with nothing else, and its seal holds; and a copy shows
what was left out of it as a block with nothing underneath.
"""

from __future__ import annotations

import dataclasses
import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from consent import pdf
from consent.domain.documents import PART_TWO, REDISCLOSURE
from consent.domain.passwords import is_password, new_password
from consent.pdf.sealing import SealRefused
from records.domain.redacting import Choices, known, propose, redact
from tests.pdf import sources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PASSWORD = "lusab-babid-gutih-tugad-mizor"
OTHER = "lusab-babid-gutih-tugad-mizok"
SECRET = "Zwetschgenvogel"


@pytest.fixture
def locked(practice: None) -> bytes:
    """What was shared, sealed, as a file with a password."""
    return pdf.lock(pdf.seal(pdf.render(sources.disclosure())), PASSWORD)


@pytest.mark.req("DS-07", "ES-06")
def test_it_opens_with_its_password_only_and_both_seal_and_lock_hold(
    locked: bytes, run: Callable[..., str]
) -> None:
    shown = run(locked, "qpdf", "--show-encryption", f"--password={PASSWORD}", "DOC")
    assert "R = 6" in shown
    assert shown.count("AESv3") == 3
    assert "No syntax or stream encoding errors" in run(
        locked, "qpdf", "--check", f"--password={PASSWORD}", "DOC"
    )
    for wrong in ("", OTHER):
        assert "invalid password" in run(
            locked, "qpdf", "--check", f"--password={wrong}", "DOC", check=False
        )
    report = run(locked, "pdfsig", "-nocert", "-upw", PASSWORD, "DOC", check=False)
    assert "Signature is Valid" in report
    assert "Total document signed" in report
    assert pdf.verify(locked, PASSWORD).holds
    assert not pdf.verify(locked).holds


def test_it_says_what_the_sealed_file_says_and_shows_nothing_without_the_password(
    locked: bytes, run: Callable[..., str]
) -> None:
    text = run(locked, "pdftotext", "-upw", PASSWORD, "DOC", "-")
    assert text == run(pdf.render(sources.disclosure()), "pdftotext", "DOC", "-")
    for name in (b"Jon Adler", b"pdfaid", b"Lindenhof"):
        assert name not in locked
    opened = run(locked, "pdfinfo", "-upw", PASSWORD, "-meta", "DOC")
    assert "pdfaid:part" not in opened
    assert 'pdfuaid:part="1"' in opened


def test_a_changed_byte_of_it_is_found(locked: bytes) -> None:
    place = locked.index(b"stream") + 200
    changed = locked[:place] + bytes([locked[place] ^ 1]) + locked[place + 1 :]
    assert not pdf.verify(changed, PASSWORD).holds


def test_each_password_is_its_own_and_ours() -> None:
    made = {new_password() for _ in range(200)}
    assert len(made) == 200
    assert all(is_password(one) for one in made)
    assert not any(map(is_password, ("", "secret", PASSWORD.upper(), f"{PASSWORD}-", "a" * 29)))


def test_nobody_chooses_a_password_of_their_own(practice: None) -> None:
    sealed = pdf.seal(pdf.render(sources.disclosure()))
    with pytest.raises(SealRefused):
        pdf.lock(sealed, "1234")


@pytest.mark.req("DS-02", "DS-03")
def test_page_one_says_to_whom_and_why_under_what_and_what_the_law_asks(
    run: Callable[..., str],
) -> None:
    source = dataclasses.replace(sources.disclosure(), part_two=True)
    text = " ".join(run(pdf.render(source), "pdftotext", "-l", "1", "DOC", "-").split())
    assert PART_TWO in text
    for words in (source.recipient.name, source.purpose, source.permission.sentence, REDISCLOSURE):  # type: ignore[union-attr]  # it rests on a permission
        assert words in text
    assert "for this recipient and this purpose only. It covers nothing else." in text
    assert PART_TWO not in run(pdf.render(sources.disclosure()), "pdftotext", "DOC", "-")


@pytest.mark.req("DS-02")
def test_the_page_and_a_german_file_say_the_same_sentence_of_the_law(
    run: Callable[..., str],
) -> None:
    source = dataclasses.replace(sources.disclosure(), part_two=True, language="de")
    text = " ".join(run(pdf.render(source), "pdftotext", "-l", "1", "DOC", "-").split())
    assert PART_TWO in text
    assert REDISCLOSURE not in text
    assert f'<p lang="en"><strong>{PART_TWO}</strong></p>' in pdf.shared_page(source)


@pytest.mark.req("DS-04")
def test_what_is_left_out_is_a_block_with_nothing_underneath_and_counted_on_page_one(
    run: Callable[..., str], tmp_path: Path
) -> None:
    source = sources.disclosure()
    first = source.pack.sections[0]
    text = f"{first.text}\n\n**{SECRET}** came; {SECRET}: nothing.\n\n{SECRET}: link"
    named = dataclasses.replace(first, heading=f"With {SECRET}", text=text)
    pack = dataclasses.replace(source.pack, sections=(named,))
    gone = redact(pack, propose(pack, [known("staff:x", "", SECRET)]), Choices())
    made = pdf.render(dataclasses.replace(source, pack=gone))
    found = " ".join(run(made, "pdftotext", "DOC", "-").split())
    assert SECRET not in found
    assert found.count("[name left out]") == 4
    assert "At 4 places a name or a passage was left out." in found
    run(made, "qpdf", "--qdf", "--object-streams=disable", "DOC", "open.pdf")
    assert SECRET.encode() not in (tmp_path / "open.pdf").read_bytes()
    reader = PdfFileReader(BytesIO(made))
    assert "/EmbeddedFiles" not in reader.root.get("/Names", {})
    assert not re.search(SECRET, pdf.shared_page(dataclasses.replace(source, pack=gone)))
