"""The sessions and notes of a client that can be kept back, in words; nothing sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dateformat import format as in_words

from records.models import Note
from records.queries.shares import cases_to_share, sessions_to_share

if TYPE_CHECKING:
    import datetime
    from uuid import UUID


def sessions_to_keep_back(client_id: UUID) -> list[tuple[str, str]]:
    """List the sessions a client was at and the notes of each, as a form offers them."""
    held = {
        one.session: one.session_at
        for case in cases_to_share(client_id)
        for one in sessions_to_share(client_id, case)
    }
    notes = Note.objects.filter(session__in=held).values_list("pk", "session")
    by_session: dict[UUID, list[UUID]] = {}
    for note, session in notes:
        by_session.setdefault(session, []).append(note)
    found = []
    for session, at in held.items():
        found.append((f"session:{session}", f"session of {day(at)}"))
        found += [
            (f"note:{note}", f"only the note of {day(at)}") for note in by_session.get(session, ())
        ]
    return found


def day(at: datetime.datetime) -> str:
    """Say a day and a time, where the practice is."""
    return in_words(timezone.localtime(at), "l j F Y, H:i")
