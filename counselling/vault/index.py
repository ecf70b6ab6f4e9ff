"""What finds or compares without showing: folded text, keyed indexes, digests."""

from __future__ import annotations

import hashlib
import unicodedata

from counselling.vault import keyring


def fold(value: str) -> str:
    """Fold case, width and compatible forms, so that what people take for equal is equal.

    Unicode's compatibility caseless match (D146), composed; outer blanks are dropped.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", value).casefold())
    return unicodedata.normalize("NFKC", folded.casefold()).strip()


def keyed_index(purpose: str, value: str) -> str:
    """Give the practice's keyed hash of a value; equal values are found, none can be read back."""
    mac = keyring.index_mac(purpose).copy()
    # a sign-in name may be any garbage: it must miss, not fail
    mac.update(value.encode("utf-8", "surrogatepass"))
    return mac.hexdigest()


def digest(thing: str | bytes) -> str:
    """Give the SHA-256 of a text or bytes, in hex."""
    return hashlib.sha256(thing.encode() if isinstance(thing, str) else thing).hexdigest()
