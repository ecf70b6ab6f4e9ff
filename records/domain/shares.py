"""Where something that is to be shared stands: said by its facts, and never stored."""

from __future__ import annotations

import dataclasses
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from audit.domain import Act, EventKind, register
from consent.domain.covers import Category

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Level(enum.StrEnum):
    """How much goes, the least first (DS-04)."""

    ATTENDANCE = "attendance"
    SUMMARY = "summary"
    NOTES = "notes"
    PROCESS_NOTES = "process_notes"


class Channel(enum.StrEnum):
    """The way it goes."""

    PAPER = "paper"
    LINK = "link"
    FILE = "file"


class Resume(enum.StrEnum):
    """What happens by itself when the client agrees to what was asked for it."""

    LOOK = "look"
    SEND = "send"


class Back(enum.StrEnum):
    """Why something that was to be sent by itself came back to a person."""

    REFUSED = "refused"
    CHANGED = "changed"
    GATE = "gate"


class Answer(enum.StrEnum):
    """What a client says of what they were shown first."""

    FINE = "fine"
    NOT_RIGHT = "not_right"


class ShareState(enum.StrEnum):
    """Where it stands; the value is the word on the chip."""

    DROPPED = "taken back"
    SENT = "sent"
    BACK = "came back"
    CHOOSING = "being prepared"
    NO_PERMISSION = "no permission"
    ASKED = "the client was asked"
    SECOND_PERSON = "waits for a second person"
    SHOWN = "the client is reading it"
    NOT_RIGHT = "not right, says the client"
    RELEASE = "waits for a supervisor"
    AGREED = "agreed: look once more and send"
    READY = "ready to send"


CATEGORY_OF: Final[Mapping[Level, Category]] = MappingProxyType({
    Level.ATTENDANCE: Category.ATTENDANCE,
    Level.SUMMARY: Category.SUMMARY,
    Level.NOTES: Category.SESSION_NOTES,
    Level.PROCESS_NOTES: Category.PROCESS_NOTES,
})  # fmt: skip
# more notes than these want a reason, as all of them do (DS-04)
FEW_NOTES: Final = 10
LONGEST_LETTER: Final = 20_000
LONGEST_REASON: Final = 2_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShareFacts:
    """What decides where a share stands; nothing sealed."""

    sent: bool = False
    dropped: bool = False
    back: str = ""
    # how much, and of what
    chosen: bool = False
    # looked at as the recipient will see it
    previewed: bool = False
    # whether the client's word or the law lets it go now
    allowed: bool = False
    # a form about it is out
    asked: bool = False
    # it rests on a legal basis that nobody else has released yet
    basis_waits: bool = False
    # a subpoena asks for it, it is locked, and nobody else has let it go yet
    release_waits: bool = False
    # the second person sent it back: it is prepared anew
    sent_back: bool = False
    # somebody agreed after it was prepared, and wants to look again
    resumed: bool = False
    shown: bool = False
    answer: str = ""
    # whoever prepared it said to send without waiting
    unwaited: bool = False
    release_asked: bool = False


def derive_state(facts: ShareFacts) -> ShareState:
    """Say where a share stands, what stops it first named first."""
    for state, holds in _ORDER:
        if holds(facts):
            return state
    return ShareState.READY


_ORDER: Final[tuple[tuple[ShareState, Callable[[ShareFacts], bool]], ...]] = (
    (ShareState.DROPPED, lambda one: one.dropped),
    (ShareState.SENT, lambda one: one.sent),
    (ShareState.BACK, lambda one: bool(one.back) or one.sent_back),
    (ShareState.SECOND_PERSON, lambda one: one.basis_waits or one.release_waits),
    (ShareState.CHOOSING, lambda one: not one.chosen),
    (ShareState.ASKED, lambda one: not one.allowed and one.asked),
    (ShareState.NO_PERMISSION, lambda one: not one.allowed),
    (ShareState.CHOOSING, lambda one: not one.previewed),
    (ShareState.NOT_RIGHT, lambda one: one.answer == Answer.NOT_RIGHT and not one.unwaited),
    (ShareState.SHOWN, lambda one: one.shown and not one.answer and not one.unwaited),
    (ShareState.RELEASE, lambda one: one.release_asked),
    (ShareState.AGREED, lambda one: one.resumed),
)


