"""How people are looked for by name: by the beginnings of its words, however these are written."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from clients.domain.people import Identity

# one letter says nothing, and would tell a thief of the index how many names begin with it
SHORTEST: Final = 2
LONGEST: Final = 24
MOST_WORDS: Final = 6
_WORD: Final = re.compile(r"[^\W_]+")


def words_of(name: str) -> list[str]:
    """Give the words of a name without case and accents, each once."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", name.casefold())
        if not unicodedata.combining(letter)
    )
    return list(dict.fromkeys(word[:LONGEST] for word in _WORD.findall(bare.casefold())))


def beginnings_of(identity: Identity) -> set[str]:
    """Give every beginning by which somebody may be looked for."""
    name = f"{identity.given} {identity.family} {identity.called}"
    return {word[:length] for word in words_of(name) for length in range(SHORTEST, len(word) + 1)}


def looked_for(typed: str) -> list[str]:
    """Give the beginnings somebody typed; what is shorter than two letters is left away."""
    return [word for word in words_of(typed) if len(word) >= SHORTEST][:MOST_WORDS]
