"""The rules of sessions and notes: structures, risk line, states of a note, kinds of addenda."""

from __future__ import annotations

import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from audit.domain import Act, EventKind, register

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTOSAVE_EVENT_EVERY: Final = datetime.timedelta(minutes=1)
LONGEST_NOTE: Final = 100_000


class Modality(enum.StrEnum):
    """How the people met."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"


class Attendance(enum.StrEnum):
    """Whether the session took place."""

    EXPECTED = "expected"
    ATTENDED = "attended"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Structure(enum.StrEnum):
    """How the record part is laid out."""

    FREE = "free"
    SOAP = "soap"
    DAP = "dap"
    BIRP = "birp"


class Risk(enum.StrEnum):
    """The one required line; nothing is chosen beforehand."""

    NO_NEW_CONCERN = "no_new_concern"
    MONITORED = "monitored"
    PLAN_UPDATED = "plan_updated"
    NOT_EXPLORED = "not_explored"


class AddendumKind(enum.StrEnum):
    """How something is said about a signed note, since the note itself never changes."""

    CORRECTION = "correction"
    LATE_ENTRY = "late_entry"
    ENTERED_IN_ERROR = "entered_in_error"


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


STRUCTURE_TEXTS: Final[Mapping[Structure, str]] = MappingProxyType({
    Structure.FREE: "",
    Structure.SOAP: "## Subjective\n\n\n## Objective\n\n\n## Assessment\n\n\n## Plan\n\n",
    Structure.DAP: "## Data\n\n\n## Assessment\n\n\n## Plan\n\n",
    Structure.BIRP: "## Behaviour\n\n\n## Intervention\n\n\n## Response\n\n\n## Plan\n\n",
})  # fmt: skip

STRUCTURE_WORDS: Final[Mapping[Structure, str]] = MappingProxyType({
    Structure.FREE: "Free text",
    Structure.SOAP: "SOAP: subjective, objective, assessment, plan",
    Structure.DAP: "DAP: data, assessment, plan",
    Structure.BIRP: "BIRP: behaviour, intervention, response, plan",
})  # fmt: skip

RISK_WORDS: Final[Mapping[Risk, str]] = MappingProxyType({
    Risk.NO_NEW_CONCERN: "no new concern",
    Risk.MONITORED: "monitored",
    Risk.PLAN_UPDATED: "safety plan updated",
    Risk.NOT_EXPLORED: "not explored today",
})  # fmt: skip

MODALITY_WORDS: Final[Mapping[Modality, str]] = MappingProxyType({
    Modality.IN_PERSON: "In person",
    Modality.VIDEO: "Video",
    Modality.PHONE: "Telephone",
})  # fmt: skip

ATTENDANCE_WORDS: Final[Mapping[Attendance, str]] = MappingProxyType({
    Attendance.EXPECTED: "Expected",
    Attendance.ATTENDED: "Attended",
    Attendance.CANCELLED: "Cancelled",
    Attendance.NO_SHOW: "Did not come",
})  # fmt: skip

ADDENDUM_WORDS: Final[Mapping[AddendumKind, str]] = MappingProxyType({
    AddendumKind.CORRECTION: "Correction",
    AddendumKind.LATE_ENTRY: "Late entry",
    AddendumKind.ENTERED_IN_ERROR: "Entered in error",
})  # fmt: skip

STATE_WORDS: Final[Mapping[NoteState, str]] = MappingProxyType({
    NoteState.DRAFT: "draft",
    NoteState.SIGNED: "signed",
    NoteState.AWAITING: "awaits co-signature",
    NoteState.CO_SIGNED: "co-signed",
    NoteState.RETURNED: "returned",
})  # fmt: skip


def is_late(session_ended: datetime.datetime, signed: datetime.datetime) -> bool:
    """Say whether a note was signed more than 72 hours after its session; shown with both dates."""
    return signed - session_ended > datetime.timedelta(hours=72)


SESSION_LOGGED: Final = EventKind("session.logged", Act.CREATE, "logged a session")
SESSION_CHANGED: Final = EventKind("session.changed", Act.UPDATE, "changed a session's facts")
DRAFT_BEGUN: Final = EventKind("draft.begun", Act.CREATE, "began a session note")
DRAFT_OPENED: Final = EventKind("draft.opened", Act.READ, "opened their unsigned note")
DRAFT_SAVED: Final = EventKind("draft.saved", Act.UPDATE, "worked on their unsigned note")
NOTE_SIGNED: Final = EventKind("note.signed", Act.CREATE, "signed a session note")
NOTE_OPENED: Final = EventKind("note.opened", Act.READ, "read a session note")
NOTE_ADDED_TO: Final = EventKind("note.added-to", Act.CREATE, "added to a signed note")
NOTES_COMPOSED: Final = EventKind(
    "notes.composed", Act.READ, "read notes to prepare what is shared"
)
register(
    SESSION_LOGGED,
    SESSION_CHANGED,
    DRAFT_BEGUN,
    DRAFT_OPENED,
    DRAFT_SAVED,
    NOTE_SIGNED,
    NOTE_OPENED,
    NOTE_ADDED_TO,
    NOTES_COMPOSED,
)
