"""Who may read which note in their own space, and what waits to be answered; nothing sealed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import connection

import consent.queries
from consent.domain.covers import Category
from counselling import db
from counselling.access import Permission
from counselling.errors import NotThere
from records.domain.amendments import (
    ANSWERED_WITHIN,
    AmendmentMove,
    AmendmentState,
    amendment_state,
    due_at,
)
from records.models import Amendment, AmendmentStep, Note, NotePart, Reading

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from consent.queries import DisclosureRow
    from counselling.access import Actor

PAGE: Final = 30
# a statement nobody has replied to is shown so long among what waits
LATELY: Final = ANSWERED_WITHIN


@dataclasses.dataclass(frozen=True, slots=True)
class ReadingRow:
    """A note one client may read, or could."""

    note: UUID
    client: UUID
    author: UUID
    session_at: datetime.datetime
    since: datetime.datetime
    until: datetime.datetime | None
    until_by: UUID | None


@dataclasses.dataclass(frozen=True, slots=True)
class AmendmentRow:
    """What a client said is not right, as a list shows it: where it stands, not what it says."""

    id: UUID
    note: UUID
    case: UUID
    client: UUID
    session_at: datetime.datetime
    asked_at: datetime.datetime
    due_at: datetime.datetime
    state: AmendmentState
    moved_at: datetime.datetime
    extended: bool

    @property
    def open(self) -> bool:
        """Say whether it waits for an answer."""
        return self.state is AmendmentState.ASKED

    @property
    def overdue(self) -> bool:
        """Say whether it should have been answered by now."""
        return self.open and self.due_at < db.now()


@dataclasses.dataclass(frozen=True, slots=True)
class ReadingPage:
    """One page of the notes a client may read, newest first."""

    rows: tuple[ReadingRow, ...]
    number: int
    more: bool


def own_readings(client_id: UUID, *, page: int = 1) -> ReadingPage:
    """Give the notes a client may read now, those of the latest session first."""
    start = (max(1, page) - 1) * PAGE
    found = Reading.objects.filter(client_id=client_id, until=None).select_related("session")
    rows = list(found.order_by("-session__starts_at", "-id")[start : start + PAGE + 1])
    return ReadingPage(tuple(map(_reading, rows[:PAGE])), max(1, page), len(rows) > PAGE)


def count_own_readings(client_id: UUID) -> int:
    """Count the notes a client may read now."""
    return Reading.objects.filter(client_id=client_id, until=None).count()


@dataclasses.dataclass(frozen=True, slots=True)
class NoteToRead:
    """A note as far as it matters who may read it."""

    id: UUID
    session: UUID
    case: UUID
    author: UUID
    session_at: datetime.datetime


def note_to_read(note_id: UUID) -> NoteToRead:
    """Give a signed note; raises NotThere for a hidden one and for none alike."""
    # joined with its case, which must be seen too: not one that only waits for a judgement
    found = Note.objects.select_related("session", "case").filter(id=note_id).first()
    if found is None:
        raise NotThere("records_note", note_id)
    return NoteToRead(
        found.id, found.session_id, found.case_id, found.author_id, found.session.starts_at
    )


def could_read(note: NoteToRead) -> list[UUID]:
    """Give whom its author may open a note to: in the case by then and now, and on its roster."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT part.client_id FROM public.clients_casemember part WHERE part.case_id = %s "
            "AND part.until IS NULL "
            "AND public.records_may_open(%s, %s, part.case_id, part.client_id) "
            "ORDER BY part.since, part.id",
            [note.case, note.id, note.session],
        )
        return [row[0] for row in cursor.fetchall()]


def may_read(client_id: UUID, note_id: UUID) -> bool:
    """Say whether a client may read a note now."""
    return Reading.objects.filter(client_id=client_id, note_id=note_id, until=None).exists()


def has_two_parts(client_id: UUID, note_id: UUID) -> bool:
    """Say whether a client reads both of a note: what is about them, and about everybody."""
    own = NotePart.objects.filter(client_id=client_id, note_id=note_id)
    return own.exists() and Note.objects.filter(id=note_id).exists()


