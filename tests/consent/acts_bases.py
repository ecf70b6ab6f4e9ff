"""Each use case about legal bases and telling, done once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from consent import actions, queries
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.consent import basis_steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.world import World


def state_basis(world: World) -> None:
    basis_steps.state(world)


def decide_basis(world: World) -> None:
    basis_steps.release(world, basis_steps.state(world))


def read_basis(world: World) -> None:
    basis = basis_steps.state(world)
    with as_actor(world.vera):
        actions.read_basis(actor=world.vera, basis_id=basis)


def open_basis_paper(world: World) -> None:
    basis = basis_steps.state(world)
    with as_actor(world.vera):
        (paper,) = queries.basis_row(basis).papers
        actions.open_basis_paper(actor=world.vera, paper_id=paper)


def _went(world: World) -> UUID:
    return basis_steps.hand_over(world, basis_steps.released(world, **basis_steps.later(5)))


def tell_now(world: World) -> None:
    disclosure = _went(world)
    with as_actor(world.dana):
        actions.tell_now(actor=world.dana, disclosure_id=disclosure)


def tell_later(world: World) -> None:
    disclosure, until = _went(world), basis_steps.later(20)["tell_at"]
    with as_actor(world.vera):
        actions.tell_later(actor=world.vera, disclosure_id=disclosure, until=until, why="Unsafe.")


def note_told(world: World) -> None:
    disclosure = basis_steps.hand_over(world, basis_steps.released(world))
    with as_actor(world.dana):
        actions.note_told(actor=world.dana, disclosure_id=disclosure)


def tell_of_disclosure(world: World) -> None:
    notice = _due(world)
    with as_actor(SERVICE, client=world.mara):
        actions.tell_of_disclosure(actor=SERVICE, notice_id=notice)


def fail_telling(world: World) -> None:
    notice = _due(world)
    with as_actor(SERVICE, client=world.mara):
        actions.fail_telling(actor=SERVICE, notice_id=notice, code="OSError")


def press_basis(world: World) -> None:
    basis = basis_steps.state(world)
    basis_steps.hours_pass(basis, 73)
    with as_actor(SERVICE, client=world.mara):
        actions.press_basis(actor=SERVICE, basis_id=basis)


def _due(world: World) -> UUID:
    basis_steps.hand_over(world, basis_steps.released(world))
    with as_actor(SERVICE):
        ((notice, _),) = queries.due_tellings()
    return notice


ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"consent.actions.{act.__name__}": act
    for act in (
        state_basis, decide_basis, read_basis, open_basis_paper, tell_now, tell_later, note_told,
        tell_of_disclosure, fail_telling, press_basis,
    )
}  # fmt: skip
EVENTS: Final[dict[str, list[str]]] = {
    "state_basis": ["basis.stated", "basis.paper_kept"],
    "decide_basis": ["basis.decided"],
    "read_basis": ["basis.read"],
    "open_basis_paper": ["basis.paper_opened"],
    "tell_now": ["telling.moved"],
    "tell_later": ["telling.moved"],
    "note_told": ["telling.done"],
    "tell_of_disclosure": ["message.checked", "message.queued", "telling.tended"],
    "fail_telling": ["telling.tended"],
    "press_basis": ["accounts.told", "basis.pressed"],
}
