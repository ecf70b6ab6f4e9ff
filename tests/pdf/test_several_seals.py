"""Several people sign one file: each with a seal of their own, the earlier ones untouched."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from consent import pdf
from consent.domain.documents import from_json
from consent.domain.drawing import Stroke
from consent.pdf import judging, places
from tests.pdf import sources

if TYPE_CHECKING:
    from collections.abc import Callable

    from consent.domain.documents import ConsentDocument

pytestmark = [pytest.mark.req("ES-12"), pytest.mark.slow]
WHO = ("the client", "a guardian", "a witness")


def signed_by(place: int, name: str) -> ConsentDocument:
    """What one of three people signed."""
    source = sources.sharing()
    drawn = (Stroke((10, 20, 300, 200, 700, 40)),) if place == 2 else ()
    evidence = replace(source.evidence, signer=name, signs_for=WHO[place - 1], drawing=drawn)
    return replace(source, place=place, places=WHO, evidence=evidence)


@pytest.fixture(scope="module")
def _kept() -> list[bytes]:
    return []


@pytest.fixture
def three(practice: None, _kept: list[bytes]) -> list[bytes]:
    """One file after each of three signatures, made once for all of these tests."""
    if not _kept:
        _kept.append(pdf.seal(pdf.render(signed_by(1, "Jon Adler"))))
        _kept.append(pdf.add(_kept[0], signed_by(2, "Maja Adler")))
        _kept.append(pdf.add(_kept[1], signed_by(3, "Dana Reyes")))
    return _kept


def test_each_signature_leaves_the_earlier_ones_byte_for_byte_and_valid(
    three: list[bytes], run: Callable[..., str]
) -> None:
    for seals, file in enumerate(three, start=1):
        verdict = pdf.verify(file)
        assert (verdict.holds, verdict.seals, verdict.kept) == (True, seals, 3)
        said = run(file, "pdfsig", "-nocert", "DOC", check=False)
        assert said.count("Signature is Valid") == seals
        assert "No syntax or stream encoding errors" in run(file, "qpdf", "--check", "DOC")
    assert three[1].startswith(three[0])
    assert three[2].startswith(three[1])


@pytest.mark.req("ES-04", "ES-05")
def test_what_each_signed_is_on_its_page_in_words_and_as_data(
    three: list[bytes], run: Callable[..., str]
) -> None:
    text = re.sub(r"\s+", " ", run(three[2], "pdftotext", "-layout", "DOC", "-"))
    for words in ("Signature 2 of 3: a guardian", "Maja Adler, a guardian", "Dana Reyes"):
        assert words in text, words
    reader = PdfFileReader(BytesIO(three[2]))
    for place, name in ((2, "Maja Adler"), (3, "Dana Reyes")):
        assert from_json(json.loads(places.data_in(reader, place))) == signed_by(place, name)
    shown = places._field(reader, places.words_name(2))
    assert "Signed by: Maja Adler, a guardian" in shown["/V"]
    assert "Drawn: a drawn signature is shown as well" in shown["/V"]


@pytest.mark.req("ES-10", "ES-11")
def test_the_last_file_is_still_tagged_with_its_marks_and_every_letter_inside(
    three: list[bytes], run: Callable[..., str]
) -> None:
    metadata = run(three[2], "pdfinfo", "-meta", "DOC")
    assert re.search(r'pdfuaid:part(="|>)1', metadata)
    assert 'pdfaid:part="3"' in metadata
    for row in run(three[2], "pdffonts", "DOC").splitlines()[2:]:
        assert row.split()[-5:-2:2] == ["yes", "yes"], row
    reader = PdfFileReader(BytesIO(three[2]))
    for place in (2, 3):
        shown = places._field(reader, places.words_name(place))
        assert shown["/TU"] == f"Signature {place} of 3: {WHO[place - 1]}"
        tagged = _tagged(reader, int(shown["/StructParent"]))
        assert tagged["/S"] == "/Form"
        assert tagged["/K"]["/Obj"]["/T"] == shown["/T"]
    assert "/NeedAppearances" not in reader.root["/AcroForm"]


def _tagged(reader: Any, number: int) -> Any:
    numbers = reader.root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    return numbers[list(numbers).index(number) + 1].get_object()


@pytest.mark.parametrize("place", [1, 3])
def test_nobody_signs_out_of_turn_or_twice(three: list[bytes], place: int) -> None:
    with pytest.raises(pdf.SealRefused, match="cannot be signed now"):
        pdf.add(three[0], signed_by(place, "Somebody"))
    with pytest.raises(pdf.SealRefused, match="cannot be signed now"):
        pdf.add(three[2], signed_by(place, "Somebody"))


def test_nothing_is_added_to_a_file_that_was_changed_or_keeps_no_place(
    three: list[bytes], sealed_sharing: bytes
) -> None:
    for file in (three[0] + b" ", sealed_sharing, b"%PDF-1.7"):
        with pytest.raises(pdf.SealRefused):
            pdf.add(file, signed_by(2, "Maja Adler"))


@pytest.mark.req("ES-07")
def test_words_put_into_a_place_without_a_seal_are_found(three: list[bytes]) -> None:
    for file, place in ((three[0], 2), (three[1], 3), (three[2], 2)):
        writer = IncrementalPdfFileWriter(BytesIO(file))
        places.fill(writer, place, places.Filled(pdf.render(sources.withdrawal()), "x", "{}"))
        out = BytesIO()
        writer.write(out)
        assert not pdf.verify(out.getvalue()).holds


@pytest.mark.req("ES-07")
def test_a_flip_in_any_of_the_three_parts_is_found(three: list[bytes]) -> None:
    file, (one, two) = three[2], (len(three[0]), len(three[1]))
    for at in (one - 900, one + 700, two - 900, two + 700):
        changed = file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]
        assert not pdf.verify(changed).holds, at


@pytest.mark.req("ES-07")
def test_a_change_between_two_seals_is_found_though_the_last_seal_is_ours(
    three: list[bytes],
) -> None:
    """Whoever had our key once could seal a file whose pages they had exchanged."""
    from consent.pdf import sealing

    writer = IncrementalPdfFileWriter(BytesIO(three[0]))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Rotate"] = _number(90)
    writer.update_container(page)
    forged = sealing._signed(writer, 2, changeable=False)
    verdict = pdf.verify(forged)
    assert verdict.ours
    assert not verdict.whole
    assert not verdict.holds


def _number(value: int) -> Any:
    from pyhanko.pdf_utils.generic import NumberObject

    return NumberObject(value)


def test_without_asking_what_came_between_that_forgery_would_pass(
    three: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from consent.pdf import sealing

    writer = IncrementalPdfFileWriter(BytesIO(three[0]))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Rotate"] = _number(90)
    writer.update_container(page)
    forged = sealing._signed(writer, 2, changeable=False)
    monkeypatch.setattr(judging, "_covers", lambda *_, **__: True)
    assert pdf.verify(forged).holds
