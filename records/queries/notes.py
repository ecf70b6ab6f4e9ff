"""Lists of signed notes: which there are and where they stand, never their text."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from records.models import Note
from records.queries.supervision import state_of, with_standing

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.access import Actor
    from records.domain import NoteState


@dataclasses.dataclass(frozen=True, slots=True)
class NoteRow:
    """One signed note as a list shows it."""

    id: UUID
    session: UUID
    case: UUID
    author: UUID
    state: NoteState
    session_at: datetime.datetime
    written_at: datetime.datetime
    signed_at: datetime.datetime
    addenda: tuple[str, ...] = ()


def notes_of_cases(cases: Iterable[UUID], limit: int = 60) -> list[NoteRow]:
    """List the latest signed notes of cases, newest first, with the kinds of their addenda."""
    notes = with_standing(Note.objects.filter(case_id__in=list(cases))).select_related("session")
    rows = notes.prefetch_related("addenda").order_by("-signed_at")[:limit]
    return [_note(row) for row in rows]


def last_note(case: UUID, before: datetime.datetime) -> NoteRow | None:
    """Give the newest signed note of sessions before an instant."""
    notes = with_standing(Note.objects.filter(case_id=case, session__starts_at__lt=before))
    row = notes.select_related("session").order_by("-session__starts_at").first()
    return None if row is None else _note(row)


def note_of_session(actor: Actor, session: UUID) -> UUID | None:
    """Give the id of the actor's signed note about a session."""
    found = Note.objects.filter(session_id=session, author_id=actor.id)
    note: UUID | None = found.values_list("id", flat=True).first()
    return note


def _note(row: Note) -> NoteRow:
    kinds = tuple(one.kind for one in row.addenda.all())
    return NoteRow(
        row.id,
        row.session_id,
        row.case_id,
        row.author_id,
        state_of(row),
        row.session.starts_at,
        row.written_at,
        row.signed_at,
        kinds,
    )
