"""Reads of sessions and notes that open nothing sealed: lists, counts, existence."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Subquery

from counselling.errors import NotThere
from records.domain import NoteState
from records.models import Draft, Note, Session

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class SessionRow:
    """One session as a list shows it."""

    id: UUID
    case: UUID
    person: UUID
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    modality: str
    attendance: str
    has_draft: bool
    note: UUID | None

    @property
    def has_note(self) -> bool:
        """Say whether who held the session has signed its note."""
        return self.note is not None


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


def sessions_between(
    actor: Actor, since: datetime.datetime, until: datetime.datetime
) -> list[SessionRow]:
    """List the actor's own sessions that start in [since, until)."""
    own = _sessions(actor).filter(person_id=actor.id, starts_at__gte=since, starts_at__lt=until)
    return [_session(row) for row in own.order_by("starts_at")]


def unsigned(actor: Actor, until: datetime.datetime) -> list[SessionRow]:
    """List the actor's own past sessions that took place and have no signed note yet."""
    written = Note.objects.filter(session=OuterRef("pk"), author_id=actor.id)
    own = _sessions(actor).filter(~Exists(written), person_id=actor.id, ends_at__lte=until)
    held = own.exclude(attendance__in=["cancelled", "no_show"])
    return [_session(row) for row in held.order_by("starts_at")]


def sessions_of_cases(actor: Actor, cases: Iterable[UUID], limit: int = 60) -> list[SessionRow]:
    """List the latest sessions of cases, newest first."""
    rows = _sessions(actor).filter(case_id__in=list(cases)).order_by("-starts_at")[:limit]
    return [_session(row) for row in rows]


def session_row(actor: Actor, session: UUID) -> SessionRow:
    """Give one session; raises NotThere."""
    row = _sessions(actor).filter(id=session).first()
    if row is None:
        raise NotThere("records_session", session)
    return _session(row)


def notes_of_cases(cases: Iterable[UUID], limit: int = 60) -> list[NoteRow]:
    """List the latest signed notes of cases, newest first, with the kinds of their addenda."""
    notes = Note.objects.filter(case_id__in=list(cases)).select_related("session")
    rows = notes.prefetch_related("addenda").order_by("-signed_at")[:limit]
    return [_note(row) for row in rows]


def last_note(case: UUID, before: datetime.datetime) -> NoteRow | None:
    """Give the newest signed note of sessions before an instant."""
    notes = Note.objects.filter(case_id=case, session__starts_at__lt=before)
    row = notes.select_related("session").order_by("-session__starts_at").first()
    return None if row is None else _note(row)


def note_of_session(actor: Actor, session: UUID) -> UUID | None:
    """Give the id of the actor's signed note about a session."""
    found = Note.objects.filter(session_id=session, author_id=actor.id)
    note: UUID | None = found.values_list("id", flat=True).first()
    return note


def _sessions(actor: Actor) -> QuerySet[Session]:
    written = Note.objects.filter(session=OuterRef("pk"), author=OuterRef("person"))
    mine = {"session": OuterRef("pk"), "author_id": actor.id}
    return Session.objects.annotate(
        has_draft=Exists(Draft.objects.filter(**mine)),
        note=Subquery(written.values("id")[:1]),
    )


def _session(row: Session) -> SessionRow:
    return SessionRow(
        row.id,
        row.case_id,
        row.person_id,
        row.starts_at,
        row.ends_at,
        row.modality,
        row.attendance,
        has_draft=bool(getattr(row, "has_draft", False)),
        note=getattr(row, "note", None),
    )


def _note(row: Note) -> NoteRow:
    kinds = tuple(one.kind for one in row.addenda.all())
    state = NoteState.AWAITING if row.needs_co_signature else NoteState.SIGNED
    return NoteRow(
        row.id,
        row.session_id,
        row.case_id,
        row.author_id,
        state,
        row.session.starts_at,
        row.written_at,
        row.signed_at,
        kinds,
    )
