"""The rules of coming in by a link and a word: how long, how often, and which words will do."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from counselling.accounts.domain.allowances import Allowance
from counselling.accounts.domain.entry import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

LINK_LASTS: Final = datetime.timedelta(minutes=15)
RESET_LINK_LASTS: Final = datetime.timedelta(hours=1)
# so long what was asked for is still worth sending
WORTH_SENDING: Final = datetime.timedelta(minutes=10)
WRONG_WORDS: Final = 5
# over all links since the last right word: then a new one is agreed, in the room
WRONG_WORDS_EVER: Final = 15
DEVICE_REMEMBERED: Final = datetime.timedelta(days=180)

# links asked for one name from one address, from everywhere, and for all names from one address
LINKS_FROM_HERE: Final = Allowance("link from here", burst=5, regain=300)
LINKS_EVERYWHERE: Final = Allowance("link", burst=15, regain=600)
LINKS_OF_ADDRESS: Final = Allowance("links of an address", burst=30, regain=60)

FEWEST_LETTERS: Final = 8
LONGEST_WORD: Final = 80


class Purpose(enum.StrEnum):
    """What a link is for."""

    ENTRY = "entry"
    RESET = "reset"


@dataclasses.dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that is still good: what it is for, and whether it asks for the word as well."""

    purpose: Purpose
    asks_word: bool


@dataclasses.dataclass(frozen=True, slots=True)
class LinkToSend:
    """A link that was asked for and is not sent yet: for whom, and whether that is staff."""

    account: UUID
    purpose: Purpose
    is_staff: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Tried:
    """What came of a word: where it leads, whose it was, how many tries the link has left."""

    outcome: Outcome
    wait: int = 0
    left: int = 0
    account: UUID | None = None

    @property
    def guessed(self) -> bool:
        """Say whether this wrong word was the link's last."""
        return self.outcome is Outcome.WRONG and self.left == 0


def fold_word(typed: str) -> str:
    """Take a word as people say it: capitals, blanks and the way letters are put do not matter."""
    folded = unicodedata.normalize("NFKC", typed).casefold()
    return " ".join(re.sub(r"[-\s]+", " ", folded).split())


def decide_word(typed: str, known: Iterable[str] = ()) -> str:
    """Say what is wrong with a word to agree on; empty if it will do.

    `known` is what others know of the person: their names, their address.
    """
    word = fold_word(typed)
    letters = sum(one.isalnum() for one in word)
    if len(word) > LONGEST_WORD:
        return f"Keep it under {LONGEST_WORD} letters, so that it can be remembered."
    if letters < FEWEST_LETTERS:
        return "Take two words, or one of at least eight letters."
    if len(set(word) - {" "}) < 4:  # noqa: PLR2004 fewer different letters are a pattern
        return "This is too easy to guess. Take two words that do not belong together."
    if any(part in word for part in _parts(known)):
        return "Take nothing that others know of them: no name, no date, no address."
    return ""


def _parts(known: Iterable[str]) -> Iterable[str]:
    for one in known:
        for part in re.split(r"[\s@._+-]+", fold_word(one)):
            if len(part) > 2:  # noqa: PLR2004 two letters are in every other word
                yield part


def link_lasts(purpose: Purpose) -> datetime.timedelta:
    """Give how long a link of a kind is good once it is sent (AU-07)."""
    return RESET_LINK_LASTS if purpose is Purpose.RESET else LINK_LASTS
