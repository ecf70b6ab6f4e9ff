"""Safety in the practice of the matrix: a plan, and a danger its client is not told of yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from records.domain.dangers import AdditionKind
from tests.records.safety import added, recorded_danger, signed_plan

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

# words that are nowhere else
PLANNED: Final = "Kirschkernkissen"
FEARED: Final = "Nebelhornwarnung"


def kept_safe(world: World, case: UUID) -> dict[str, UUID]:
    """Give Ana a plan, which she has, and write a danger down that she is told of later."""
    plan = signed_plan(
        world.dana, case, world.ana, give=True, signs=PLANNED, help="My sister Klara."
    )
    danger = recorded_danger(world.dana, case, world.ana, threat=FEARED, what=FEARED)
    added(world.dana, danger, AdditionKind.MORE, FEARED)
    return {"plan": plan, "danger": danger}


def kept_safe_elsewhere(world: World) -> dict[str, UUID]:
    """Give Jon a plan too, and write a danger down, by Sam's hand."""
    return {
        "plan_id": signed_plan(world.sam, world.jon_case, world.jon, give=True),
        "danger_id": recorded_danger(world.sam, world.jon_case, world.jon),
    }
