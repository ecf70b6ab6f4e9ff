"""What clients want kept back: of what, from whom, how it is answered and how it ends (CL-06)."""

from __future__ import annotations

import dataclasses
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from consent.domain.recipients import RecipientKind
from counselling.errors import Invalid
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID


class What(enum.StrEnum):
    """What is kept back: everything, a kind of information, a note, a session; or the address."""

    EVERYTHING = "everything"
    CATEGORY = "category"
    NOTE = "note"
    SESSION = "session"
    # another way to reach the client: no disclosure is kept back, the card is changed (CL-07)
    ADDRESS = "address"


class RestrictionAnswer(enum.StrEnum):
    """What the practice says."""

    AGREED = "agreed"
    REFUSED = "refused"


class EndWay(enum.StrEnum):
    """The ways in which an agreed restriction ends, and no other (45 CFR 164.522(a)(2))."""

    CLIENT_WRITES = "client_writes"
    CLIENT_SAYS = "client_says"
    PRACTICE_TELLS = "practice_tells"


class AskedHow(enum.StrEnum):
    """How the client asked."""

    PORTAL = "portal"
    ROOM = "room"
    PHONE = "phone"
    LETTER = "letter"


WHAT_WORDS: Final[Mapping[What, str]] = MappingProxyType(
    {
        What.EVERYTHING: say("everything"),
        What.CATEGORY: say("one kind of information"),
        What.NOTE: say("one note"),
        What.SESSION: say("one session"),
        What.ADDRESS: say("reach me another way"),
    }
)
ANSWER_WORDS: Final[Mapping[RestrictionAnswer, str]] = MappingProxyType(
    {RestrictionAnswer.AGREED: say("agreed"), RestrictionAnswer.REFUSED: say("refused")}
)
WAY_WORDS: Final[Mapping[EndWay, str]] = MappingProxyType(
    {
        EndWay.CLIENT_WRITES: say("the client asked in writing to end it"),
        EndWay.CLIENT_SAYS: say("the client agreed in the room, and it was written down"),
        EndWay.PRACTICE_TELLS: say("the practice told that it ends for what comes later"),
    }
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a client wants kept back, as it was asked."""

    what: What
    category: str = ""
    note: UUID | None = None
    session: UUID | None = None
    # to whom not; neither: to nobody
    recipient: UUID | None = None
    recipient_kind: RecipientKind | None = None
    # paid by the client in full, and so not for their insurer: the law leaves no choice
    paid: bool = False
    words: str = ""


def require_whole(wish: Wish) -> None:
    """Raise Invalid for a wish that does not say what or from whom."""
    if wish.what is What.CATEGORY and not wish.category:
        raise Invalid(say("Choose which kind of information."), "category")
    if wish.what in {What.NOTE, What.SESSION} and not (wish.note or wish.session):
        raise Invalid(say("Choose which one."), "item")
    if wish.what is What.EVERYTHING and not (wish.recipient or wish.recipient_kind):
        raise Invalid(say("Say from whom."), "whom")
    if wish.paid and (
        wish.what is not What.SESSION or wish.recipient_kind is not RecipientKind.INSURER
    ):
        raise Invalid(say("What was paid in full is a session, kept from an insurer."), "what")
    if wish.what is What.ADDRESS and not wish.words.strip():
        raise Invalid(say("Say how we should reach you."), "words")


def require_answer(answer: RestrictionAnswer, reason: str, *, paid: bool) -> None:
    """Raise Invalid for a refusal that the law does not allow, or without a reason."""
    if answer is RestrictionAnswer.REFUSED and paid:
        raise Invalid(
            "What was paid in full is kept from the insurer: it cannot be refused.", "answer"
        )
    if answer is RestrictionAnswer.REFUSED and not reason.strip():
        raise Invalid("Say why. The client reads it.", "reason")


def ways_to_end(*, paid: bool) -> tuple[EndWay, ...]:
    """Give the ways in which it may end; what was paid in full ends by the client's word alone."""
    return tuple(way for way in EndWay if not (paid and way is EndWay.PRACTICE_TELLS))
