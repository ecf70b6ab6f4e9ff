"""Each use case of safety, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counselling.db import as_actor
from records import actions
from records.domain.dangers import AdditionKind
from tests.records.safety import added, recorded_danger, signed_plan, type_plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.world import World


def _plan(world: World, *, give: bool = False) -> UUID:
    return signed_plan(world.dana, world.mara_case, world.mara, give=give)


def _danger(world: World) -> UUID:
    return recorded_danger(world.dana, world.mara_case, world.mara)


def save_plan_draft(world: World) -> None:
    type_plan(world.dana, world.mara_case, world.mara)


def open_plan_draft(world: World) -> None:
    type_plan(world.dana, world.mara_case, world.mara)
    with as_actor(world.dana):
        actions.open_plan_draft(actor=world.dana, case_id=world.mara_case, client_id=world.mara)


def sign_plan(world: World) -> None:
    _plan(world)


def open_current_plan(world: World) -> None:
    _plan(world)
    with as_actor(world.vera):
        actions.open_current_plan(actor=world.vera, case_id=world.mara_case, client_id=world.mara)


def open_plan(world: World) -> None:
    plan = _plan(world)
    with as_actor(world.dana):
        actions.open_plan(actor=world.dana, plan_id=plan)


def print_plan(world: World) -> None:
    plan = _plan(world)
    with as_actor(world.dana):
        actions.print_plan(actor=world.dana, plan_id=plan)


def give_plan(world: World) -> None:
    plan = _plan(world)
    with as_actor(world.dana):
        actions.give_plan(actor=world.dana, plan_id=plan)


def take_plan_back(world: World) -> None:
    plan = _plan(world, give=True)
    with as_actor(world.dana):
        actions.take_plan_back(actor=world.dana, plan_id=plan)


def open_own_plan(world: World) -> None:
    _plan(world, give=True)
    with as_actor(world.mara_portal):
        actions.open_own_plan(actor=world.mara_portal)


def print_own_plan(world: World) -> None:
    plan = _plan(world, give=True)
    with as_actor(world.mara_portal):
        actions.print_own_plan(actor=world.mara_portal, plan_id=plan)


def record_danger(world: World) -> None:
    _danger(world)


def open_danger(world: World) -> None:
    danger = _danger(world)
    with as_actor(world.vera):
        actions.open_danger(actor=world.vera, danger_id=danger)


def add_to_danger(world: World) -> None:
    added(world.dana, _danger(world), AdditionKind.MORE)


def open_own_dangers(world: World) -> None:
    recorded_danger(world.dana, world.mara_case, world.mara, later=None)
    with as_actor(world.mara_portal):
        actions.open_own_dangers(actor=world.mara_portal)


_DONE: Final = (
    save_plan_draft, open_plan_draft, sign_plan, open_current_plan, open_plan, print_plan,
    give_plan, take_plan_back, open_own_plan, print_own_plan, record_danger, open_danger,
    add_to_danger, open_own_dangers,
)  # fmt: skip
ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"records.actions.{one.__name__}": one for one in _DONE
}
