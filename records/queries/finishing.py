"""What an assignment that ends leaves unsigned, until when, and what was never finished."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Exists, OuterRef
from django.urls import reverse

import clients.queries
from counselling.db import given_clock, now
from records.domain import FINISHES_WITHIN, LOCKS_AFTER, NoteState, state_of_draft
from records.models import Draft, Note, Session
from records.queries.sessions import SessionRow, session_rows

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from typing import Any
    from uuid import UUID

    from counselling.access import Actor


UNSIGNED: Final = clients.queries.LeftKind(
    "unsigned note",
    "unsigned notes",
    "Whoever wrote it can finish it for seven days, and nothing else of the case. What is not "
    "signed by then stays unfinished, and a privacy officer sees how many there are.",
)


@dataclasses.dataclass(frozen=True, slots=True)
class LeftCase:
    """A case that is no longer the actor's, while they may finish their notes of it."""

    case: UUID
    reference: str
    until: datetime.datetime
    clients: tuple[UUID, ...]

    @property
    def last_at(self) -> datetime.datetime:
        """Give the instant from which nothing of it can be finished any more."""
        return self.until + FINISHES_WITHIN


@dataclasses.dataclass(frozen=True, slots=True)
class NeverFinished:
    """How many notes somebody left unsigned in a case, more than seven days after they left it."""

    person: UUID
    case: UUID
    reference: str
    until: datetime.datetime
    notes: int


def left_cases() -> dict[UUID, LeftCase]:
    """Give the cases in which the actor may still finish notes, by id."""
    asked = "SELECT case_id, reference, until, clients FROM records_finishing_cases()"
    return {row[0]: LeftCase(row[0], row[1], row[2], tuple(row[3])) for row in _rows(asked)}


def to_finish(actor: Actor) -> list[tuple[SessionRow, LeftCase]]:
    """List the unsigned sessions of cases that are no longer the actor's, the oldest first."""
    left = left_cases()
    if not left:
        return []
    gone = set(left) - set(clients.queries.cases_by_id(left))
    # a signed note that came back shows its session too
    signed = Note.objects.filter(session=OuterRef("pk"), author_id=actor.id)
    found = Session.objects.filter(~Exists(signed), case_id__in=gone)
    rows = session_rows(actor, found.order_by("starts_at"))
    return [(row, left[row.case]) for row in rows]


def left_open(case: UUID, person: UUID) -> list[clients.queries.LeftOpen]:
    """List the sessions whose notes somebody would leave unsigned; for who may end it."""
    asked = "SELECT session_id, starts_at FROM records_left_unsigned(%s, %s)"
    return [
        clients.queries.LeftOpen(
            "Session of", row[1], reverse("records:draft", args=[row[0]]), UNSIGNED
        )
        for row in _rows(asked, case, person)
    ]


def never_finished() -> list[NeverFinished]:
    """Count what was never finished, as a privacy officer or a supervisor of who left it."""
    asked = "SELECT person_id, case_id, reference, until, notes FROM records_never_finished()"
    return [NeverFinished(*row) for row in _rows(asked)]


def is_locked(actor: Actor, session: UUID) -> bool:
    """Say whether the text of the actor's draft about a session is fixed."""
    drafts = Draft.objects.filter(session_id=session, author_id=actor.id)
    begun = drafts.values_list("begun_at", flat=True).first()
    return begun is not None and state_of_draft(begun, now()) is NoteState.LOCKED


def locked_among(actor: Actor, sessions: Iterable[UUID]) -> frozenset[UUID]:
    """Give those of the sessions whose draft of the actor is fixed."""
    since = now() - LOCKS_AFTER
    drafts = Draft.objects.filter(session_id__in=list(sessions), author_id=actor.id)
    return frozenset(drafts.filter(begun_at__lt=since).values_list("session_id", flat=True))


def due_reminders() -> Iterable[tuple[UUID, ...]]:
    """Give whom to remind of notes that are a day late, each once; in a told past, nobody."""
    if given_clock() is not None:
        return []
    asked = "SELECT DISTINCT person_id FROM records_due_reminders()"
    return [(row[0],) for row in _rows(asked)]


def late_sessions(person: UUID) -> list[UUID]:
    """Give the sessions of which somebody is to be reminded now."""
    asked = "SELECT session_id FROM records_due_reminders() WHERE person_id = %s"
    return [row[0] for row in _rows(asked, person)]


def _rows(question: str, *asked: UUID) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question, asked)
        return list(cursor.fetchall())
