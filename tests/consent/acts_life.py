"""Each use case of a permission's life after it was signed, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from consent import actions, queries
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.consent import steps
from tests.consent.allowing import ends_soon, switched_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.world import World


def _ends_soon(world: World) -> UUID:
    consent = steps.shared_permission(world).consent
    ends_soon(consent)
    return consent


def tell_of_ends(world: World) -> None:
    _ends_soon(world)
    with as_actor(SERVICE, client=world.mara):
        actions.tell_of_ends(actor=SERVICE, client_id=world.mara)


def keep(world: World) -> None:
    consent = _ends_soon(world)
    with as_actor(world.mara_portal):
        actions.keep(actor=world.mara_portal, consent_id=consent)


def ask_to_change(world: World) -> None:
    consent = _ends_soon(world)
    with as_actor(world.mara_portal):
        actions.ask_to_change(actor=world.mara_portal, consent_id=consent)


def see_to_stop(world: World) -> None:
    steps.stop(world, steps.shared_permission(world).consent)
    with as_actor(world.dana):
        (task,) = queries.open_stops([world.mara])
    with as_actor(world.dana):
        actions.see_to_stop(actor=world.dana, task_id=task.id)


def write_words(world: World) -> None:
    switched_on(world, world.mara, world.mara_portal, "email")
    with as_actor(world.dana):
        actions.write_words(actor=world.dana, client_id=world.mara, words="See you at nine.")


def who_takes_part(world: World) -> None:
    with as_actor(world.priya):
        actions.who_takes_part(actor=world.priya)


ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"consent.actions.{act.__name__}": act
    for act in (tell_of_ends, keep, ask_to_change, see_to_stop, write_words, who_takes_part)
}
EVENTS: Final[dict[str, list[str]]] = {
    "tell_of_ends": ["ending.asked", "message.queued"],
    "keep": [
        "request.read", "client.listed", "client.listed", "recipient.read", "request.made",
        "request.sent", "ending.answered",
    ],
    "ask_to_change": ["ending.answered"],
    "see_to_stop": ["stop.seen_to"],
    "write_words": ["message.queued"],
    "who_takes_part": ["research.read"],
}  # fmt: skip
