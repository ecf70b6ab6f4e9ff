"""What a sealed file says as data: read back out of it, for comparing it with what is enforced."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

from consent.domain.codec import DoesNotFit
from consent.domain.documents import from_json
from consent.pdf import places

if TYPE_CHECKING:
    from consent.domain.documents import DocumentSource

DATA = "data.json"


def source_in(pdf: bytes) -> DocumentSource:
    """Give what was signed last, as the file itself says it; raises DoesNotFit if it does not."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 imported late, since it costs a second

    try:
        reader = PdfFileReader(BytesIO(pdf))
        seals = len(reader.embedded_signatures)
        said = places.data_in(reader, seals) if seals > 1 else _attached(reader)
        return from_json(json.loads(said))
    except Exception as error:  # a changed byte breaks the reader in every possible way
        raise DoesNotFit("the file does not say as data what it shows") from error


def _attached(reader: Any) -> bytes:
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    files = (one.get_object() for one in list(names) if not isinstance(one, str))
    found = next(one for one in files if one["/UF"] == DATA)
    return bytes(found["/EF"]["/F"].data)
