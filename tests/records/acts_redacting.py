"""Finding whom a pack names, and leaving names out: each done once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counselling.db import as_actor
from records import actions
from records.domain.redacting import Choices
from tests.consent import steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World


def known_names(world: World) -> None:
    with as_actor(world.dana):
        actions.known_names(
            actor=world.dana, client_id=world.mara, case_id=world.mara_case, pack=steps.PACK
        )


def look_through(world: World) -> None:
    with as_actor(world.dana):
        actions.look_through(
            actor=world.dana,
            client_id=world.mara,
            case_id=world.mara_case,
            pack=steps.PACK,
            choices=Choices(),
            language="en",
        )


DONE: Final[tuple[Callable[[World], None], ...]] = (known_names, look_through)
