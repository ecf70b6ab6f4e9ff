"""What a client said of a note and what became of it, opened under an event that names them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from counselling import vault
from counselling.db import among, now
from records.domain.amendments import (
    TRAVELS,
    AmendmentMove,
    AmendmentState,
    Basis,
    amendment_state,
    due_at,
)
from records.models import Amendment

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class StepShown:
    """One step, opened."""

    move: AmendmentMove
    by: UUID
    at: datetime.datetime
    basis: Basis | None
    text: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class AmendmentShown:
    """What a client said of a note and what became of it, opened."""

    id: UUID
    note: UUID
    case: UUID
    client: UUID
    of_own_part: bool
    session_at: datetime.datetime
    asked_at: datetime.datetime
    due_at: datetime.datetime
    state: AmendmentState
    wrong: str = dataclasses.field(repr=False)
    better: str = dataclasses.field(repr=False)
    steps: tuple[StepShown, ...] = ()

    @property
    def travels(self) -> bool:
        """Say whether it goes along wherever the note goes."""
        return self.state in TRAVELS

    @property
    def open(self) -> bool:
        """Say whether it waits for an answer."""
        return self.state is AmendmentState.ASKED

    @property
    def may_extend(self) -> bool:
        """Say whether thirty more days may be taken: once, and in time."""
        return self.open and not self.steps and now() <= self.due_at


def holders_of_words(note_ids: Iterable[UUID]) -> list[str]:
    """Name the keyholders of what was said of notes: who said it may have left the case since."""
    found = Amendment.objects.filter(among("note_id", note_ids)).order_by().distinct()
    return [vault.holders.client(one) for one in found.values_list("client_id", flat=True)]


def amendments_under(
    grant: vault.Grant, note_ids: Iterable[UUID], *, client: UUID | None = None
) -> Mapping[UUID, tuple[AmendmentShown, ...]]:
    """Open what was said of notes under an event that names who said it: two questions in all.

    `client` leaves away what others said: their words are theirs.
    """
    found = Amendment.objects.filter(among("note_id", note_ids))
    if client is not None:
        found = found.filter(client_id=client)
    by_note: dict[UUID, tuple[AmendmentShown, ...]] = {}
    rows = found.select_related("session").prefetch_related("steps")
    for one in rows.order_by("asked_at"):
        said = (*by_note.get(one.note_id, ()), shown(one, grant))
        by_note[one.note_id] = said
    return by_note


def shown(one: Amendment, grant: vault.Grant) -> AmendmentShown:
    """Open one, with its steps in their order."""
    steps = sorted(one.steps.all(), key=lambda step: step.at)
    moves = [AmendmentMove(step.move) for step in steps]
    return AmendmentShown(
        id=one.id,
        note=one.note_id,
        case=one.case_id,
        client=one.client_id,
        of_own_part=one.part_id is not None,
        session_at=one.session.starts_at,
        asked_at=one.asked_at,
        due_at=due_at(one.asked_at, moves),
        state=amendment_state(moves),
        wrong=vault.open_text(one.wrong, grant),
        better=vault.open_text(one.better, grant),
        steps=tuple(
            StepShown(
                AmendmentMove(step.move),
                step.by_id,
                step.at,
                Basis(step.basis) if step.basis else None,
                vault.open_text(step.text, grant),
            )
            for step in steps
        ),
    )
