"""Each use case of guardians and of who decides, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clients import actions
from counselling.db import as_actor
from tests.clients import guarding

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.world import World


def _decided(world: World) -> UUID:
    guarding.is_born(world.dana, world.ben, guarding.born(15))
    mum = guarding.guardian(world.dana, world.ben)
    guarding.decide(world.dana, world.ben, mum)
    return mum


def add_guardian(world: World) -> None:
    guarding.guardian(world.dana, world.ben)


def amend_guardian(world: World) -> None:
    mum = guarding.guardian(world.dana, world.ben)
    with as_actor(world.dana):
        actions.amend_guardian(actor=world.dana, guardian_id=mum, details=guarding.DAD)


def end_guardian(world: World) -> None:
    mum = guarding.guardian(world.dana, world.ben)
    with as_actor(world.dana):
        actions.end_guardian(actor=world.dana, guardian_id=mum)


def open_deciding(world: World) -> None:
    guarding.guardian(world.dana, world.ben)
    with as_actor(world.fred):
        actions.open_deciding(actor=world.fred, client_id=world.ben)


def give_guardian_access(world: World) -> None:
    guarding.sign_in(world.dana, _decided(world))


def prepare_decision(world: World) -> None:
    with as_actor(world.dana):
        actions.prepare_decision(actor=world.dana, client_id=world.ben)


def decide_capacity(world: World) -> None:
    _decided(world)


def read_own_deciding(world: World) -> None:
    _decided(world)
    with as_actor(world.ben_portal):
        actions.read_own_deciding(actor=world.ben_portal, client_id=world.ben)


def signers_named(world: World) -> None:
    with as_actor(world.dana):
        actions.signers_named(actor=world.dana, client_id=world.ben)


ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"clients.actions.{act.__name__}": act
    for act in (
        add_guardian, amend_guardian, end_guardian, open_deciding, give_guardian_access,
        prepare_decision, decide_capacity, read_own_deciding, signers_named,
    )
}  # fmt: skip
_NAMED: Final = "signers.named"
_DECIDED: Final = ["client.amended", "guardian.added", _NAMED, "capacity.decided"]
EVENTS: Final[dict[str, list[str]]] = {
    "add_guardian": ["guardian.added"],
    "amend_guardian": ["guardian.added", "guardian.amended"],
    "end_guardian": ["guardian.added", "guardian.ended"],
    "open_deciding": ["guardian.added", "guardian.opened"],
    "give_guardian_access": [*_DECIDED, "guardian.invited", "accounts.client.invited"],
    "prepare_decision": [_NAMED],
    "decide_capacity": _DECIDED,
    "read_own_deciding": [*_DECIDED, "guardian.opened"],
    "signers_named": [_NAMED],
}
