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
from records.queries.supervision import (
    Judged,
    Told,
    awaiting_of,
    count_to_co_sign,
    next_to_co_sign,
    notes_about,
    notes_shared_with,
    people_noted,
    returned_to,
    standing,
    state_of,
    to_co_sign,
    with_standing,
    with_their_authors,
)

__all__ = [
    "Judged",
    "NoteRow",
    "SessionRow",
    "Told",
    "awaiting_of",
    "count_to_co_sign",
    "last_note",
    "next_to_co_sign",
    "note_of_session",
    "notes_about",
    "notes_of_cases",
    "notes_shared_with",
    "people_noted",
    "returned_to",
    "session_row",
    "sessions_between",
    "sessions_of_cases",
    "standing",
    "state_of",
    "to_co_sign",
    "unsigned",
    "with_standing",
    "with_their_authors",
]
