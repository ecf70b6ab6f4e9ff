"""The check of a file: every seal on it, each as its own revision, and nothing besides."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from consent.pdf import certificates, places

if TYPE_CHECKING:
    import datetime

    from consent.pdf.certificates import Known


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a file found; `superseded` says since when a newer certificate seals.

    Where several people signed, each word is about all seals, `seals` says how many there are and
    `kept` how many signatures the file has room for.
    """

    sealed: bool
    intact: bool
    valid: bool
    whole: bool
    ours: bool
    signer: str
    signed_at: datetime.datetime | None = None
    certificate: str = ""
    superseded: datetime.datetime | None = None
    seals: int = 1
    kept: int = 1

    @property
    def holds(self) -> bool:
        """Sealed by this practice, over the entire file, and not a byte changed."""
        return self.sealed and self.intact and self.valid and self.whole and self.ours


NOT_SEALED = Verdict(
    sealed=False, intact=False, valid=False, whole=False, ours=False, signer="", seals=0
)


def verify(pdf: bytes, password: str = "") -> Verdict:
    """Check the seals of a file; one that is broken, no PDF or without a seal is not sealed.

    Each is judged at the instant it says it was made at, which it covers: a certificate that has
    ended since, or was replaced by a newer one, sealed it all the same (ES-15).
    """
    ours = certificates.known()
    try:
        return _judged(pdf, ours, password)
    except Exception:  # noqa: BLE001  a changed byte breaks the reader in every possible way
        return NOT_SEALED


def _judged(pdf: bytes, ours: list[Known], password: str) -> Verdict:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 imported late, since it costs a second

    reader = PdfFileReader(BytesIO(pdf))
    if password:
        reader.decrypt(password)
    seals = list(reader.embedded_signatures)
    if not seals:
        return NOT_SEALED
    room = [1, *places.keeps(reader)]
    verdicts = [
        _seal(pdf, seal, ours, last=at == len(seals)) for at, seal in enumerate(seals, start=1)
    ]
    ordered = [seal.field_name for seal in seals] == [
        places.seal_name(place) for place in room[: len(seals)]
    ]
    newest = verdicts[-1]
    return Verdict(
        sealed=True,
        intact=all(one.intact for one in verdicts),
        valid=all(one.valid for one in verdicts),
        whole=ordered and all(one.whole for one in verdicts),
        ours=all(one.ours for one in verdicts),
        signer=newest.signer,
        signed_at=newest.signed_at,
        certificate=newest.certificate,
        superseded=newest.superseded,
        seals=len(seals),
        kept=len(room),
    )


def _seal(pdf: bytes, signature: Any, ours: list[Known], *, last: bool) -> Verdict:
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415 imported late, since it costs a second
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 imported late, since it costs a second

    at = signature.self_reported_timestamp
    context = ValidationContext(
        trust_roots=[each.certificate for each in ours], allow_fetching=False, moment=at
    )
    status = validate_pdf_signature(signature, context)
    mine = next(
        (one for one in ours if one.certificate.dump() == signature.signer_cert.dump()), None
    )
    return Verdict(
        sealed=True,
        intact=status.intact,
        valid=status.valid,
        whole=_covers(status, last=last) and _nothing_in_the_gap(pdf, signature),
        ours=status.trusted and mine is not None and mine.may_have_sealed(at),
        signer=status.signing_cert.subject.native.get("common_name", ""),
        signed_at=at,
        certificate=signature.signer_cert.sha256.hex(),
        superseded=mine.superseded if mine else None,
    )


def _covers(status: Any, *, last: bool) -> bool:
    """Say whether a seal covers all there was, and what came after only filled kept places."""
    from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: PLC0415 imported late, since it costs a second
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415 imported late, since it costs a second

    if last:
        return bool(status.coverage is SignatureCoverageLevel.ENTIRE_FILE)
    return bool(
        status.coverage is SignatureCoverageLevel.ENTIRE_REVISION
        and status.modification_level <= ModificationLevel.FORM_FILLING
        and status.docmdp_ok
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
