"""Reads of sessions and notes that open nothing sealed: lists, counts, existence."""

from records.queries.notes import (
    NoteRow,
    last_note,
    note_of_session,
    notes_of_cases,
)
from records.queries.sessions import (
    SessionRow,
    session_row,
    sessions_between,
    sessions_of_cases,
    unsigned,
)

__all__ = [
    "NoteRow",
    "SessionRow",
    "last_note",
    "note_of_session",
    "notes_of_cases",
    "session_row",
    "sessions_between",
    "sessions_of_cases",
    "unsigned",
]
