"""The hash by which a pack is known: in the accounting, and by who previewed it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from consent.domain.codec import encode
from consent.domain.documents import text_sha256

if TYPE_CHECKING:
    from consent.domain.documents import Pack

# stands for the number of a document that is not made yet: of a preview
NOT_YET: Final = "0" * 8


def content_sha256(pack: Pack) -> str:
    """Give the hash of exactly what goes (DS-01), as redacted."""
    said = encode(pack)
    # a pack from before names were left out is known by the hash it had
    if not pack.left_out:
        del said["left_out"]
    return text_sha256(json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
