"""Whatever is changed in a sealed file is found: any bit, something added, saved anew, cut out."""

from __future__ import annotations

import os
import random
import re
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from consent import pdf
from tests.pdf import sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.req("ES-07")
SOAK = bool(os.environ.get("SOAK"))


@pytest.fixture(scope="module")
def _kept() -> dict[str, bytes]:
    return {}


@pytest.fixture
def genuine(practice: None, _kept: dict[str, bytes]) -> bytes:
    """One sealed withdrawal for the whole file of tests."""
    if "genuine" not in _kept:
        _kept["genuine"] = pdf.seal(pdf.render(sources.withdrawal()))
    assert pdf.verify(_kept["genuine"]).holds
    return _kept["genuine"]


def gap(sealed: bytes) -> tuple[int, int]:
    """Give where the seal itself lies, with its brackets."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+)", sealed)
    assert found
    return int(found[1]), int(found[2])


def flipped(content: bytes, at: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[at] ^= 1 << bit
    return bytes(changed)


def test_fifty_flips_anywhere_in_the_file_are_all_found(genuine: bytes) -> None:
    dice = random.Random(20261116)  # noqa: S311 chance for a test, not for a secret
    for _ in range(1000 if SOAK else 50):
        at, bit = dice.randrange(len(genuine)), dice.randrange(8)
        assert not pdf.verify(flipped(genuine, at, bit)).holds, (at, bit)


def test_every_digit_of_the_seals_own_place_has_one_value(genuine: bytes) -> None:
    """What wraps a signature is not signed; validators let some forty digits of it pass."""
    start, end = gap(genuine)
    places = range(start, end) if SOAK else _few(range(start, end))
    for at in places:
        for bit in range(8) if SOAK else (0,):
            assert not pdf.verify(flipped(genuine, at, bit)).holds, (at - start, bit)


def _few(places: range) -> Iterator[int]:
    """Give the digits of the wrapping, where a flip is easiest missed, and some others."""
    dice = random.Random(7)  # noqa: S311 chance for a test, not for a secret
    yield from places[:40:2]
    yield from sorted(dice.sample(places, 30))
    yield places[-1]


def test_without_the_strict_look_some_of_those_flips_would_pass(
    genuine: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from consent.pdf import judging

    monkeypatch.setattr(judging, "_nothing_in_the_gap", lambda *_: True)
    start, end = gap(genuine)
    places = [start + 1 + 2 * at for at in range(8, 40)]
    assert any(pdf.verify(flipped(genuine, at, 0)).holds for at in [*places, end - 20])


def test_the_same_digits_in_small_letters_are_another_file(genuine: bytes) -> None:
    start, end = gap(genuine)
    assert not pdf.verify(genuine[:start] + genuine[start:end].lower() + genuine[end:]).holds


def test_something_appended_is_found(genuine: bytes) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(genuine))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    for changed in (
        out.getvalue(),
        genuine + b"\n",
        genuine + b" ",
        genuine + genuine,
        genuine[:-1],
    ):
        verdict = pdf.verify(changed)
        assert not verdict.holds


def test_saved_anew_by_another_program_is_found(
    genuine: bytes, run: Callable[..., str], tmp_path: Path
) -> None:
    for options in ([], ["--object-streams=generate"], ["--linearize"], ["--qdf"]):
        run(genuine, "qpdf", *options, "DOC", "out.pdf")
        assert not pdf.verify((tmp_path / "out.pdf").read_bytes()).holds
    out = BytesIO()
    copy_into_new_writer(PdfFileReader(BytesIO(genuine))).write(out)
    assert not pdf.verify(out.getvalue()).holds


def test_a_seal_cut_out_or_carried_over_is_found(genuine: bytes, practice: None) -> None:
    start, end = gap(genuine)
    emptied = genuine[:start] + b"<" + b"0" * (end - start - 2) + b">" + genuine[end:]
    assert not pdf.verify(emptied).holds
    assert not pdf.verify(genuine.replace(b"/ByteRange", b"/ByteRangs")).sealed
    other = pdf.seal(pdf.render(sources.withdrawal(sent=False)))
    other_start, other_end = gap(other)
    carried = genuine[:start] + other[other_start:other_end] + genuine[end:]
    assert not pdf.verify(carried).holds
    assert pdf.verify(other).holds
    assert not pdf.verify(pdf.render(sources.withdrawal())).sealed


def test_two_seals_are_not_what_the_practice_made(genuine: bytes) -> None:
    from pyhanko.sign import fields, signers

    from consent.pdf import certificates

    metadata = signers.PdfSignatureMetadata(
        field_name="Another", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    twice = signers.PdfSigner(metadata, signer=certificates.signer()).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(genuine))
    )
    assert not pdf.verify(twice.getvalue()).holds


def test_the_command_says_genuine_changed_or_unknown(
    genuine: bytes, practice: None, tmp_path: Path
) -> None:
    def said(content: bytes) -> str:
        path, out = tmp_path / "document.pdf", StringIO()
        path.write_bytes(content)
        try:
            call_command("verify_document", str(path), stdout=out)
        except CommandError as no:
            return str(no)
        return out.getvalue()

    words = said(genuine)
    assert words.startswith("genuine: sealed 20")
    assert re.search(r"certificate [0-9a-f]{64}", words)
    assert "newer certificate" not in words
    assert said(genuine + b" ").startswith("changed")
    assert said(b"%PDF-1.7").startswith("unknown")
    assert said(pdf.render(sources.withdrawal())).startswith("unknown")
    with pytest.raises(CommandError, match="No such file"):
        call_command("verify_document", str(tmp_path / "nowhere.pdf"))


@pytest.mark.req("ES-10")
def test_a_sealed_file_runs_nothing_and_loads_nothing(genuine: bytes) -> None:
    reader = PdfFileReader(BytesIO(genuine))
    assert not {"/OpenAction", "/AA", "/Names.JavaScript"} & set(reader.root)
    for mark in (b"/JavaScript", b"/JS ", b"/Launch", b"/SubmitForm", b"/ImportData", b"/GoToR",
                 b"/RichMedia", b"/Movie", b"/Sound", b"/Encrypt", b"/XFA"):  # fmt: skip
        assert mark not in genuine, mark
    streams = " ".join(_texts(reader))
    for mark in ("/JavaScript", "/Launch", "/URI", "/SubmitForm", "/GoToR", "/Encrypt"):
        assert mark not in streams, mark


def _texts(reader: Any) -> Iterator[str]:
    for number in range(1, int(reader.trailer["/Size"])):
        try:
            yield str(reader.get_object(_reference(number, reader)))
        except Exception:  # noqa: BLE001, S112 a number nothing has
            continue


def _reference(number: int, reader: Any) -> Any:
    from pyhanko.pdf_utils.generic import Reference

    return Reference(number, 0, reader)
