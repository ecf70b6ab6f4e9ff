"""The practice's seal: a PAdES signature over the whole file, and the check of it."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings

from counselling.errors import CounsellingError

FIELD = "Seal"
READABLE_FIELD = "Seal of the practice"


class SealRefused(CounsellingError):
    """The file could not be sealed so that the seal holds."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a file found."""

    sealed: bool
    intact: bool
    valid: bool
    whole: bool
    ours: bool
    signer: str

    @property
    def holds(self) -> bool:
        """One seal, by this practice, over the entire file, and not a byte changed."""
        return self.sealed and self.intact and self.valid and self.whole and self.ours


NOT_SEALED = Verdict(sealed=False, intact=False, valid=False, whole=False, ours=False, signer="")


def seal(pdf: bytes) -> bytes:
    """The file with the practice's seal (ETSI.CAdES.detached, SHA-256), proven to hold."""
    sealed = _signed(pdf)
    if not verify(sealed).holds:
        raise SealRefused("the file was sealed, but its seal does not hold")
    return sealed


def verify(pdf: bytes) -> Verdict:
    """Check the seal of a file; a file that is broken, no PDF or without a seal is not sealed."""
    from pyhanko.keys import load_cert_from_pemder  # noqa: PLC0415 imported late, since it costs a second
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 imported late, since it costs a second
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 imported late, since it costs a second

    ours = load_cert_from_pemder(str(_files()[1]))  # type: ignore[no-untyped-call]  # the package ships no types for it
    context = ValidationContext(trust_roots=[ours], allow_fetching=False)
    try:
        (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
        return _judged(pdf, signature, context)
    except Exception:  # noqa: BLE001  a changed byte breaks the reader in every possible way
        return NOT_SEALED


def _signed(pdf: bytes) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 imported late, since it costs a second
    from pyhanko.sign import fields, signers  # noqa: PLC0415 imported late, since it costs a second

    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    # The default widget is an untagged annotation on the page, which breaks PDF/UA.
    field = fields.SigFieldSpec(
        FIELD,
        readable_field_name=READABLE_FIELD,
        invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True),
    )
    signer = signers.PdfSigner(metadata, signer=_signer(), new_field_spec=field)
    sealed: bytes = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf))).getvalue()
    return sealed


def _signer() -> Any:
    from pyhanko.sign import signers  # noqa: PLC0415 imported late, since it costs a second

    key, certificate = _files()
    signer = signers.SimpleSigner.load(str(key), str(certificate))  # type: ignore[no-untyped-call]  # the package ships no types for it
    if signer is None:
        raise SealRefused("the practice's key or certificate cannot be read")
    return signer


def _files() -> tuple[Path, Path]:
    key = Path(settings.PRACTICE_KEY_FILE)
    certificate = Path(settings.PRACTICE_CERTIFICATE_FILE)
    for path in (key, certificate):
        if not path.is_file():
            raise SealRefused("the practice's key or certificate is not where settings say")
    return key, certificate


def _judged(pdf: bytes, signature: Any, context: Any) -> Verdict:
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415 imported late, since it costs a second
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415 imported late, since it costs a second

    status = validate_pdf_signature(signature, context)
    entire = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return Verdict(
        sealed=True,
        intact=status.intact,
        valid=status.valid,
        whole=entire and _nothing_in_the_gap(pdf, signature),
        ours=status.trusted,
        signer=status.signing_cert.subject.native.get("common_name", ""),
    )


def _nothing_in_the_gap(pdf: bytes, signature: Any) -> bool:
    # A signature cannot cover its own place in the file; pyHanko fills what is left of that place
    # with zeros, in capital hexadecimal. Anything else there was put in later.
    from asn1crypto import parser  # noqa: PLC0415 imported late, since it costs a second

    content = bytes(signature.pkcs7_content)
    _, before, after, _ = (int(each) for each in signature.byte_range)
    written = b"<" + content.hex().upper().encode() + b">"
    return pdf[before:after] == written and not any(content[parser.peek(content) :])
