"""What stays behind signed by nobody: notes without a co-signature, and safety plans."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection
from django.urls import reverse

from clients.domain import CaseKind
from clients.queries import LeftKind, LeftOpen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any
    from uuid import UUID

JUDGED_LATER = LeftKind(
    "note without a co-signature",
    "notes without a co-signature",
    "Whoever supervises its author can still co-sign it or return it, and its author can answer a "
    "return; nothing else of the case stays open to them.",
)


PLAN = LeftKind(
    "unsigned safety plan",
    "unsigned safety plans",
    "Sign it first. A colleague who cares for the case can go on with it; once nobody does, what "
    "was not signed can be reached by nobody, and the version before it is the one that holds.",
)


@dataclasses.dataclass(frozen=True, slots=True)
class LeftNote:
    """The case of such a note: by reference, and for the log whom the note is about; no name."""

    note: UUID
    id: UUID
    own: bool
    reference: str
    kind: CaseKind
    clients: tuple[UUID, ...]

    @property
    def present(self) -> tuple[UUID, ...]:
        """Give whom it is about, as a case gives who is in it."""
        return self.clients


def left_notes() -> dict[UUID, LeftNote]:
    """Give those the actor may still judge, or answer as their author, by id."""
    asked = (
        "SELECT note_id, case_id, own, reference, kind, clients FROM records_left_waiting_about()"
    )
    rows = (
        LeftNote(note, case, own, reference, CaseKind(kind), tuple(people))
        for note, case, own, reference, kind, people in _rows(asked)
    )
    return {one.note: one for one in rows}


def left_to_judge(case: UUID, person: UUID) -> Iterator[LeftOpen]:
    """List the notes that would wait on with supervisors; for who may end the assignment."""
    asked = "SELECT note_id, starts_at FROM records_left_to_judge(%s, %s)"
    for note, at in _rows(asked, case, person):
        path = reverse("records:note", args=[note])
        yield LeftOpen("Session of", at, path, JUDGED_LATER)


def left_plans(case: UUID, person: UUID) -> Iterator[LeftOpen]:
    """List the safety plans somebody began there and nobody signed; for who may end it."""
    asked = "SELECT client_id, saved_at FROM records_left_plans(%s, %s)"
    for client, at in _rows(asked, case, person):
        yield LeftOpen("Written", at, reverse("records:plan-draft", args=[case, client]), PLAN)


def _rows(question: str, *asked: UUID) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question, asked)
        return list(cursor.fetchall())
