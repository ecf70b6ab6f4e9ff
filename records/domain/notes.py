"""What a note is made of: its structure, its risk line, the kinds of addenda, when it is late."""

from __future__ import annotations

import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

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
    AddendumKind.CORRECTION: "Correction",
    AddendumKind.LATE_ENTRY: "Late entry",
    AddendumKind.ENTERED_IN_ERROR: "Entered in error",
})  # fmt: skip


def is_late(session_ended: datetime.datetime, signed: datetime.datetime) -> bool:
    """Say whether a note was signed more than 72 hours after its session; shown with both dates."""
    return signed - session_ended > datetime.timedelta(hours=72)
