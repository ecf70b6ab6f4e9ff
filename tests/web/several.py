"""A couple in the practice of the matrix: a session of Ana and Ben, and what is about each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import clients.actions
from clients.domain import CaseKind
from counselling.access import Role
from counselling.db import as_actor
from tests.records import several
from tests.records.writing import hold_session
from tests.world import assign, staff

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

# words that are nowhere else
OF_BOTH: Final = "Doppelfensterlicht"
OF_ANA: Final = "Kuckucksuhrtal"
OF_BEN: Final = "Hagebuttenbahn"


def seen_together(world: World) -> dict[str, UUID]:
    """Sign a note about both with a part for each, and leave a draft of the next.

    A colleague cares for the couple, too: she could have led with Dana.
    """
    lina = staff(world.ada, "lina", "Lina Berg", "counsellor", {Role.COUNSELLOR})
    assign(world.fred, world.couple_case, lina)
    parts = {world.ana: f"Her {OF_ANA}.", world.ben: f"His {OF_BEN}."}
    note = several.noted(world.dana, world.couple_case, f"{OF_BOTH}.", parts, hours_ago=80)
    session = hold_session(world.dana, world.couple_case, hours_ago=4)
    several.write(world.dana, session, f"{OF_BOTH} again.", parts)
    return {
        "couple_note": note,
        "couple_session": session,
        "part": several.part_of(world.dana, world.ana),
    }


def seen_together_elsewhere(world: World) -> dict[str, UUID]:
    """Have Sam write about Jon in a couple's case that nobody else sees."""
    with as_actor(world.fred):
        case = clients.actions.open_case(
            actor=world.fred, client_id=world.jon, kind=CaseKind.COUPLE
        )
    assign(world.fred, case, world.sam)
    several.noted(world.sam, case, "Of no use.", {world.jon: "Of none."}, hours_ago=70)
    return {"part_id": several.part_of(world.sam, world.jon)}


def planted(world: World, client: UUID, word: str) -> None:
    """Put a word into the part of a draft, of a note, and into what is added to it."""
    with as_actor(world.fred):
        case = clients.actions.open_case(actor=world.fred, client_id=client, kind=CaseKind.COUPLE)
    assign(world.fred, case, world.dana)
    several.noted(world.dana, case, f"{word}-of-both", {client: f"{word}-part"}, hours_ago=60)
    several.add(world.dana, several.part_of(world.dana, client), f"{word}-part-added")
    session = hold_session(world.dana, case, hours_ago=6)
    several.write(world.dana, session, "", {client: f"{word}-draft-part"})
