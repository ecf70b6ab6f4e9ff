"""The kinds of events that sessions and notes leave in the log."""

from __future__ import annotations

from typing import Final

from audit.domain import Act, EventKind, register

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
NOTES_SEARCHED: Final = EventKind("notes.searched", Act.READ, "searched session notes")
FILE_READ_IN_EMERGENCY: Final = EventKind(
    "emergency.file.read", Act.READ, "read safety plans and a list of notes in an emergency"
)
REMINDER_MADE: Final = EventKind("reminder.made", Act.EXECUTE, "prepared a reminder")
REMINDER_SENT: Final = EventKind("reminder.sent", Act.EXECUTE, "sent a reminder")
register(
    FILE_READ_IN_EMERGENCY,
    REMINDER_MADE,
    REMINDER_SENT,
    NOTES_SEARCHED,
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
