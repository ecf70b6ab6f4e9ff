"""P9: opening one note, with everything that guards it, against reading one in the clear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

import records.actions
from audit.actions import record
from bench import acts, planting, texts
from bench.measuring import LEAST_ROUNDS, Figure, cost
from bench.place import make_tables
from bench.tables import PlainEvent, PlainNote
from clients.models import Assignment, CaseMember, Client
from counselling import vault
from counselling.db import as_actor
from records.domain import NOTE_OPENED
from records.models import Addendum, Note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

COUNT: Final = 8
ROUNDS: Final = 2 * LEAST_ROUNDS + 1


def figures() -> Iterator[Figure]:
    """Measure the bare steps, then the use case as a page calls it."""
    planted = planting.practice()
    note = _plain_note(planted)
    yield Figure(
        "P9.steps", "opening a note: policy, seal, event, commit",
        "plain select + plain audit insert", _steps(planted, note), "x time", 1.10, "lower",
    )  # fmt: skip
    yield Figure(
        "P9.action", "the use case: note, own part, addenda, event",
        "the same queries plain, no policy, no seal", _action(planted, note),
        "x time", 1.10, "lower",
    )  # fmt: skip


def _plain_note(planted: planting.Planted) -> UUID:
    """Keep as many notes in the clear as there are sealed ones; give one of them."""
    make_tables(PlainNote, PlainEvent)
    at, count = timezone.now(), planting.COUNSELLORS * planting.CASELOAD * planting.NOTES
    cases = [planted.case, *acts.ids(planting.COUNSELLORS * planting.CASELOAD - 1)]
    made = PlainNote.objects.bulk_create(
        PlainNote(
            case_id=cases[number // planting.NOTES],
            author_id=planted.dana.id,
            signed_at=at,
            text=text,
        )
        for number, text in enumerate(texts.notes(count))
    )
    return made[0].id


def _steps(planted: planting.Planted, plain_note: UUID) -> float:
    def ours() -> None:
        for _ in range(COUNT):
            with as_actor(planted.dana):
                note = Note.objects.get(pk=planted.signed)
                grant = record(
                    actor=planted.dana, kind=NOTE_OPENED, client=planted.client,
                    case=note.case_id, about=("note", note.id), purpose="care",
                    relation="assigned",
                )  # fmt: skip
                vault.open_text(note.record_part, grant)

    def plain() -> None:
        for _ in range(COUNT):
            with transaction.atomic():
                note = PlainNote.objects.get(pk=plain_note)
                _insert(planted, note)

    return cost(ours, plain, rounds=ROUNDS)


def _action(planted: planting.Planted, plain_note: UUID) -> float:
    def ours() -> None:
        for _ in range(COUNT):
            with as_actor(planted.dana):
                records.actions.open_note(actor=planted.dana, note_id=planted.signed)

    note = PlainNote.objects.get(pk=plain_note)

    def plain() -> None:
        for _ in range(COUNT):
            with transaction.atomic(using="owner"):
                _plain_page(planted, note)

    return cost(ours, plain, rounds=ROUNDS)


def _plain_page(planted: planting.Planted, note: PlainNote) -> None:
    """Ask what `open_note` asks, as the owner of the tables, whom no policy binds; open nothing."""
    notes = Note.objects.using("owner").select_related("session", "case", "process_note")
    case = notes.get(pk=planted.signed).case
    list(Addendum.objects.using("owner").filter(note_id=planted.signed).order_by("signed_at"))
    members = CaseMember.objects.using("owner").filter(case_id__in=[case.pk])
    list(members.order_by("since", "pk"))
    assignments = Assignment.objects.using("owner").filter(case_id__in=[case.pk])
    list(assignments.order_by("offered_at", "pk"))
    list(Client.objects.using("owner").filter(pk__in={planted.client}).only("identity"))
    _insert(planted, note, using="owner")


def _insert(planted: planting.Planted, note: PlainNote, using: str = "default") -> None:
    PlainEvent.objects.using(using).create(
        kind=NOTE_OPENED.code, act=NOTE_OPENED.action.value, outcome="ok",
        actor_id=planted.dana.id, role=planted.dana.role, client_id=planted.client,
        case_id=note.case_id, thing="note", row=note.id,
        detail={"purpose": "care", "relation": "assigned"},
    )  # fmt: skip
