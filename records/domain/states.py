"""Where a note stands, and the one table of what can happen to it."""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class NoteState(enum.StrEnum):
    """Where a note stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    AWAITING = "awaiting"
    CO_SIGNED = "co_signed"
    RETURNED = "returned"


class NoteMove(enum.StrEnum):
    """What can happen to a note."""

    SIGN = "sign"
    SIGN_AS_TRAINEE = "sign_as_trainee"
    CO_SIGN = "co_sign"
    RETURN = "return"
    ANSWER = "answer"


MOVES: Final[Mapping[tuple[NoteState, NoteMove], NoteState]] = MappingProxyType({
    (NoteState.DRAFT, NoteMove.SIGN): NoteState.SIGNED,
    (NoteState.DRAFT, NoteMove.SIGN_AS_TRAINEE): NoteState.AWAITING,
    (NoteState.AWAITING, NoteMove.CO_SIGN): NoteState.CO_SIGNED,
    (NoteState.AWAITING, NoteMove.RETURN): NoteState.RETURNED,
    (NoteState.RETURNED, NoteMove.ANSWER): NoteState.AWAITING,
})  # fmt: skip


class IllegalMove(ValueError):
    """A move the table does not know."""


def decide_state(state: NoteState, move: NoteMove) -> NoteState:
    """Give the state after a move; raises IllegalMove for any other: the text never reopens."""
    try:
        return MOVES[state, move]
    except KeyError:
        message = f"{state} -> {move}"
        raise IllegalMove(message) from None


STATE_WORDS: Final[Mapping[NoteState, str]] = MappingProxyType({
    NoteState.DRAFT: "draft",
    NoteState.SIGNED: "signed",
    NoteState.AWAITING: "awaits co-signature",
    NoteState.CO_SIGNED: "co-signed",
    NoteState.RETURNED: "returned",
})  # fmt: skip
