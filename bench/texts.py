"""Notes as counsellors write them: 4 KB of words, a third in ASCII, a third with umlauts as often

as in German, a third with the quotation marks and dashes that editors put in.
"""

from __future__ import annotations

import random
from typing import Final

SIZE: Final = 4096
_SOUNDS: Final = (
    "an", "ber", "con", "den", "el", "fer", "gar", "hol", "ing", "jus", "ker", "lo", "men", "nor",
    "os", "par", "qui", "re", "ses", "ter", "un", "ver", "wor", "yes", "zel",
)  # fmt: skip
# every how many words, and what: one letter of 50 in German; two marks to a sentence
_MARKS: Final = ((1, ""), (8, "für"), (10, "“so”"))


def notes(count: int, *, seed: int = 0, plain: bool = False) -> list[str]:
    """Write notes, the same ones for the same seed; `plain` ones are ASCII throughout."""
    chance = random.Random(seed)  # noqa: S311 - texts, not keys
    words = [_word(chance) for _ in range(3000)]
    marks = _MARKS[:1] if plain else _MARKS
    return [_note(chance, words, *marks[number % len(marks)]) for number in range(count)]


def fresh(texts: list[str]) -> list[str]:
    """Copy the texts: Python keeps the UTF-8 of a text it has encoded once, of a new one not."""
    return [text.encode().decode() for text in texts]


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(_SOUNDS, k=chance.randint(1, 4)))


def _note(chance: random.Random, words: list[str], every: int, mark: str) -> str:
    # a few words make most of a text
    drawn = [words[int(len(words) * chance.random() ** 3)] for _ in range(SIZE // 3)]
    if mark:
        drawn[::every] = [mark] * len(drawn[::every])
    return " ".join(drawn).encode()[:SIZE].decode(errors="ignore")
