"""Passwords of files: words that are in no dictionary, made by us, told by telephone."""

from __future__ import annotations

import re
import secrets
from typing import Final

_CONSONANTS: Final = "bdfghjklmnprstvz"
_VOWELS: Final = "aiou"
_WORDS: Final = 5
_WORD: Final = rf"(?:[{_CONSONANTS}][{_VOWELS}]){{2}}[{_CONSONANTS}]"
_PASSWORD: Final = re.compile(rf"{_WORD}(?:-{_WORD}){{{_WORDS - 1}}}")


def new_password() -> str:
    """Make one: 80 bits, spoken alike in many languages, as "lusab-babid-gutih-tugad-mizor"."""
    return "-".join(_word() for _ in range(_WORDS))


def is_password(said: str) -> bool:
    """Say whether this is one as we make them; nobody chooses a poorer one."""
    return _PASSWORD.fullmatch(said) is not None


def _word() -> str:
    letters = (_CONSONANTS, _VOWELS, _CONSONANTS, _VOWELS, _CONSONANTS)
    return "".join(secrets.choice(each) for each in letters)
