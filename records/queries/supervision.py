"""Where trainees' notes stand with who supervises them: what waits, never its text."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Subquery

from counselling.accounts import queries as accounts
from counselling.errors import NotThere
from records.domain import NoteState, derive_state
from records.models import (
    Addendum,
    CoSignature,
    Note,
    PartAddendum,
    Return,
    SupervisionDraft,
    SupervisionNote,
)

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """A note that a supervisor has to do with, as a list shows it; `at` is since when it waits."""

    id: UUID
    case: UUID
    author: UUID
    session_at: datetime.datetime
    signed_at: datetime.datetime
    state: NoteState
    at: datetime.datetime
    returned_by: UUID | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """Where a trainee's note stands, and who brought it there."""

    state: NoteState
    by: UUID | None
    at: datetime.datetime | None
    rounds: int


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """A supervision note as a list shows it."""

    id: UUID
    supervisor: UUID
    supervisee: UUID
    shared: bool
    signed_at: datetime.datetime


def with_standing(notes: QuerySet[Note]) -> QuerySet[Any]:
    """Ask along whether notes are co-signed, and whether a return has no answer yet."""
    answer = {"author": OuterRef("author"), "signed_at__gt": OuterRef("returned_at")}
    under_note = Addendum.objects.filter(note=OuterRef("note"), **answer)
    under_part = PartAddendum.objects.filter(part__note=OuterRef("note"), **answer)
    back = Return.objects.filter(~Exists(under_note), ~Exists(under_part), note=OuterRef("pk"))
    back = back.order_by("-returned_at")
    return notes.annotate(
        co_signed=Exists(CoSignature.objects.filter(note=OuterRef("pk"))),
        returned_at=Subquery(back.values("returned_at")[:1]),
        returned_by=Subquery(back.values("supervisor")[:1]),
    )


def state_of(row: Note) -> NoteState:
    """Give where a note stands that was asked for `with_standing`."""
    return derive_state(
        needs_co_signature=row.needs_co_signature,
        co_signed=bool(getattr(row, "co_signed", False)),
        unanswered=getattr(row, "returned_at", None) is not None,
    )


def to_co_sign(actor: Actor, limit: int = 60) -> list[Judged]:
    """List the notes of the actor's supervisees that wait for a co-signature, oldest first."""
    waiting = _open(actor).filter(returned_at=None).order_by("signed_at", "id")
    return [_judged(row) for row in waiting[:limit]]


def count_to_co_sign(actor: Actor) -> int:
    """Count them all."""
    return _open(actor).filter(returned_at=None).count()


def next_to_co_sign(actor: Actor, after: UUID) -> UUID | None:
    """Give the oldest note that waits, other than the one just judged."""
    waiting = _open(actor).filter(returned_at=None).exclude(id=after)
    found: UUID | None = waiting.order_by("signed_at", "id").values_list("id", flat=True).first()
    return found


def with_their_authors(actor: Actor, limit: int = 60) -> list[Judged]:
    """List the notes of supervisees that were returned and not answered, longest first."""
    back = _open(actor).exclude(returned_at=None).order_by("returned_at", "id")
    return [_judged(row) for row in back[:limit]]


def returned_to(actor: Actor) -> list[Judged]:
    """List the actor's own notes that came back with comments, longest first."""
    own = _undecided().filter(author_id=actor.id).exclude(returned_at=None)
    return [_judged(row) for row in own.order_by("returned_at", "id")]


def awaiting_of(actor: Actor, limit: int = 60) -> list[Judged]:
    """List the actor's own notes that wait for a supervisor, oldest first."""
    own = _undecided().filter(author_id=actor.id, returned_at=None)
    return [_judged(row) for row in own.order_by("signed_at", "id")[:limit]]


def standing(note: UUID) -> Judged:
    """Give where one note stands; raises NotThere for a hidden one, or one nobody judges."""
    asked = with_standing(Note.objects.filter(id=note, needs_co_signature=True))
    row = asked.select_related("session").first()
    if row is None:
        raise NotThere("records_note", note)
    return _judged(row)


def standing_of(note: UUID) -> Standing | None:
    """Give where a note on a page stands; None for one that waits for nobody."""
    row = with_standing(Note.objects.filter(id=note, needs_co_signature=True)).first()
    if row is None:
        return None
    signed = CoSignature.objects.filter(note_id=note).first()
    by, at = (signed.supervisor_id, signed.signed_at) if signed else (row.returned_by, None)
    rounds = Return.objects.filter(note_id=note).count()
    return Standing(state_of(row), by, at or row.returned_at, rounds)


def count_added(note: UUID) -> int:
    """Count what stands under a note, and under each member's part of it."""
    under_parts = PartAddendum.objects.filter(part__note_id=note).count()
    return Addendum.objects.filter(note_id=note).count() + under_parts


def judged_by(actor: Actor, note: UUID) -> Judged:
    """Give the same of a note of somebody the actor supervises; raises NotThere for any other."""
    judged = standing(note)
    if judged.author == actor.id or judged.author not in accounts.supervisee_ids(actor):
        raise NotThere("records_note", note)
    return judged


def _undecided() -> QuerySet[Any]:
    """Give notes that nobody has co-signed, with what was returned."""
    waiting = with_standing(Note.objects.filter(needs_co_signature=True)).filter(co_signed=False)
    return waiting.select_related("session")


def _open(actor: Actor) -> QuerySet[Any]:
    return (
        _undecided()
        .filter(author_id__in=accounts.supervisee_ids(actor))
        .exclude(author_id=actor.id)
    )


def _judged(row: Note) -> Judged:
    back: datetime.datetime | None = getattr(row, "returned_at", None)
    by: UUID | None = getattr(row, "returned_by", None)
    return Judged(
        row.id,
        row.case_id,
        row.author_id,
        row.session.starts_at,
        row.signed_at,
        state_of(row),
        back or row.signed_at,
        by,
    )


# -- what is noted about a supervisee --------------------------------------------------------------


def notes_about(actor: Actor, supervisee: UUID, limit: int = 60) -> list[Told]:
    """List the actor's own signed notes of supervision about somebody, newest first."""
    own = SupervisionNote.objects.filter(supervisor_id=actor.id, supervisee_id=supervisee)
    return [_told(row) for row in own.defer("text").order_by("-signed_at", "-id")[:limit]]


def is_writing_about(actor: Actor, supervisee: UUID) -> bool:
    """Say whether the actor has begun a note about somebody and not signed it."""
    begun = SupervisionDraft.objects.filter(supervisor_id=actor.id, supervisee_id=supervisee)
    return bool(begun.exists())


def notes_shared_with(actor: Actor, limit: int = 60) -> list[Told]:
    """List what supervisors wrote about the actor and chose to share, newest first."""
    shared = SupervisionNote.objects.filter(supervisee_id=actor.id, shared=True).defer("text")
    return [_told(row) for row in shared.order_by("-signed_at", "-id")[:limit]]


def people_noted(actor: Actor) -> set[UUID]:
    """Give about whom the actor has written, or is writing."""
    rooms = (SupervisionNote.objects, SupervisionDraft.objects)
    return {
        person
        for room in rooms
        for person in room.filter(supervisor_id=actor.id)
        .order_by(F("supervisee"))
        .values_list("supervisee", flat=True)
        .distinct()
    }


def _told(row: SupervisionNote) -> Told:
    return Told(row.id, row.supervisor_id, row.supervisee_id, row.shared, row.signed_at)
