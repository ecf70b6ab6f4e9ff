"""The practice's seal: a PAdES signature over the whole file, and the check of it."""

import datetime
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from consent.pdf import certificates
from consent.pdf.certificates import Known, SealRefused

FIELD = "Seal"
READABLE_FIELD = "Seal of the practice"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a file found; `superseded` says since when a newer certificate seals."""

    sealed: bool
    intact: bool
    valid: bool
    whole: bool
    ours: bool
    signer: str
    signed_at: datetime.datetime | None = None
    certificate: str = ""
    superseded: datetime.datetime | None = None

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
    """Check the seal of a file; a file that is broken, no PDF or without a seal is not sealed.

    It is judged at the instant it says it was sealed at, which the seal covers: a certificate that
    has ended since, or was replaced by a newer one, sealed it all the same (ES-15).
    """
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 imported late, since it costs a second

    ours = certificates.known()
    try:
        (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
        return _judged(pdf, signature, ours)
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
    signer = signers.PdfSigner(metadata, signer=certificates.signer(), new_field_spec=field)
    sealed: bytes = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf))).getvalue()
    return sealed


def _judged(pdf: bytes, signature: Any, ours: list[Known]) -> Verdict:
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415 imported late, since it costs a second
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415 imported late, since it costs a second
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 imported late, since it costs a second

    at = signature.self_reported_timestamp
    context = ValidationContext(
        trust_roots=[each.certificate for each in ours], allow_fetching=False, moment=at
    )
    status = validate_pdf_signature(signature, context)
    entire = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    mine = next(
        (one for one in ours if one.certificate.dump() == signature.signer_cert.dump()), None
    )
    return Verdict(
        sealed=True,
        intact=status.intact,
        valid=status.valid,
        whole=entire and _nothing_in_the_gap(pdf, signature),
        ours=status.trusted and mine is not None and mine.may_have_sealed(at),
        signer=status.signing_cert.subject.native.get("common_name", ""),
        signed_at=at,
        certificate=signature.signer_cert.sha256.hex(),
        superseded=mine.superseded if mine else None,
    )


def _nothing_in_the_gap(pdf: bytes, signature: Any) -> bool:
    """Say whether the seal's own place in the file holds the seal and zeros, to the last digit.

    A seal cannot cover its own place, and what wraps a signature is not signed. So it is made anew
    from what is signed and compared: every other byte there has one value it may have.
    """
    content = bytes(signature.pkcs7_content)
    _, before, after, _ = (int(each) for each in signature.byte_range)
    written = b"<" + content.hex().upper().encode() + b">"
    made = _made_anew(signature)
    return pdf[before:after] == written and content == made.ljust(len(content), b"\0")


def _made_anew(signature: Any) -> bytes:
    """Wrap signed attributes, signature and certificate as our signer does (RFC 5652)."""
    from asn1crypto import cms  # noqa: PLC0415 imported late, since it costs a second

    said, certificate = signature.signer_info, signature.signer_cert
    sha256 = {"algorithm": "sha256"}
    issuer = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer}),
        "digest_algorithm": sha256,
        "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signed_attrs": cms.CMSAttributes.load(said["signed_attrs"].untag().dump(force=True)),
        "signature": said["signature"].native,
    }
    wrapped = {
        "version": "v1",
        "digest_algorithms": [sha256],
        "encap_content_info": {"content_type": "data"},
        "certificates": [certificate],
        "signer_infos": [info],
    }
    whole = {"content_type": "signed_data", "content": cms.SignedData(wrapped)}
    # not by force: what is not made here is the certificate, which is compared byte for byte
    made: bytes = cms.ContentInfo(whole).dump()
    return made
