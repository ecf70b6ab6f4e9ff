"""Looking at a share before it goes, and giving it as a file with a password: each done once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from unittest import mock

from consent import actions
from counselling.db import as_actor
from tests.consent import locking, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World


def preview_disclosure(world: World) -> None:
    with as_actor(world.dana):
        actions.preview_disclosure(
            actor=world.dana,
            client_id=world.mara,
            pack=steps.PACK,
            categories=["session_notes"],
            level="session_notes",
            to=steps.EVA,
        )


def lock_disclosure(world: World) -> None:
    # what it does to the file is tested with files that are some
    with mock.patch("consent.actions.locking.lock", return_value=b"locked"):
        locking.lock(world.dana, locking.as_file(world))


ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"consent.actions.{act.__name__}": act for act in (preview_disclosure, lock_disclosure)
}
EVENTS: Final[dict[str, list[str]]] = {
    "preview_disclosure": ["disclosure.previewed"],
    "lock_disclosure": ["document.downloaded", "disclosure.locked"],
}
