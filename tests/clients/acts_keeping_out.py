"""Each use case of sealed files and of people shut out, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clients import actions
from clients.domain.keeping_out import SealKind
from counselling.db import as_actor

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World


def shut(by: Actor, client: UUID, person: Actor, words: str = "") -> UUID:
    """Shut a member of staff out of a client's file."""
    with as_actor(by):
        return actions.shut_out(actor=by, client_id=client, person_id=person.id, words=words)


def sealed(by: Actor, client: UUID, own: Actor | None = None) -> UUID:
    """Seal a client's file, as somebody's own where that is said."""
    kind = SealKind.STAFF if own else SealKind.RELATIVE
    person = own.id if own else None
    with as_actor(by):
        return actions.seal_file(
            actor=by, client_id=client, kind=kind, why="Her sister works here.", person_id=person
        )


def let_in(by: Actor, client: UUID, person: Actor) -> UUID:
    """Let somebody into a sealed file."""
    with as_actor(by):
        return actions.let_into_file(actor=by, client_id=client, person_id=person.id)


def shut_out(world: World) -> None:
    shut(world.dana, world.mara, world.sam, "He is her neighbour.")


def read_shut_out(world: World) -> None:
    shut_out(world)
    with as_actor(world.dana):
        actions.read_shut_out(actor=world.dana, client_id=world.mara)


def let_in_again(world: World) -> None:
    row = shut(world.dana, world.mara, world.sam)
    with as_actor(world.dana):
        actions.let_in_again(actor=world.dana, row_id=row)


def seal_file(world: World) -> None:
    sealed(world.dana, world.mara)


def read_seal(world: World) -> None:
    seal_file(world)
    with as_actor(world.dana):
        actions.read_seal(actor=world.dana, client_id=world.mara)


def unseal_file(world: World) -> None:
    seal_file(world)
    with as_actor(world.dana):
        actions.unseal_file(actor=world.dana, client_id=world.mara)


def let_into_file(world: World) -> None:
    seal_file(world)
    let_in(world.dana, world.mara, world.vera)


def end_letting_in(world: World) -> None:
    seal_file(world)
    row = let_in(world.dana, world.mara, world.vera)
    with as_actor(world.dana):
        actions.end_letting_in(actor=world.dana, row_id=row)


DONE: Final[tuple[Callable[[World], None], ...]] = (
    shut_out, read_shut_out, let_in_again,
    seal_file, read_seal, unseal_file, let_into_file, end_letting_in,
)  # fmt: skip
EVENTS: Final[dict[str, list[str]]] = {
    "shut_out": ["shutout.said"],
    "read_shut_out": ["shutout.said", "shutout.read"],
    "let_in_again": ["shutout.said", "shutout.ended"],
    "seal_file": ["file.sealed"],
    "read_seal": ["file.sealed", "file.seal-read"],
    "unseal_file": ["file.sealed", "file.unsealed"],
    "let_into_file": ["file.sealed", "file.let-in"],
    "end_letting_in": ["file.sealed", "file.let-in", "file.let-out"],
}
