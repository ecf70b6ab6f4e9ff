"""References: short, random, readable aloud, with no letter that looks like another.

client  7KR2H-H   five characters and one that catches a misread or swapped one
case    K7R-2HM   six characters, no check; a case is looked for among one's own
"""

from __future__ import annotations

import secrets
from typing import Final

# no 0 O Q, 1 I L, U V, 5 S, 8 B: they are misread or misheard; an even number, for the check
ALPHABET: Final = "234679ACDEFGHJKMNPRTWXYZ"
_SIZE: Final = len(ALPHABET)
_CLIENT: Final = 5
_CASE: Final = 6


def new_client_reference() -> str:
    """Draw a reference for a client."""
    drawn = _drawn(_CLIENT)
    return f"{drawn}-{check_character(drawn)}"


def new_case_reference() -> str:
    """Draw a reference for a case."""
    drawn = _drawn(_CASE)
    return f"{drawn[:3]}-{drawn[3:]}"


def _drawn(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def check_character(drawn: str) -> str:
    """Give the Luhn character over our alphabet."""
    total = 0
    for place, character in enumerate(reversed(drawn)):
        value = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += value // _SIZE + value % _SIZE
    return ALPHABET[-total % _SIZE]


def folded(typed: str) -> str:
    """Read a reference as a person types it: case, blanks and dashes do not matter.

    Gives "" for what can be no reference.
    """
    kept = "".join(letter for letter in typed.upper() if letter.isalnum())
    if len(kept) != _CASE or any(letter not in ALPHABET for letter in kept):
        return ""
    return kept


def readings(typed: str) -> tuple[str, ...]:
    """Give the references, of a client and of a case, that somebody may have meant."""
    kept = folded(typed)
    if not kept:
        return ()
    case = f"{kept[:3]}-{kept[3:]}"
    client = f"{kept[:_CLIENT]}-{kept[_CLIENT]}"
    return (client, case) if check_character(kept[:_CLIENT]) == kept[_CLIENT] else (case,)
