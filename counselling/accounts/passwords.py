"""A password may be anything of 8 to 128 characters that is not easily guessed (AU-04)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Mapping

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
            message = say(
                "This password is too long: %(most)s characters are the most we keep.", most=LONGEST
            )
            raise ValidationError(message, code="password_too_long")
        name = getattr(user, "name", "")
        known = [*_PRACTICE_WORDS, *str(name).lower().split()]
        found = zxcvbn(password[:_LOOKED_AT], user_inputs=known)
        if found["guesses"] < FEWEST_GUESSES:
            raise ValidationError(_said(found["feedback"]), code="password_guessable")

    def get_help_text(self) -> str:
        """Say what is accepted, before anything is typed."""
        return say(
            "Eight characters or more, with spaces if you like. Three or four words that have "
            "nothing to do with each other are easy to remember and hard to guess."
        )


def is_common(word: str) -> str:
    """Say what is wrong with a word that a guesser tries first; empty if it is none."""
    if zxcvbn(word[:_LOOKED_AT], user_inputs=list(_PRACTICE_WORDS))["guesses"] < FEWEST_OF_A_WORD:
        return say("This is one of the first words others would try. Take two words.")
    return ""


def _said(feedback: dict[str, object]) -> str:
    why = _WHY.get(str(feedback.get("warning") or ""))
    if why is None:
        return say("This password is easily guessed. Add another word or two.")
    return say("This password is easily guessed (%(why)s). Add another word or two.", why=why)


# what zxcvbn says, in words of ours
_WHY: Final[Mapping[str, str]] = MappingProxyType({
    "This is a top-10 common password.": say("it is a top-10 common password"),
    "This is a top-100 common password.": say("it is a top-100 common password"),
    "This is a very common password.": say("it is a very common password"),
    "This is similar to a commonly used password.": say("it is like a common password"),
    "A word by itself is easy to guess.": say("a word by itself is easy to guess"),
    "Names and surnames by themselves are easy to guess.": say("names are easy to guess"),
    "Common names and surnames are easy to guess.": say("names are easy to guess"),
    "Straight rows of keys are easy to guess.": say("rows of keys are easy to guess"),
    "Short keyboard patterns are easy to guess.": say("rows of keys are easy to guess"),
    'Repeats like "aaa" are easy to guess.': say("repeats are easy to guess"),
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': say(
        "repeats are easy to guess"
    ),
    'Sequences like "abc" or "6543" are easy to guess.': say("sequences are easy to guess"),
    "Recent years are easy to guess.": say("recent years are easy to guess"),
    "Dates are often easy to guess.": say("dates are often easy to guess"),
})  # fmt: skip
