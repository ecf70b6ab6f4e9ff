"""Emergencies and cover in the practice of the matrix: an hour that runs, a week to come."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import audit.actions
import clients.actions
from clients.domain.emergency import Decision
from counselling.access import Role
from counselling.db import as_actor
from tests.clients.danger import begin_emergency
from tests.world import staff

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

# words that are nowhere else
WHY: Final = "Feuerwehrleiter"
LEFT: Final = "Rettungsringe"


def endangered(world: World, case: UUID) -> dict[str, UUID]:
    """Let Sam open Ana's file in an emergency and be asked why; and stand in for her soon.

    About Mara's he has left no note yet.
    """
    access = begin_emergency(world.sam, world.ana, sentence=f"The {WHY} was seen.")
    with as_actor(world.sam):
        clients.actions.leave_emergency_note(
            actor=world.sam, access_id=access, text=f"Look at the {LEFT}."
        )
    with as_actor(world.vera):
        clients.actions.decide_emergency(
            actor=world.vera, access_id=access, said=Decision.ASKED, words=f"Which {WHY}?"
        )
    return {
        "access": access,
        "wordless_access": begin_emergency(world.sam, world.mara, sentence=f"The {WHY} again."),
        "cover": stands_in(world.dana, case, world.sam),
        "work": announced(world.dana),
    }


def endangered_elsewhere(world: World) -> dict[str, UUID]:
    """Let Priya open Jon's file, and somebody new stand in for Sam."""
    otto = staff(world.ada, "otto", "Otto Brand", "counsellor", {Role.COUNSELLOR})
    return {
        "access_id": begin_emergency(world.priya, world.jon),
        "cover_id": stands_in(world.sam, world.jon_case, otto),
        "work_id": announced(otto),
    }


def announced(person: Actor) -> UUID:
    """Announce a check of all one's files, tomorrow."""
    with as_actor(person) as at:
        since = at + datetime.timedelta(days=1)
        return audit.actions.announce_work(
            actor=person, kind="check", since=since, until=since + datetime.timedelta(days=1)
        )


def planted(world: World, client: UUID, word: str) -> None:
    """Put a word into all that is typed in an emergency and about it."""
    access = begin_emergency(world.sam, client, sentence=f"{word}-emergency")
    with as_actor(world.sam):
        clients.actions.leave_emergency_note(actor=world.sam, access_id=access, text=f"{word}-left")
    with as_actor(world.priya):
        clients.actions.decide_emergency(
            actor=world.priya, access_id=access, said=Decision.ASKED, words=f"{word}-decision"
        )


def stands_in(owner: Actor, case: UUID, person: Actor) -> UUID:
    """Hand a case over for a week that begins in ten days: until then others may stand in."""
    with as_actor(owner) as at:
        day = datetime.timedelta(days=1)
        (made,) = clients.actions.hand_over(
            actor=owner, case_ids=[case], person_id=person.id,
            since=at + 10 * day, until=at + 17 * day,
        )  # fmt: skip
    return made
