"""The practice's seal: a PAdES signature over the whole file; a further one under further words."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from consent.domain.documents import ConsentDocument
from consent.pdf import certificates, places
from consent.pdf.certificates import SealRefused
from consent.pdf.further import further
from consent.pdf.judging import verify

if TYPE_CHECKING:
    from consent.domain.documents import DocumentSource

READABLE_FIELD = "Seal of the practice"
# what a seal says of the file and of itself takes about 500 bytes
OTHERWISE: Final = 1024


def seal(pdf: bytes) -> bytes:
    """The file with the practice's seal (ETSI.CAdES.detached, SHA-256), proven to hold.

    Where places are kept for further signatures, filling them in is all the seal allows; each of
    them is sealed in its turn.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 imported late, since it costs a second

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    kept = _keep_seals(writer)
    return _proven(_signed(writer, 1, changeable=bool(kept)), 1)


def seal_locked(locked: bytes, password: str) -> bytes:
    """The encrypted file with the same seal, made and proven with its password."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 imported late, since it costs a second

    writer = IncrementalPdfFileWriter(BytesIO(locked))
    writer.encrypt(password)  # type: ignore[no-untyped-call]  # the package ships no types for it
    return _proven(_signed(writer, 1, changeable=False), 1, password)


def add(sealed: bytes, source: DocumentSource) -> bytes:
    """The sealed file with a further signature in its place, under a seal of its own (ES-12).

    What was there stays byte for byte, with its seals; nobody signs before their turn.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 imported late, since it costs a second

    verdict = verify(sealed)
    place = source.place if isinstance(source, ConsentDocument) else 0
    if not verdict.holds or not verdict.seals + 1 == place <= verdict.kept:
        raise SealRefused("this place of the file cannot be signed now")
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    places.fill(writer, place, further(source))  # type: ignore[arg-type]  # it has a place, so it is one
    return _proven(_signed(writer, place, changeable=False), place)


def _proven(sealed: bytes, seals: int, password: str = "") -> bytes:
    verdict = verify(sealed, password)
    if not verdict.holds or verdict.seals != seals:
        raise SealRefused("the file was sealed, but its seal does not hold")
    return sealed


def _keep_seals(writer: Any) -> list[int]:
    """Make the fields of the further seals; each locks the place that it seals."""
    from pyhanko.sign import fields  # noqa: PLC0415 imported late, since it costs a second

    kept = places.kept_in(writer)
    for place in kept:
        lock = fields.FieldMDPSpec(
            fields.FieldMDPAction.INCLUDE, [places.words_name(place), places.data_name(place)]
        )
        fields.append_signature_field(writer, _field(fields, place, field_mdp_spec=lock))
    return kept


def _field(fields: Any, place: int, **options: Any) -> Any:
    name = READABLE_FIELD if place == 1 else f"{READABLE_FIELD}, signature {place}"
    # The default widget is an untagged annotation on the page, which breaks PDF/UA.
    return fields.SigFieldSpec(
        places.seal_name(place),
        readable_field_name=name,
        invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True),
        **options,
    )


def _signed(writer: Any, place: int, *, changeable: bool) -> bytes:
    from pyhanko.sign import fields, signers  # noqa: PLC0415 imported late, since it costs a second

    metadata = signers.PdfSignatureMetadata(
        field_name=places.seal_name(place),
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=changeable,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
    )
    maker = certificates.signer()
    signer = signers.PdfSigner(
        metadata,
        signer=maker,
        new_field_spec=_field(fields, place) if place == 1 else None,
    )
    room = _room_for(maker.signing_cert)
    sealed: bytes = signer.sign_pdf(writer, bytes_reserved=room).getvalue()
    return sealed


def _room_for(certificate: Any) -> int:
    """Say how many hexadecimal digits a seal may take, which spares a rehearsal of each.

    It holds the certificate, its issuer twice, a signature as long as the key, and little else;
    what needed more would be refused, not cut off.
    """
    names = 2 * len(certificate.issuer.dump())
    return 2 * (len(certificate.dump()) + names + int(certificate.public_key.byte_size) + OTHERWISE)
