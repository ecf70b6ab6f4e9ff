"""The practice's certificates: the one that seals now, and all that sealed before (ES-15).

They lie in one file, the newest first. A document carries the certificate it was sealed with; it is
ours if that one is in the file, byte for byte.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from counselling import vault
from counselling.errors import CounsellingError

# what was being sealed when the certificate was renewed may be finished with the old one; the new
# one is made to hold ten minutes before it is there
FINISHED_WITHIN: Final = datetime.timedelta(minutes=70)


class SealRefused(CounsellingError):
    """The file could not be sealed so that the seal holds."""


@dataclass(frozen=True, slots=True)
class Known:
    """One certificate of the practice; `superseded` says since when a newer one seals."""

    certificate: Any
    superseded: datetime.datetime | None

    @property
    def fingerprint(self) -> str:
        """Give its SHA-256, as any viewer shows it."""
        return str(self.certificate.sha256.hex())

    def may_have_sealed(self, at: datetime.datetime) -> bool:
        """Say whether it sealed at that instant: while it held, and no newer one was there."""
        holds = self.certificate.not_valid_before <= at <= self.certificate.not_valid_after
        return holds and (self.superseded is None or at < self.superseded + FINISHED_WITHIN)


def known() -> list[Known]:
    """Give the practice's certificates, the newest first."""
    from pyhanko.keys import load_certs_from_pemder  # noqa: PLC0415 imported late, since it costs a second

    try:
        found = list(load_certs_from_pemder([str(_file("PRACTICE_CERTIFICATE_FILE"))]))  # type: ignore[no-untyped-call]  # the package ships no types for it
    except ValueError:
        found = []
    if not found:
        raise SealRefused("the practice's certificate cannot be read")
    since = [None, *(each.not_valid_before for each in found)]
    return [Known(each, then) for each, then in zip(found, since, strict=False)]


def signer() -> Any:
    """Give the signer: the key, and the certificate that fits it."""
    from pyhanko.sign import signers  # noqa: PLC0415 imported late, since it costs a second
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415 imported late, since it costs a second

    try:
        public = vault.signing.document_key(_file("PRACTICE_KEY_FILE"))
    except (ValueError, TypeError) as error:
        raise SealRefused("the practice's key cannot be read") from error
    for one in known():
        if one.certificate.public_key["public_key"].native == public:
            return _by_the_vault(signers)(
                signing_cert=one.certificate,
                signing_key=None,
                cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]  # the package ships no types for it
            )
    raise SealRefused("the practice's key fits none of its certificates")


def _by_the_vault(signers: Any) -> Any:
    """Sign with the vault, which loads the key without testing it; the library tests it thrice.

    One of these is for a rehearsal that only asks how long the signature will be.
    """

    class Signer(signers.SimpleSigner):  # type: ignore[misc]  # a class of a module imported late
        async def async_sign_raw(
            self,
            data: bytes,
            digest_algorithm: str,
            dry_run: bool = False,  # noqa: FBT001, FBT002 the library's signature
        ) -> bytes:
            if digest_algorithm != "sha256":
                raise SealRefused("the practice's seal is made with SHA-256")
            if dry_run:
                return bytes(self.signing_cert.public_key.byte_size)
            return vault.signing.sign_document(_file("PRACTICE_KEY_FILE"), data)

    return Signer


def _file(setting: str) -> Path:
    path = Path(getattr(settings, setting))
    if not path.is_file():
        raise SealRefused("the practice's key or certificate is not where settings say")
    return path
