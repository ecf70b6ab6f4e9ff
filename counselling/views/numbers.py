"""Small numbers in words, as headlines say them."""

from __future__ import annotations

from typing import Final

_WORDS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
)  # fmt: skip


def spelled(number: int) -> str:
    """Spell a number up to ten."""
    return _WORDS[number] if number < len(_WORDS) else str(number)


def sentence(words: str) -> str:
    """Begin with a capital letter."""
    return words[:1].upper() + words[1:]
