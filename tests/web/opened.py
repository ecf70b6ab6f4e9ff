"""Who opened Ana's file: a line to ask about, two that she asked about, one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import audit.queries
import clients.actions
from clients.domain.openings import TOLD
from counselling.db import as_actor
from tests.clients import openings

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import Entry
    from counselling.access import Actor
    from tests.world import World

# what Ana asks about an opening, and what she is answered
PUZZLED: Final = "Trommelfisch"


def opened(world: World) -> dict[str, UUID]:
    """Let three of us look; Ana asks about Dana, and about Vera, of whom Priya answers."""
    for one in (world.dana, world.vera, world.priya):
        with as_actor(one):
            clients.actions.open_client(actor=one, client_id=world.ana)
    waiting, answered = (_asks(world, one) for one in (world.dana, world.vera))
    openings.answers(world.priya, answered, f"No {PUZZLED} at all.")
    other = _line(world, world.priya)[0]
    return {"opening": other.id, "access_question": waiting, "access_answered": answered}


def _asks(world: World, about: Actor) -> UUID:
    line = _line(world, about)
    with as_actor(world.ana_portal):
        return clients.actions.ask_about_opening(
            actor=world.ana_portal, line=line, words=f"What about the {PUZZLED}?"
        )


def _line(world: World, about: Actor) -> list[Entry]:
    with as_actor(world.ana_portal):
        seen = audit.queries.openings_of(world.ana, also=TOLD, limit=200)
    return [one for one in seen if one.who == about.id][:1]


def planted(world: World, word: str) -> None:
    """Put a word into what is asked about an opening, and into the answer."""
    asked = openings.asks(world, world.dana, f"{word}-puzzled")
    openings.answers(world.priya, asked, f"{word}-unpuzzled")
