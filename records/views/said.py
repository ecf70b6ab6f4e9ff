"""What a client said of a note, as every page and every paper shows it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from records.domain.amendments import (
    AMENDMENT_WORDS,
    BASIS_WORDS,
    OF_THE_CLIENT,
    STEP_WORDS,
    AmendmentState,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from records.actions import AmendmentShown, StepShown

CHIPS: Final[Mapping[AmendmentState, str]] = MappingProxyType({
    AmendmentState.ASKED: "wait",
    AmendmentState.ACCEPTED: "yes",
    AmendmentState.REFUSED: "no",
    AmendmentState.DISAGREED: "no",
    AmendmentState.REBUTTED: "no",
})  # fmt: skip


def people_in(said: Iterable[AmendmentShown]) -> set[UUID]:
    """Give everybody who answered; who asked is named by the page."""
    return {step.by for one in said for step in one.steps if step.move not in OF_THE_CLIENT}


def facts(
    said: Iterable[AmendmentShown], people: Mapping[UUID, str], clients: Mapping[UUID, str]
) -> list[dict[str, Any]]:
    """Put what was said into words; who has left the case is "a client" by now."""
    return [_fact(one, people, clients.get(one.client, "a client")) for one in said]


def _fact(one: AmendmentShown, people: Mapping[UUID, str], who: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "who": who,
        "asked_at": one.asked_at,
        "due_at": one.due_at if one.open else None,
        "word": AMENDMENT_WORDS[one.state],
        "chip": CHIPS[one.state],
        "of_own_part": one.of_own_part,
        "wrong": one.wrong,
        "better": one.better,
        "may_disagree": one.state is AmendmentState.REFUSED,
        "steps": [_step(step, people, who) for step in one.steps],
    }


def _step(step: StepShown, people: Mapping[UUID, str], who: str) -> dict[str, Any]:
    return {
        "word": STEP_WORDS[step.move],
        "basis": "" if step.basis is None else BASIS_WORDS[step.basis],
        "by": who if step.move in OF_THE_CLIENT else people.get(step.by, ""),
        "at": step.at,
        "text": step.text,
    }
