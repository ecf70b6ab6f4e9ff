"""Why a file is sealed, and whom a client may shut out of theirs."""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class SealKind(enum.StrEnum):
    """Why a file is sealed."""

    STAFF = "staff"
    RELATIVE = "relative"
    OTHER = "other"


SEAL_WORDS: Final[Mapping[SealKind, str]] = MappingProxyType(
    {
        SealKind.STAFF: "they work here themselves",
        SealKind.RELATIVE: "somebody close to them works here",
        SealKind.OTHER: "another reason",
    }
)
