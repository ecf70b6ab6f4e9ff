"""A link for a recipient: its second secret, what ends it, where it stands, and the letters."""

from __future__ import annotations

import datetime
import enum
import secrets
from typing import TYPE_CHECKING, Final

from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Mapping

# what the database says while the log is found not to be whole; a test holds the two together
FROZEN: Final = (
    "The log of this practice is being looked into. Until that is done nothing is shared, "
    "but what an immediate danger asks for."
)
WRONG_SECRETS: Final = 5
IDLE: Final = datetime.timedelta(minutes=30)
SECRET_LENGTH: Final = 8
# spoken over a telephone no two of these are taken for each other
SPOKEN: Final[Mapping[str, str]] = {
    "A": "Alfa", "C": "Charlie", "F": "Foxtrot", "H": "Hotel", "J": "Juliett", "K": "Kilo",
    "L": "Lima", "M": "Mike", "P": "Papa", "Q": "Quebec", "R": "Romeo", "T": "Tango",
    "U": "Uniform", "W": "Whiskey", "X": "X-ray", "Y": "Yankee", "Z": "Zulu",
    "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven", "8": "eight",
}  # fmt: skip


class LetterKind(enum.StrEnum):
    """What a letter to a recipient is for."""

    LINK = "link"
    ENDED = "ended"


class LetterState(enum.StrEnum):
    """Where a letter stands; `unsure` was on its way when the worker died: never sent again."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"
    DROPPED = "dropped"


class WhyEnded(enum.StrEnum):
    """Why a link leads nowhere any more; the recipient is never told which."""

    FINISHED = "finished"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    GUESSED = "guessed"
    REPLACED = "replaced"


class ToldBy(enum.StrEnum):
    """How the second secret reaches the recipient; never by e-mail, where the link went."""

    PHONE = "phone"
    POST = "post"
    IN_PERSON = "in_person"


class Stands(enum.StrEnum):
    """Where a link stands now, for those who sent it and for the client."""

    WAITING = "waiting"
    NOT_SENT = "not_sent"
    UNSURE = "unsure"
    SENT = "sent"
    OPENED = "opened"
    USED_UP = "used_up"
    EXPIRED = "expired"
    FINISHED = "finished"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    GUESSED = "guessed"
    REPLACED = "replaced"


STAND_WORDS: Final[Mapping[Stands, str]] = {
    Stands.WAITING: say("on its way"),
    Stands.NOT_SENT: say("the letter could not be sent"),
    Stands.UNSURE: say("not known whether the letter went"),
    Stands.SENT: say("sent, not opened"),
    Stands.OPENED: say("opened"),
    Stands.USED_UP: say("opened as often as it may be"),
    Stands.EXPIRED: say("expired"),
    Stands.FINISHED: say("the recipient has finished"),
    Stands.REVOKED: say("taken back"),
    Stands.WITHDRAWN: say("ended with the permission"),
    Stands.GUESSED: say("closed after five wrong secrets"),
    Stands.REPLACED: say("replaced by a newer link"),
}
STAND_CHIPS: Final[Mapping[Stands, str]] = {
    Stands.WAITING: "wait",
    Stands.NOT_SENT: "alert",
    Stands.UNSURE: "alert",
    Stands.SENT: "wait",
    Stands.OPENED: "yes",
    Stands.GUESSED: "alert",
}
TOLD_BY_WORDS: Final[Mapping[ToldBy, str]] = {
    ToldBy.PHONE: "by telephone",
    ToldBy.POST: "by post",
    ToldBy.IN_PERSON: "in person",
}
# how something went, for a line that lists it
CHANNEL_WORDS: Final[Mapping[str, str]] = {
    "paper": say("on paper"),
    "link": say("through a link"),
    "file": say("as a file with a password"),
}


def make_secret() -> str:
    """Make a second secret: eight characters that are told apart when spoken."""
    return "".join(secrets.choice("".join(SPOKEN)) for _ in range(SECRET_LENGTH))


def fold_secret(typed: str) -> str:
    """Take a secret as somebody types what they heard: any case, with spaces or dashes."""
    return "".join(one for one in typed.upper() if one.isalnum())


def spoken(secret: str) -> str:
    """Spell a secret out: Kilo, four, ..."""
    return ", ".join(SPOKEN[one] for one in secret)


def decide_stands(
    *,
    why_ended: str,
    letter: LetterState,
    expired: bool,
    stopped: bool,
    opened: int,
    most: int,
) -> Stands:
    """Say where a link stands: what ended it first, then the clock, then how often it was read."""
    if why_ended:
        return Stands(why_ended)
    if stopped:
        return Stands.WITHDRAWN
    if expired:
        return Stands.EXPIRED
    if opened:
        return Stands.USED_UP if opened >= most else Stands.OPENED
    return _LETTERS[letter]


_LETTERS: Final[Mapping[LetterState, Stands]] = {
    LetterState.QUEUED: Stands.WAITING,
    LetterState.SENDING: Stands.WAITING,
    LetterState.SENT: Stands.SENT,
    LetterState.FAILED: Stands.NOT_SENT,
    LetterState.UNSURE: Stands.UNSURE,
    LetterState.DROPPED: Stands.WITHDRAWN,
}

_SUBJECT: Final = say("You have a message")
_HELLO: Final = say("Hello,")
_BODIES: Final[Mapping[LetterKind, tuple[str, ...]]] = {
    LetterKind.LINK: (
        say("There is a document for you to read."),
        say("You need a second word to open it. It is told to you in another way."),
    ),
    LetterKind.ENDED: (
        say("You received something from us. The permission it was given under has ended."),
        say("Please keep to the notice it came with, and do not pass it on."),
    ),
}
_IGNORE: Final = say("If you did not expect this, ignore it.")


def compose_letter(kind: LetterKind, link: str) -> tuple[str, str]:
    """Give subject and body: nobody's name, nothing of what it is about, nothing attached."""
    first, second = _BODIES[kind]
    parts = [_HELLO, first, link, second, _IGNORE if kind is LetterKind.LINK else ""]
    return str(_SUBJECT), "\n\n".join(str(part) for part in parts if part) + "\n"
