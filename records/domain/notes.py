"""What a note is made of: its structure, its risk line, the kinds of addenda, when it is late."""

from __future__ import annotations

import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTOSAVE_EVENT_EVERY: Final = datetime.timedelta(minutes=1)
LONGEST_NOTE: Final = 100_000


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


class Lateness(enum.StrEnum):
    """How long after its session a note was written and signed; both dates are always shown."""

    IN_TIME = "in_time"
    SIGNED_LATE = "signed_late"
    LATE_ENTRY = "late_entry"


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

ADDENDUM_WORDS: Final[Mapping[AddendumKind, str]] = MappingProxyType({
    AddendumKind.CORRECTION: say("Correction"),
    AddendumKind.LATE_ENTRY: say("Late entry"),
    AddendumKind.ENTERED_IN_ERROR: say("Entered in error"),
})  # fmt: skip

LATENESS_WORDS: Final[Mapping[Lateness, str]] = MappingProxyType({
    Lateness.IN_TIME: "",
    Lateness.SIGNED_LATE: "signed late",
    Lateness.LATE_ENTRY: "late entry",
})  # fmt: skip

_IN_TIME: Final = datetime.timedelta(hours=72)


def is_late(session_ended: datetime.datetime, signed: datetime.datetime) -> bool:
    """Say whether a note was signed more than 72 hours after its session; shown with both dates."""
    return signed - session_ended > _IN_TIME


def lateness(
    session_ended: datetime.datetime, begun: datetime.datetime, signed: datetime.datetime
) -> Lateness:
    """Say how late a note is: begun or only signed more than 72 hours after (EN-16)."""
    if begun - session_ended > _IN_TIME:
        return Lateness.LATE_ENTRY
    late = is_late(session_ended, signed) or signed - begun > _IN_TIME
    return Lateness.SIGNED_LATE if late else Lateness.IN_TIME
