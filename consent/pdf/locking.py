"""A copy of a sealed file that opens with a password: encrypted (AES-256), then sealed anew."""

from __future__ import annotations

import re
import secrets
from io import BytesIO
from typing import Any, Final

from consent.domain.passwords import is_password
from consent.pdf.certificates import SealRefused
from consent.pdf.sealing import seal_locked

# what a program says of a file that is for keeping: a file with a password is not
_FOR_KEEPING: Final = re.compile(
    rb"<pdfaid:(part|conformance)>[^<]*</pdfaid:\1>|pdfaid:(?:part|conformance)=\"[^\"]*\""
)


def lock(sealed: bytes, password: str) -> bytes:
    """Give what was sealed under a password: encrypted, and then sealed, both proven to hold.

    A seal is over the bytes of a file, and encrypting changes each of them; so it is taken as it
    was before its seal. The sealed file that is kept stays as it is.
    """
    from pyhanko.pdf_utils.crypt import AuthStatus  # noqa: PLC0415 imported late, since it costs a second
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 imported late, since it costs a second

    if not is_password(password):
        raise SealRefused("this is no password of ours")
    locked = seal_locked(_encrypted(_before_its_seal(sealed), password), password)
    reader = PdfFileReader(BytesIO(locked))
    if reader.decrypt("").status is not AuthStatus.FAILED:
        raise SealRefused("the file was to be locked, but it opens without its password")
    return locked


def _before_its_seal(sealed: bytes) -> bytes:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 imported late, since it costs a second

    first = PdfFileReader(BytesIO(sealed)).xrefs.get_startxref_for_revision(0)
    end = sealed.index(b"%%EOF", first) + len(b"%%EOF")
    return sealed[:end] + b"\n"


def _encrypted(pdf: bytes, password: str) -> bytes:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 imported late, since it costs a second
    from pyhanko.pdf_utils.writer import copy_into_new_writer  # noqa: PLC0415 imported late, since it costs a second

    writer = copy_into_new_writer(PdfFileReader(BytesIO(pdf)))
    _no_longer_for_keeping(writer)
    # nobody has the owner's password: who opens it has all there is. A code of the format's own
    # against changes would stand unsigned in the seal, which says more already
    writer.encrypt(owner_pass=secrets.token_hex(32), user_pass=password, pdf_mac=False)  # type: ignore[no-untyped-call]  # the package ships no types for it
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # the package ships no types for it
    return out.getvalue()


def _no_longer_for_keeping(writer: Any) -> None:
    from pyhanko.pdf_utils.metadata.xmp_xml import MetadataStream  # noqa: PLC0415 imported late, since it costs a second

    said = _FOR_KEEPING.sub(b"", writer.root["/Metadata"].data)
    writer.root["/Metadata"] = writer.add_object(MetadataStream(stream_data=said))
