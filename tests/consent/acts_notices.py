"""Seeing the privacy notice, and having no link open any more, done once each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from consent import actions, queries
from counselling.db import as_actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World


def acknowledge_notice(world: World) -> None:
    mara = world.mara_portal
    with as_actor(mara):
        notice = queries.privacy_notice("en")
        actions.acknowledge_notice(actor=mara, language="en", shown_sha256=notice.sha256)


def close_links(world: World) -> None:
    with as_actor(world.mara_portal):
        actions.close_links(actor=world.mara_portal, client_id=world.mara)


ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"consent.actions.{one.__name__}": one for one in (acknowledge_notice, close_links)
}
EVENTS: Final[dict[str, list[str]]] = {
    "acknowledge_notice": ["notice.seen"],
    "close_links": ["links.closed"],
}