def wants_reason(level: str, chosen: int, there: int) -> bool:
    """Say whether so much has to be explained: the whole file, or more than a few notes (DS-04)."""
    return level in {Level.NOTES, Level.PROCESS_NOTES} and (
        chosen > FEW_NOTES or (chosen == there and there > 1)
    )


SHARE_BEGUN: Final = EventKind("share.begun", Act.CREATE, "began to prepare something to share")
SHARE_OPENED: Final = EventKind("share.opened", Act.READ, "opened what is prepared to be shared")
SHARE_CHOSEN: Final = EventKind("share.chosen", Act.UPDATE, "chose what is shared")
SHARE_WRITTEN: Final = EventKind("share.written", Act.UPDATE, "worked on a letter to be shared")
SHARE_PREVIEWED: Final = EventKind(
    "share.previewed", Act.READ, "looked at what is shared as the recipient will"
)
SHARE_SHOWN: Final = EventKind(
    "share.shown-first", Act.CREATE, "showed the client first what is to be shared"
)
SHARE_READ_FIRST: Final = EventKind(
    "share.read-first", Act.READ, "read what is to be shared before it goes"
)
SHARE_ANSWERED: Final = EventKind(
    "share.answered", Act.CREATE, "said what they think of what is to be shared"
)
SHARE_UNWAITED: Final = EventKind(
    "share.not-waited", Act.UPDATE, "sends without waiting for the client's word on it"
)
SHARE_RESUMES: Final = EventKind(
    "share.resumes", Act.UPDATE, "said what happens when the client agrees"
)
SHARE_RELEASE_ASKED: Final = EventKind(
    "share.release-asked", Act.UPDATE, "asked their supervisor to send what they prepared"
)
SHARE_GIVEN_BACK: Final = EventKind(
    "share.given-back", Act.UPDATE, "gave back what was prepared to be shared"
)
SHARE_SENT: Final = EventKind("share.sent", Act.EXECUTE, "sent what was prepared")
SHARE_CAME_BACK: Final = EventKind(
    "share.came-back", Act.UPDATE, "gave back what could not be sent by itself"
)
SHARE_PUT_OFF: Final = EventKind(
    "share.put-off", Act.UPDATE, "put off what could not be sent yet, by a fault of the system"
)
SHARE_SECRET_READ: Final = EventKind(
    "share.secret-read", Act.READ, "read the second secret of a link, to tell it"
)
SHARE_RESTS: Final = EventKind(
    "share.rests", Act.UPDATE, "let what is prepared rest on what the law asks for"
)
SHARE_LOCKED: Final = EventKind(
    "share.locked", Act.UPDATE, "locked what a subpoena asks for, to be let go by somebody else"
)
SHARE_WEIGHED: Final = EventKind(
    "share.weighed", Act.READ, "looked at what a subpoena asks for, to let it go"
)
SHARE_WORDS_READ: Final = EventKind(
    "share.words-read", Act.READ, "read what was said of what is prepared to be shared"
)
SHARE_KEEPS_OUT: Final = EventKind(
    "share.keeps-out", Act.UPDATE, "said that a letter holds nothing of what is kept back"
)
SHARE_PREPARED_READ: Final = EventKind(
    "share.prepared-read", Act.READ, "looked at how something that went was prepared"
)
SHARE_DROPPED: Final = EventKind("share.dropped", Act.UPDATE, "took back what was being prepared")
register(
    SHARE_BEGUN,
    SHARE_OPENED,
    SHARE_CHOSEN,
    SHARE_WRITTEN,
    SHARE_PREVIEWED,
    SHARE_SHOWN,
    SHARE_READ_FIRST,
    SHARE_ANSWERED,
    SHARE_UNWAITED,
    SHARE_RESUMES,
    SHARE_RELEASE_ASKED,
    SHARE_GIVEN_BACK,
    SHARE_SENT,
    SHARE_CAME_BACK,
    SHARE_PUT_OFF,
    SHARE_SECRET_READ,
    SHARE_RESTS,
    SHARE_LOCKED,
    SHARE_WEIGHED,
    SHARE_WORDS_READ,
    SHARE_KEEPS_OUT,
    SHARE_PREPARED_READ,
    SHARE_DROPPED,
)
