"""What happens when a client says that something in a note is not right (RT-04, 164.526)."""

from __future__ import annotations

import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from audit.domain import Act, EventKind, register
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ANSWERED_WITHIN: Final = datetime.timedelta(days=60)
LONGER: Final = datetime.timedelta(days=30)
LONGEST_SAID: Final = 5_000


class AmendmentState(enum.StrEnum):
    """Where it stands; it derives from the steps and is stored nowhere."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DISAGREED = "disagreed"
    REBUTTED = "rebutted"


class AmendmentMove(enum.StrEnum):
    """A step: each a row of its own with who, when and what was said."""

    EXTEND = "extended"
    ACCEPT = "accepted"
    REFUSE = "refused"
    DISAGREE = "disagreed"
    REBUT = "rebutted"


class Basis(enum.StrEnum):
    """Why something may be refused (164.526(a)(2)); there is no other reason."""

    ACCURATE = "accurate"
    NOT_OURS = "not_ours"
    NOT_IN_RECORD = "not_in_record"
    NOT_TO_SEE = "not_to_see"


S, M = AmendmentState, AmendmentMove
AMENDMENT_MOVES: Final[Mapping[tuple[AmendmentState, AmendmentMove], AmendmentState]] = (
    MappingProxyType({
        (S.ASKED, M.EXTEND): S.ASKED,
        (S.ASKED, M.ACCEPT): S.ACCEPTED,
        (S.ASKED, M.REFUSE): S.REFUSED,
        (S.REFUSED, M.DISAGREE): S.DISAGREED,
        (S.DISAGREED, M.REBUT): S.REBUTTED,
    })
)  # fmt: skip

# from the refusal on it goes wherever the note goes (164.526(d)(5))
TRAVELS: Final = frozenset({S.REFUSED, S.DISAGREED, S.REBUTTED})
OF_THE_CLIENT: Final = frozenset({M.DISAGREE})

BASIS_WORDS: Final[Mapping[Basis, str]] = MappingProxyType({
    Basis.ACCURATE: say("The note is accurate and complete as it stands"),
    Basis.NOT_OURS: say("It was not written here, and who wrote it can be asked"),
    Basis.NOT_IN_RECORD: say("It is not part of the record"),
    Basis.NOT_TO_SEE: say("It is in a part that the law does not open to the client"),
})  # fmt: skip

AMENDMENT_WORDS: Final[Mapping[AmendmentState, str]] = MappingProxyType({
    S.ASKED: say("waits for an answer"),
    S.ACCEPTED: say("accepted"),
    S.REFUSED: say("refused"),
    S.DISAGREED: say("refused, with a statement"),
    S.REBUTTED: say("refused, with a statement and a reply"),
})  # fmt: skip


STEP_WORDS: Final[Mapping[AmendmentMove, str]] = MappingProxyType({
    AmendmentMove.EXTEND: say("Thirty more days were taken"),
    AmendmentMove.ACCEPT: say("Accepted: the correction stands under the note"),
    AmendmentMove.REFUSE: say("Refused"),
    AmendmentMove.DISAGREE: say("Statement of disagreement"),
    AmendmentMove.REBUT: say("Reply"),
})  # fmt: skip


class IllegalStep(ValueError):
    """A step the table does not know, or a second extension."""


def decide_step(
    steps: Iterable[AmendmentMove], move: AmendmentMove, *, overdue: bool = False
) -> AmendmentState:
    """Give the state after one more step; raises IllegalStep.

    The time is extended once, and only while there is some left.
    """
    done = list(steps)
    if move is M.EXTEND and (overdue or M.EXTEND in done):
        raise IllegalStep(move)
    try:
        return AMENDMENT_MOVES[amendment_state(done), move]
    except KeyError:
        raise IllegalStep(move) from None


def amendment_state(steps: Iterable[AmendmentMove]) -> AmendmentState:
    """Give the state that steps lead to, in whatever order they were read."""
    state = S.ASKED
    for move in sorted(set(steps), key=list(M).index):
        state = AMENDMENT_MOVES[state, move]
    return state


def due_at(asked_at: datetime.datetime, steps: Iterable[AmendmentMove]) -> datetime.datetime:
    """Say until when it is to be answered: 60 days, and 30 more once extended."""
    return asked_at + ANSWERED_WITHIN + (LONGER if M.EXTEND in set(steps) else datetime.timedelta())


READING_OPENED: Final = EventKind("reading.opened", Act.UPDATE, "let the client read a note")
READING_CLOSED: Final = EventKind(
    "reading.closed", Act.UPDATE, "took a note out of the client's space"
)
OWN_NOTE_READ: Final = EventKind("reading.read", Act.READ, "read a note in their own space")
AMENDMENT_ASKED: Final = EventKind(
    "amendment.asked", Act.CREATE, "said that something in a note is not right"
)
AMENDMENT_READ: Final = EventKind(
    "amendment.read", Act.READ, "read what a client says is not right"
)
AMENDMENT_EXTENDED: Final = EventKind(
    "amendment.extended", Act.UPDATE, "took thirty more days to answer what is not right"
)
AMENDMENT_ACCEPTED: Final = EventKind(
    "amendment.accepted", Act.UPDATE, "accepted that something in a note is not right"
)
AMENDMENT_REFUSED: Final = EventKind(
    "amendment.refused", Act.UPDATE, "refused to change what a client says is not right"
)
AMENDMENT_DISAGREED: Final = EventKind(
    "amendment.disagreed", Act.CREATE, "put a statement of disagreement beside a note"
)
AMENDMENT_REBUTTED: Final = EventKind(
    "amendment.rebutted", Act.CREATE, "replied to a statement of disagreement"
)
AMENDMENT_NAMED: Final = EventKind(
    "amendment.named", Act.CREATE, "named somebody who is to know of a correction"
)
AMENDMENT_OTHERS_READ: Final = EventKind(
    "amendment.others_read", Act.READ, "looked at who else is to know of a correction"
)
AMENDMENT_TOLD: Final = EventKind(
    "amendment.told", Act.CREATE, "prepared to tell somebody else of a correction"
)
AMENDMENT_NOT_TOLD: Final = EventKind(
    "amendment.not_told", Act.CREATE, "decided that somebody is not told of a correction"
)
STEP_EVENTS: Final[Mapping[AmendmentMove, EventKind]] = MappingProxyType({
    M.EXTEND: AMENDMENT_EXTENDED,
    M.ACCEPT: AMENDMENT_ACCEPTED,
    M.REFUSE: AMENDMENT_REFUSED,
    M.DISAGREE: AMENDMENT_DISAGREED,
    M.REBUT: AMENDMENT_REBUTTED,
})  # fmt: skip
register(READING_OPENED, READING_CLOSED, OWN_NOTE_READ, AMENDMENT_ASKED, AMENDMENT_READ)
register(*STEP_EVENTS.values())
register(AMENDMENT_NAMED, AMENDMENT_OTHERS_READ, AMENDMENT_TOLD, AMENDMENT_NOT_TOLD)
