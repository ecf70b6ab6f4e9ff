"""Sessions, drafts, signed notes, the part for the author alone, and addenda."""

from records.models.drafts import (
    Draft,
)
from records.models.notes import (
    Addendum,
    Note,
    ProcessNote,
)
from records.models.sessions import (
    Session,
)

__all__ = [
    "Addendum",
    "Draft",
    "Note",
    "ProcessNote",
    "Session",
]
