"""Whether two clients named the same recipient: recipients are kept apart for each client."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consent.domain.documents import RecipientShown


def same_recipient(one: RecipientShown, other: RecipientShown) -> bool:
    """Say whether both mean the same: name, organisation and address; the role is each client's.

    What is written otherwise is somebody else: then nothing is shared that should not be.
    """
    return bool(one.name.strip()) and _key(one) == _key(other)


def same_name(one: str, other: str) -> bool:
    """Say whether two names are written alike but for case and blanks."""
    return bool(one.strip()) and _plain(one) == _plain(other)


def _key(one: RecipientShown) -> tuple[str, ...]:
    return tuple(map(_plain, (one.name, one.organisation, one.address)))


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
