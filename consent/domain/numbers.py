"""The number inside a PDF: it stays when somebody changes the file, so a changed one is known."""

from __future__ import annotations

import re
from typing import Final

# what a program writes at the end of a file: [<32 digits> <32 digits>]; the first one stays
_ID: Final = re.compile(rb"/ID\s{0,8}\[\s{0,8}<([0-9A-Fa-f]{32})>")
_NUMBER: Final = re.compile(r"[0-9a-f]{32}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
MOST: Final = 8


def numbers_in(pdf: bytes) -> list[str]:
    """Give the numbers a file carries, each once, in their order; eight at most."""
    found = (one[1].decode().lower() for one in _ID.finditer(pdf))
    return list(dict.fromkeys(found))[:MOST]


def is_sha256(text: str) -> bool:
    """Say whether this is written as a SHA-256 is."""
    return bool(_SHA256.fullmatch(text))


def read_numbers(text: str) -> list[str]:
    """Give the numbers a browser found, leaving out whatever is none."""
    found = (one for one in text.lower().split(",") if _NUMBER.fullmatch(one))
    return list(dict.fromkeys(found))[:MOST]
