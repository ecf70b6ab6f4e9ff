"""What would be left undone if somebody's assignment ended: apps above this one know it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable
    from uuid import UUID

    # (case, person) to what that person began in it and did not finish
    Question = Callable[[UUID, UUID], Iterable["LeftOpen"]]


@dataclasses.dataclass(frozen=True, slots=True)
class LeftKind:
    """What is not finished, for one and for several, and in a sentence what becomes of it."""

    one: str
    many: str
    then: str


@dataclasses.dataclass(frozen=True, slots=True)
class LeftOpen:
    """Something not finished: what it is, when it was, and where whose it is finishes it."""

    words: str
    at: datetime.datetime
    path: str
    kind: LeftKind


_questions: Final[list[Question]] = []


def register_left_open(question: Question) -> None:
    """Have a question asked before an assignment ends."""
    if question not in _questions:
        _questions.append(question)


def left_open(case_id: UUID, people: Iterable[UUID]) -> dict[UUID, list[LeftOpen]]:
    """Give what each of these people would leave undone; who leaves nothing is not named."""
    found = {
        person: [one for question in _questions for one in question(case_id, person)]
        for person in people
    }
    return {person: left for person, left in found.items() if left}