def readers(note_id: UUID) -> list[ReadingRow]:
    """Give who may read a note or could once, newest first: the history of it."""
    found = Reading.objects.filter(note_id=note_id).select_related("session")
    return [_reading(one) for one in found.order_by("-since", "-id")]


def reading_now(note_id: UUID) -> frozenset[UUID]:
    """Give the clients who may read a note now."""
    found = Reading.objects.filter(note_id=note_id, until=None)
    return frozenset(found.values_list("client_id", flat=True))


def own_amendments(client_id: UUID) -> list[AmendmentRow]:
    """Give what a client said is not right, newest first."""
    return _rows(Amendment.objects.filter(client_id=client_id).order_by("-asked_at")[:200])


def open_amendments() -> list[AmendmentRow]:
    """Give what waits for an answer among what the actor sees, what is due first."""
    answered = AmendmentStep.objects.filter(move__in=["accepted", "refused"])
    asked = Amendment.objects.exclude(id__in=answered.values("amendment_id"))
    return sorted(_rows(asked.order_by("asked_at")[:200]), key=lambda one: one.due_at)


def answered_amendments() -> list[AmendmentRow]:
    """Give what was answered lately among what the actor sees, what moved last first."""
    answered = AmendmentStep.objects.filter(move__in=["accepted", "refused"])
    rows = _rows(
        Amendment.objects.filter(id__in=answered.values("amendment_id")).order_by("-asked_at")[:60]
    )
    return sorted(rows, key=lambda one: one.moved_at, reverse=True)


def went_with(client_id: UUID, note_id: UUID) -> list[DisclosureRow]:
    """Give what went of a client with one note in it, newest first; the client's, once told.

    What its author keeps alone beside it is not the note: it holds no correction (AC-06).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM records_went_with(%s, %s)", [client_id, note_id])
        found = [row for (row,) in cursor.fetchall()]
    went = consent.queries.disclosures_among(found)
    return [one for one in went if {*one.categories} - {Category.PROCESS_NOTES}]


def waiting_amendments(actor: Actor) -> list[AmendmentRow]:
    """Give what waits for the actor: an answer, or a look at a statement of disagreement."""
    if not actor.may(Permission.ANSWER_NOT_RIGHT):
        return []
    return [*open_amendments(), *_statements()]


def _statements() -> list[AmendmentRow]:
    lately = AmendmentStep.objects.filter(
        move=AmendmentMove.DISAGREE, at__gte=db.now() - LATELY
    ).values("amendment_id")
    replied = AmendmentStep.objects.filter(move=AmendmentMove.REBUT).values("amendment_id")
    return _rows(Amendment.objects.filter(id__in=lately).exclude(id__in=replied)[:200])


def amendment_row(amendment_id: UUID) -> AmendmentRow:
    """Give one; raises NotThere for a hidden one and for none alike."""
    rows = _rows(Amendment.objects.filter(id=amendment_id))
    if not rows:
        raise NotThere("records_amendment", amendment_id)
    return rows[0]


def _rows(found: QuerySet[Amendment]) -> list[AmendmentRow]:
    return [_row(one) for one in found.select_related("session").prefetch_related("steps")]


def _row(one: Amendment) -> AmendmentRow:
    steps: Iterable[AmendmentStep] = list(one.steps.all())
    moves = [AmendmentMove(step.move) for step in steps]
    return AmendmentRow(
        one.id,
        one.note_id,
        one.case_id,
        one.client_id,
        one.session.starts_at,
        one.asked_at,
        due_at(one.asked_at, moves),
        amendment_state(moves),
        max((step.at for step in steps), default=one.asked_at),
        AmendmentMove.EXTEND in moves,
    )


def _reading(one: Reading) -> ReadingRow:
    return ReadingRow(
        one.note_id,
        one.client_id,
        one.by_id,
        one.session.starts_at,
        one.since,
        one.until,
        one.until_by_id,
    )
