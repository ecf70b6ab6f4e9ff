"""What staff hear of from a client's space, in words."""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class NewsKind(enum.StrEnum):
    """What happened."""

    GUESSED = "guessed"
    CARD = "card"
    OFFLINE = "offline"
    SHUT_OUT = "shut_out"


NEWS_WORDS: Final[Mapping[NewsKind, str]] = MappingProxyType(
    {
        NewsKind.GUESSED: "five wrong words were given at a link to their space; it is dead",
        NewsKind.CARD: "changed how they may be reached",
        NewsKind.OFFLINE: "chose that nothing is to be online; their sign-in has ended",
        NewsKind.SHUT_OUT: "said who may not open their file: see who cares for them",
    }
)
