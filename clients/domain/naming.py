"""How people are looked for by name: by the beginnings of its words, however these are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from counselling.accounts.domain.kin import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clients.domain.people import Identity

# one letter says nothing, and would tell a thief of the index how many names begin with it
SHORTEST: Final = 2
MOST_WORDS: Final = 6
# written large at the beginning of a sentence, and the beginning of many a name
_EVERYDAY: Final = frozenset(
    {
        "all", "alle", "als", "also", "and", "aber", "auf", "bei", "but", "can", "das", "den",
        "der", "die", "ein", "eine", "for", "from", "has", "had", "her", "hers", "his", "ihr",
        "ihre", "ist", "kam", "man", "mit", "nach", "she", "sie", "that", "the", "then", "there",
        "they", "this", "und", "war", "was", "wer", "wie", "will", "wir", "with", "would",
    }
)  # fmt: skip
_SHORTEST_IN_TEXTS: Final = 3
_WORD: Final = re.compile(r"[^\W_]+")


def beginnings_of(identity: Identity) -> set[str]:
    """Give every beginning by which somebody may be looked for."""
    name = f"{identity.given} {identity.family} {identity.called}"
    return {word[:length] for word in words_of(name) for length in range(SHORTEST, len(word) + 1)}


def looked_for(typed: str) -> list[str]:
    """Give the beginnings somebody typed; what is shorter than two letters is left away."""
    return [word for word in words_of(typed) if len(word) >= SHORTEST][:MOST_WORDS]


def looked_for_in(texts: Iterable[str]) -> set[str]:
    """Give the words of texts that may be somebody's name: those written large, without an s.

    The index knows beginnings only; so what begins many a name and is an everyday word is left.
    """
    written = {said for text in texts for said in text.split()}
    large = {word for said in written for word in _WORD.findall(said) if word[0].isupper()}
    found: set[str] = set()
    for word in {folded for one in large for folded in words_of(one)}:
        found |= {word, word.removesuffix("s")}
    return {word for word in found - _EVERYDAY if len(word) >= _SHORTEST_IN_TEXTS}
