"""Where a note stands, and the one table of what can happen to it.

A draft that was begun more than 72 hours ago is locked: its text is fixed in the database, and
signing is all that its author can still do with it.
"""

from __future__ import annotations

import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCKS_AFTER: Final = datetime.timedelta(hours=72)
REMINDS_AFTER: Final = datetime.timedelta(hours=24)
FINISHES_WITHIN: Final = datetime.timedelta(days=7)


class NoteState(enum.StrEnum):
    """Where a note stands."""

    DRAFT = "draft"
    LOCKED = "locked"
    SIGNED = "signed"
    AWAITING = "awaiting"
    CO_SIGNED = "co_signed"
    RETURNED = "returned"


class NoteMove(enum.StrEnum):
    """What can happen to a note."""

    SAVE = "save"
    LOCK = "lock"
    SIGN = "sign"
    SIGN_AS_TRAINEE = "sign_as_trainee"
    CO_SIGN = "co_sign"
    RETURN = "return"
    ANSWER = "answer"


MOVES: Final[Mapping[tuple[NoteState, NoteMove], NoteState]] = MappingProxyType({
    (NoteState.DRAFT, NoteMove.SAVE): NoteState.DRAFT,
    (NoteState.DRAFT, NoteMove.LOCK): NoteState.LOCKED,
    (NoteState.DRAFT, NoteMove.SIGN): NoteState.SIGNED,
    (NoteState.DRAFT, NoteMove.SIGN_AS_TRAINEE): NoteState.AWAITING,
    (NoteState.LOCKED, NoteMove.SIGN): NoteState.SIGNED,
    (NoteState.LOCKED, NoteMove.SIGN_AS_TRAINEE): NoteState.AWAITING,
    (NoteState.AWAITING, NoteMove.CO_SIGN): NoteState.CO_SIGNED,
    (NoteState.AWAITING, NoteMove.RETURN): NoteState.RETURNED,
    (NoteState.RETURNED, NoteMove.ANSWER): NoteState.AWAITING,
})  # fmt: skip


class IllegalMove(ValueError):
    """A move the table does not know."""


class Locked(Invalid):
    """The text of a draft is fixed; what was typed since may stand under the note, once signed."""

    def __init__(self) -> None:
        """Say what can still be done."""
        super().__init__(
            "This note is locked: 72 hours after it was begun its text stays as it is. Sign it; "
            "what is new can be added under it as a late entry.",
            "record_part",
        )


def decide_state(state: NoteState, move: NoteMove) -> NoteState:
    """Give the state after a move; raises IllegalMove for any other: the text never reopens."""
    try:
        return MOVES[state, move]
    except KeyError:
        message = f"{state} -> {move}"
        raise IllegalMove(message) from None


STATE_WORDS: Final[Mapping[NoteState, str]] = MappingProxyType({
    NoteState.DRAFT: "draft",
    NoteState.LOCKED: "locked",
    NoteState.SIGNED: "signed",
    NoteState.AWAITING: "awaits co-signature",
    NoteState.CO_SIGNED: "co-signed",
    NoteState.RETURNED: "returned",
})  # fmt: skip


def derive_state(*, needs_co_signature: bool, co_signed: bool, unanswered: bool) -> NoteState:
    """Give where a signed note stands, from its rows.

    `unanswered` says that the newest return has no addendum by the note's author after it.
    """
    if co_signed:
        return NoteState.CO_SIGNED
    if not needs_co_signature:
        return NoteState.SIGNED
    return NoteState.RETURNED if unanswered else NoteState.AWAITING


def state_of_draft(begun: datetime.datetime, at: datetime.datetime) -> NoteState:
    """Say whether what was begun then can still be written in, as the database decides it."""
    return NoteState.LOCKED if at - begun > LOCKS_AFTER else NoteState.DRAFT
