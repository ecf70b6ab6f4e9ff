"""Each use case of the trail, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from audit import actions
from counselling import vault
from counselling.access import SERVICE
from counselling.db import as_actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World


def read_trail(world: World) -> None:
    with as_actor(world.vera):
        actions.read_trail(actor=world.vera)


def read_openings(world: World) -> None:
    with as_actor(world.mara_portal):
        actions.read_openings(actor=world.mara_portal, client=world.mara)


def record_refusal(world: World) -> None:
    actions.record_refusal(actor=world.sam, code="not-permitted", path_name="records:note")


def record_verification(world: World) -> None:
    actions.record_verification(actor=SERVICE, whole=True, events=7, findings=0)


def record_export(world: World) -> None:
    actions.record_export(actor=SERVICE)


def destroy_key(world: World) -> None:
    with as_actor(SERVICE):
        actions.destroy_key(actor=SERVICE, holder=vault.holders.staff(uuid4()))


_DONE: Final = (
    destroy_key, read_trail, read_openings, record_refusal, record_verification, record_export,
)  # fmt: skip
ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"audit.actions.{one.__name__}": one for one in _DONE
}
