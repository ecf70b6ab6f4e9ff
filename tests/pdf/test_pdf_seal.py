"""The practice's seal: it holds, any change is found, and what is not ours is said."""

from __future__ import annotations

import random
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from consent import pdf
from counselling.vault.signing import make_secrets
from tests.pdf import sources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _pdfsig(run: Callable[..., str], content: bytes) -> str:
    return run(content, "pdfsig", "-nocert", "DOC", check=False)


@pytest.mark.req("ES-06")
def test_pdfsig_and_pyhanko_agree_that_the_seal_holds(
    sealed: bytes, run: Callable[..., str]
) -> None:
    report = _pdfsig(run, sealed)
    assert "Signature is Valid" in report
    assert "Total document signed" in report
    assert "ETSI.CAdES.detached" in report
    assert "SHA-256" in report
    verdict = pdf.verify(sealed)
    assert verdict.holds
    assert verdict.signer


@pytest.mark.req("ES-06")
def test_the_seal_is_made_with_rsa_of_3072_bits(sealed_sharing: bytes) -> None:
    (signature,) = PdfFileReader(BytesIO(sealed_sharing)).embedded_signatures
    key = signature.signer_cert.public_key
    assert (key.algorithm, key.bit_size) == ("rsa", 3072)


@pytest.mark.req("ES-11")
def test_the_seal_has_a_readable_name_and_no_place_on_the_page(sealed_sharing: bytes) -> None:
    (signature,) = PdfFileReader(BytesIO(sealed_sharing)).embedded_signatures
    assert signature.sig_field["/TU"] == "Seal of the practice"
    left, bottom, right, top = (float(each) for each in signature.sig_field["/Rect"])
    assert left == right < 0
    assert bottom == top < 0


def test_a_flipped_byte_is_found(sealed_sharing: bytes) -> None:
    dice = random.Random(7)  # noqa: S311 chance for a test, not for a secret
    first = int(re.findall(rb"/ByteRange \[0 (\d+)", sealed_sharing)[0])
    for _ in range(12):
        at = dice.randrange(100, first)
        changed = bytearray(sealed_sharing)
        changed[at] ^= 1
        assert not pdf.verify(bytes(changed)).holds, at


def test_something_hidden_in_the_seals_own_place_is_found(sealed_sharing: bytes) -> None:
    at = sealed_sharing.index(b"0" * 200) + 100
    changed = sealed_sharing[:at] + b"ABCD" + sealed_sharing[at + 4 :]
    verdict = pdf.verify(changed)
    assert verdict.valid
    assert not verdict.whole
    assert not verdict.holds


def test_a_flipped_byte_in_the_pages_is_called_not_intact(
    sealed_sharing: bytes, run: Callable[..., str]
) -> None:
    at = sealed_sharing.index(b"stream", 2000) + 40
    changed = sealed_sharing[:at] + bytes([sealed_sharing[at] ^ 1]) + sealed_sharing[at + 1 :]
    verdict = pdf.verify(changed)
    assert verdict.sealed
    assert not verdict.intact
    assert "Signature is Valid" not in _pdfsig(run, changed)


def test_something_added_after_the_seal_is_found(sealed_sharing: bytes) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(sealed_sharing))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    verdict = pdf.verify(out.getvalue())
    assert not verdict.whole
    assert not verdict.holds


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_pdf_is_simply_not_sealed(practice: None, content: bytes) -> None:
    assert not pdf.verify(content).sealed


def test_a_document_without_a_seal_is_not_sealed(practice: None) -> None:
    assert not pdf.verify(pdf.render(sources.withdrawal())).sealed


def test_another_practices_seal_is_valid_but_not_ours(
    sealed_sharing: bytes, settings: Any, tmp_path: Path
) -> None:
    make_secrets(tmp_path / "other")
    settings.PRACTICE_CERTIFICATE_FILE = tmp_path / "other" / "practice.crt"
    verdict = pdf.verify(sealed_sharing)
    assert verdict.intact
    assert not verdict.ours
    assert not verdict.holds


def test_a_key_that_does_not_fit_the_certificate_seals_nothing(
    practice: None, settings: Any, tmp_path: Path
) -> None:
    make_secrets(tmp_path / "other")
    settings.PRACTICE_KEY_FILE = tmp_path / "other" / "practice.key"
    with pytest.raises(pdf.SealRefused):
        pdf.seal(pdf.render(sources.withdrawal()))


def test_an_unreadable_key_is_said(practice: None, settings: Any, tmp_path: Path) -> None:
    settings.PRACTICE_KEY_FILE = tmp_path / "practice.key"
    settings.PRACTICE_KEY_FILE.write_text("no key")
    with pytest.raises(pdf.SealRefused, match="cannot be read"):
        pdf.seal(pdf.render(sources.withdrawal()))


def test_a_missing_key_is_said(practice: None, settings: Any, tmp_path: Path) -> None:
    settings.PRACTICE_KEY_FILE = tmp_path / "nowhere"
    with pytest.raises(pdf.SealRefused, match="not where settings say"):
        pdf.seal(pdf.render(sources.withdrawal()))
