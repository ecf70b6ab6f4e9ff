"""What the stories of several people share: a couple's note, its parts, a second leader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import records.actions
from counselling.db import as_actor
from records.actions import Typed
from records.domain import AddendumKind, Risk
from records.models import NotePart
from tests.records.writing import hold_session

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World


def write(
    actor: Actor,
    session: UUID,
    shared: str,
    parts: Mapping[UUID, str],
    *,
    version: int = 0,
    alone: str = "",
    leaving: bool = False,
) -> records.actions.Saved:
    """Save a draft with a part for each member named."""
    with as_actor(actor):
        return records.actions.save_draft(
            actor=actor,
            session_id=session,
            version=version,
            typed=Typed(shared, alone, risk=Risk.MONITORED, parts=parts),
            leaving=leaving,
        )


def sign(actor: Actor, session: UUID, version: int = 1) -> UUID:
    """Sign it; gives the note."""
    with as_actor(actor):
        return records.actions.sign_draft(actor=actor, session_id=session, version=version)


def noted(
    actor: Actor, case: UUID, shared: str, parts: Mapping[UUID, str], *, hours_ago: int = 1
) -> UUID:
    """Hold a session of several people and sign its note."""
    session = hold_session(actor, case, hours_ago=hours_ago)
    write(actor, session, shared, parts)
    return sign(actor, session)


def part_of(actor: Actor, client: UUID) -> UUID:
    """Give the newest part about a client."""
    with as_actor(actor):
        return NotePart.objects.filter(client_id=client).latest("id").id


def parts_about(actor: Actor, client: UUID) -> list[UUID]:
    """Give every part about a client."""
    with as_actor(actor):
        return list(NotePart.objects.filter(client_id=client).values_list("id", flat=True))


def add(actor: Actor, part: UUID, text: str, kind: AddendumKind = AddendumKind.LATE_ENTRY) -> None:
    """Sign something under a part."""
    with as_actor(actor):
        records.actions.add_to_part(actor=actor, part_id=part, kind=kind, text=text)


def lead_too(by: Actor, session: UUID, person: Actor) -> None:
    """Have somebody lead a session beside the one who holds it."""
    with as_actor(by):
        records.actions.add_co_leader(actor=by, session_id=session, person_id=person.id)


def of_both(world: World) -> UUID:
    """Sign a note about Ana and Ben."""
    parts = {world.ana: "Of Ana.", world.ben: "Of Ben."}
    return noted(world.dana, world.couple_case, "Of both.", parts)
