"""A password may be anything of 8 to 128 characters that is not easily guessed (AU-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LONGEST: Final = 128
# zxcvbn's score of 3 begins a hair above what it gives eight characters of chance; those must do
FEWEST_GUESSES: Final = 10**8
# a word agreed in the room is tried fifteen times at most, and only by who holds the link
FEWEST_OF_A_WORD: Final = 10**4
# zxcvbn takes longer the longer a password is, and refuses more than 72 characters
_LOOKED_AT: Final = 72
_PRACTICE_WORDS: Final = ("counselling", "counselor", "practice", "therapy", "supervisor")


class GuessableValidator:
    """Refuses what zxcvbn thinks is guessed in fewer than 10^8 tries; works offline."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError with what would help."""
        if len(password) > LONGEST:
            message = f"This password is too long: {LONGEST} characters are the most we keep."
            raise ValidationError(message, code="password_too_long")
        name = getattr(user, "name", "")
        known = [*_PRACTICE_WORDS, *str(name).lower().split()]
        found = zxcvbn(password[:_LOOKED_AT], user_inputs=known)
        if found["guesses"] < FEWEST_GUESSES:
            raise ValidationError(_said(found["feedback"]), code="password_guessable")

    def get_help_text(self) -> str:
        """Say what is accepted, before anything is typed."""
        return (
            "Eight characters or more, with spaces if you like. Three or four words that have "
            "nothing to do with each other are easy to remember and hard to guess."
        )


def is_common(word: str) -> str:
    """Say what is wrong with a word that a guesser tries first; empty if it is none."""
    if zxcvbn(word[:_LOOKED_AT], user_inputs=list(_PRACTICE_WORDS))["guesses"] < FEWEST_OF_A_WORD:
        return "This is one of the first words others would try. Take two words."
    return ""


def _said(feedback: dict[str, object]) -> str:
    warning = str(feedback.get("warning") or "").rstrip(".")
    why = f" ({warning[0].lower()}{warning[1:]})" if warning else ""
    return f"This password is easily guessed{why}. Add another word or two."
