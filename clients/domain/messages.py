"""Messages that leave the system: neutral words, and the card that decides whether they leave."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from clients.domain.people import Channel
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clients.domain.people import Card

MOST_ATTEMPTS: Final = 5


class MessageState(enum.StrEnum):
    """Where a message stands; `failed` is parked, `dropped` leads nowhere any more."""

    QUEUED = "queued"
    SENT = "sent"
    HELD = "held"
    FAILED = "failed"
    DROPPED = "dropped"


class Template(enum.StrEnum):
    """What a message is for."""

    DOCUMENT = "document"
    COPY = "copy"
    CHANGE = "change"
    NOTICE = "notice"
    SIGN_IN = "sign-in"
    ENTRY = "entry"
    DEVICE = "device"
    APPOINTMENT = "appointment"
    WORDS = "words"


SUBJECT: Final = say("You have a message")
# nothing here says what kind of practice writes, or why: others read over shoulders
_SENTENCES: Final[Mapping[Template, str]] = MappingProxyType(
    {
        Template.DOCUMENT: say("There is a document for you to read."),
        Template.COPY: say("A copy of your document is ready for you."),
        Template.CHANGE: say("A change you asked for has been made."),
        Template.NOTICE: say("There is something new for you to know."),
        Template.SIGN_IN: say("You can now choose how you sign in to your space."),
        Template.ENTRY: say("Here is the link you asked for. It works once, for 15 minutes."),
        Template.DEVICE: say("Somebody signed in as you with a browser we did not know."),
        Template.APPOINTMENT: say("A reminder, as you wished:"),
        Template.WORDS: "",
    }
)
# what needs the client's word before each sending; whoever knows of their words is asked
NEEDS: Final[Mapping[Template, str]] = MappingProxyType(
    {Template.APPOINTMENT: "reminders", Template.WORDS: "email"}
)
TEXTS: Final = "text_messages"

_IGNORE: Final = say("If you did not expect this, ignore it.")
_TELL_US: Final = say("If you did not ask for this, please tell us.")
_NOT_YOU: Final = say("If that was not you, please tell us.")
_IF_NOT: Final[Mapping[Template, str]] = MappingProxyType(
    {Template.CHANGE: _TELL_US, Template.SIGN_IN: _TELL_US, Template.DEVICE: _NOT_YOU}
)


def compose(template: Template, called: str, link: str, words: str = "") -> tuple[str, str]:
    """Give subject and body: a greeting, one sentence, one link, or the words somebody wrote."""
    greeting = say("Hello %(name)s,", name=called) if called else say("Hello,")
    parts = [greeting, _SENTENCES[template], words, link, _IF_NOT.get(template, _IGNORE)]
    return str(SUBJECT), "\n\n".join(str(part) for part in parts if part) + "\n"


def compose_text(template: Template, link: str, words: str = "") -> str:
    """Give a text message: one sentence and one link, and nobody's name."""
    parts = [_SENTENCES[template], words, link]
    return " ".join(str(part) for part in parts if part)


@dataclasses.dataclass(frozen=True, slots=True)
class Deliver:
    """The message goes, now, to this one address, under this name."""

    address: str
    called: str
    by_text: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Later:
    """The message waits for the hours on the card."""

    due_at: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Hold:
    """The message does not go; a person has to do something first."""

    reason: str


NOT_ASKED: Final = "ask how to reach"
NOTHING_ONLINE: Final = "nothing online"
NO_ADDRESS: Final = "no address"
NO_TEXTS: Final = "no permission for text messages"
NOT_BY_TEXT: Final = "not by text message"


def decide_delivery(
    card: Card, email: str, local: datetime.datetime, *, number: str = "", texts: bool = False
) -> Deliver | Later | Hold:
    """Say whether a message may go (CL-07); `local` is the instant on the practice's clock.

    An empty card sends nothing: nobody has asked whether a message is safe. `texts` says that
    text messages can be sent and that the client's word for them holds.
    """
    if card.channel is Channel.NOT_ASKED:
        return Hold(NOT_ASKED)
    if card.channel is Channel.NONE:
        return Hold(NOTHING_ONLINE)
    by_text = card.channel is Channel.TEXT
    if by_text and not texts:
        return Hold(NO_TEXTS)
    address = number if by_text else email
    if not address:
        return Hold(NO_ADDRESS)
    due = _next_hour(card, local)
    return Later(due) if due > local else Deliver(address, card.called, by_text)


def decide_words(template: Template, way: Deliver | Later | Hold) -> Deliver | Later | Hold:
    """Hold what says something back from a text message: the client agreed to e-mail for that."""
    says = template is Template.WORDS and isinstance(way, Deliver) and way.by_text
    return Hold(NOT_BY_TEXT) if says else way


def dialled(phone: str) -> str:
    """Give a telephone number as a gateway takes it: digits only, "" where there are too few."""
    digits = "".join(one for one in phone if one.isdecimal() and one.isascii())
    return digits if len(digits) >= SHORTEST_NUMBER else ""


SHORTEST_NUMBER: Final = 5


def _next_hour(card: Card, local: datetime.datetime) -> datetime.datetime:
    """Give the first instant from `local` on at which a message may arrive."""
    if card.hours is None or card.hours[0] == card.hours[1]:
        return local
    begin, end = card.hours
    clock = local.time()
    inside = begin <= clock < end if begin < end else clock >= begin or clock < end
    if inside:
        return local
    day = local.date() if clock < begin else local.date() + datetime.timedelta(days=1)
    return datetime.datetime.combine(day, begin, tzinfo=local.tzinfo)


def backoff(attempts: int) -> datetime.timedelta:
    """Give the wait before the next attempt: 1, 2, 4, 8 minutes."""
    return datetime.timedelta(minutes=2 ** max(0, attempts - 1))
