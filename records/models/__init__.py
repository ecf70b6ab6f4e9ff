"""Sessions, drafts, signed notes, the part for the author alone, and addenda."""

from records.models.dangers import (
    Danger,
    DangerAddition,
)
from records.models.drafts import (
    Draft,
)
from records.models.members import (
    CoLeader,
    DraftPart,
    NotePart,
    PartAddendum,
    SessionMember,
)
from records.models.notes import (
    Addendum,
    Note,
    ProcessNote,
)
from records.models.passing_on import (
    AmendmentNamed,
    AmendmentTold,
)
from records.models.plans import (
    Plan,
    PlanDraft,
    PlanGiving,
)
from records.models.presence import (
    AppointmentReminder,
    Recording,
    SittingIn,
)
from records.models.readings import (
    Amendment,
    AmendmentStep,
    Reading,
    ReadingWord,
)
from records.models.reminders import (
    Reminder,
)
from records.models.sessions import (
    Session,
)
from records.models.shares import (
    Share,
    SharePaper,
    ShareShowing,
)
from records.models.supervision import (
    Comment,
    CoSignature,
    Return,
    SupervisionDraft,
    SupervisionNote,
)

__all__ = [
    "Addendum",
    "Amendment",
    "AmendmentNamed",
    "AmendmentStep",
    "AmendmentTold",
    "AppointmentReminder",
    "CoLeader",
    "CoSignature",
    "Comment",
    "Danger",
    "DangerAddition",
    "Draft",
    "DraftPart",
    "Note",
    "NotePart",
    "PartAddendum",
    "Plan",
    "PlanDraft",
    "PlanGiving",
    "ProcessNote",
    "Reading",
    "ReadingWord",
    "Recording",
    "Reminder",
    "Return",
    "Session",
    "SessionMember",
    "Share",
    "SharePaper",
    "ShareShowing",
    "SittingIn",
    "SupervisionDraft",
    "SupervisionNote",
]
