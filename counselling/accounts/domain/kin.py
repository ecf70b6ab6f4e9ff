"""How names and addresses are written to be compared, and nothing else: by whom one may be kin."""

from __future__ import annotations

import enum
import re
import unicodedata
from typing import Final

LONGEST: Final = 24
_WORD: Final = re.compile(r"[^\W_]+")
# "von Berg" and "Berg" are one family more often than two
_PARTICLES: Final = frozenset({"von", "van", "de", "der", "den", "zu", "la", "le", "del", "di"})
_STREET: Final = re.compile(r"(strasse|straße|street|str)$")


class Sign(enum.StrEnum):
    """By what somebody may be kin to who works here."""

    SURNAME = "surname"
    ADDRESS = "address"
    # says that there is none, so that a client without is not asked for again
    NONE = "none"


def words_of(name: str) -> list[str]:
    """Give the words of a name without case and accents, each once."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", name.casefold())
        if not unicodedata.combining(letter)
    )
    return list(dict.fromkeys(word[:LONGEST] for word in _WORD.findall(bare.casefold())))


def surnames_of(family: str) -> set[str]:
    """Give the surnames in a family name; of "Ortiz-Berg" both, since one may be a parent's."""
    return {word for word in words_of(family) if word not in _PARTICLES and len(word) > 1}


def surname_of_staff(name: str) -> set[str]:
    """Give the surnames in the name of somebody who works here: what comes after the first name."""
    return surnames_of(" ".join(name.split()[1:]))


def address_of(written: str) -> str:
    """Give an address without what is written in many ways; "" for one without a house number."""
    words = [_STREET.sub("str", word) or "str" for word in words_of(written.replace("ß", "ss"))]
    if not any(word[0].isdigit() for word in words):
        return ""
    return " ".join(sorted(set(words)))
