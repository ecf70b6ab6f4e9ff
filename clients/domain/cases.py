"""Cases: their kinds, their states and the moves between them, and who fits in."""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping


class CaseKind(enum.StrEnum):
    """Whom a case is about."""

    INDIVIDUAL = "individual"
    COUPLE = "couple"
    FAMILY = "family"
    GROUP = "group"


class CaseState(enum.StrEnum):
    """Where a case stands."""

    ENQUIRY = "enquiry"
    WAITING = "waiting"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Capacity(enum.StrEnum):
    """As what somebody is assigned."""

    COUNSELLOR = "counsellor"
    TRAINEE = "trainee"


S = CaseState
# closed is the end: coming back starts a new case, with its own retention clock
MOVES: Final[Mapping[CaseState, frozenset[CaseState]]] = MappingProxyType(
    {
        S.ENQUIRY: frozenset({S.WAITING, S.OPEN, S.CLOSED}),
        S.WAITING: frozenset({S.OPEN, S.CLOSED}),
        S.OPEN: frozenset({S.PAUSED, S.CLOSED}),
        S.PAUSED: frozenset({S.OPEN, S.CLOSED}),
        S.CLOSED: frozenset(),
    }
)

BEFORE_CARE: Final = frozenset({S.ENQUIRY, S.WAITING})
IN_CARE: Final = frozenset({S.OPEN, S.PAUSED})

_MOST: Final[Mapping[CaseKind, int]] = MappingProxyType(
    {CaseKind.INDIVIDUAL: 1, CaseKind.COUPLE: 2}
)


def decide_move(now: CaseState, then: CaseState, *, cared_for: bool) -> None:
    """Raise Invalid unless the case may go from one state to the other.

    `cared_for` says whether somebody has accepted the case: nobody is in care with no one.
    """
    if then not in MOVES[now]:
        raise Invalid(f"A case that is {WORDS[now]} cannot become {WORDS[then]}.", "state")
    if then in IN_CARE and not cared_for:
        raise Invalid("A case opens once a counsellor has accepted it.", "state")


def decide_join(kind: CaseKind, state: CaseState, present: int) -> None:
    """Raise Invalid unless one more person fits into the case."""
    if state is CaseState.CLOSED:
        raise Invalid("This case is closed. Start a new one.")
    if present >= _MOST.get(kind, present + 1):
        raise Invalid(f"This {kind.value} case already has everybody it can have.")


WORDS: Final[Mapping[CaseState, str]] = MappingProxyType(
    {
        S.ENQUIRY: "an enquiry",
        S.WAITING: "waiting",
        S.OPEN: "open",
        S.PAUSED: "paused",
        S.CLOSED: "closed",
    }
)
KIND_WORDS: Final[Mapping[CaseKind, str]] = MappingProxyType(
    {
        CaseKind.INDIVIDUAL: "one person",
        CaseKind.COUPLE: "a couple",
        CaseKind.FAMILY: "a family",
        CaseKind.GROUP: "a group",
    }
)
