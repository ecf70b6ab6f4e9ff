"""Each use case of supervision, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counselling.db import as_actor
from records import actions
from tests.records import supervising

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World


def co_sign(world: World) -> None:
    supervising.co_sign(world.vera, supervising.waiting_note(world))


def return_note(world: World) -> None:
    supervising.give_back(world.vera, supervising.waiting_note(world))


def open_comments(world: World) -> None:
    note = supervising.waiting_note(world)
    supervising.give_back(world.vera, note)
    with as_actor(world.tess):
        actions.open_comments(actor=world.tess, note_id=note)


def save_supervision_draft(world: World) -> None:
    with as_actor(world.vera):
        actions.save_supervision_draft(
            actor=world.vera, supervisee_id=world.tess.id, version=0, text="Half"
        )


def open_supervision_draft(world: World) -> None:
    with as_actor(world.vera):
        actions.open_supervision_draft(actor=world.vera, supervisee_id=world.tess.id)


def sign_supervision_note(world: World) -> None:
    supervising.noted(world.vera, world.tess.id, "Agreed: one goal.")


def open_supervision_note(world: World) -> None:
    note = supervising.noted(world.vera, world.tess.id, "Agreed: one goal.", shared=True)
    with as_actor(world.tess):
        actions.open_supervision_note(actor=world.tess, supervision_note_id=note)


DONE: Final[tuple[Callable[[World], None], ...]] = (
    co_sign, return_note, open_comments, save_supervision_draft, open_supervision_draft,
    sign_supervision_note, open_supervision_note,
)  # fmt: skip
