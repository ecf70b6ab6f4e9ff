"""Somebody young in the practice of the matrix, with a mother who signs in and a father."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import clients.actions
import clients.queries
import consent.queries
from clients.domain import Contact, Identity
from clients.domain.capacity import Basis, Decides
from counselling.db import as_actor
from tests.clients import guarding
from tests.consent import guarded_steps as together
from tests.consent import steps
from tests.world import assign

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

# words that are nowhere else
YOUNG: Final = "Zwiebelfischkind"
MOTHER: Final = "Mirabellenmutter"
FATHER: Final = "Pflaumenvater"
MOTHERS_STREET: Final = "Mirabellenhof"
FATHERS_STREET: Final = "Pflaumenweg"
REASON: Final = "Sternschnuppengrund"


def guarded(world: World) -> dict[str, Any]:
    """Take somebody of fifteen in who decides together with both parents; one can sign in."""
    with as_actor(world.fred):
        young = clients.actions.take_in(
            actor=world.fred, identity=Identity(given=YOUNG, birth_date=guarding.born(15))
        )
        case = clients.queries.cases_of(young)[0].id
    assign(world.fred, case, world.dana)
    mother = guarding.guardian(world.dana, young, _parent(MOTHER, MOTHERS_STREET))
    guarding.decide(world.dana, young, mother, decides=Decides.GUARDIAN)
    portal = guarding.sign_in(world.dana, mother)
    allowed = _allowed(world, young, portal)
    father = guarding.guardian(world.dana, young, _parent(FATHER, FATHERS_STREET))
    guarding.decide(world.dana, young, mother, father, why=REASON)
    return {
        "young": young, "guardian": father, "guardian_portal": portal, "guarded_consent": allowed,
    }  # fmt: skip


def _allowed(world: World, young: UUID, portal: Actor) -> UUID:
    """Let the mother, who decides for now, allow something that she may stop."""
    asked = steps.ask(world, client=young)
    steps.send(world, asked)
    together.sign_one(asked, portal, MOTHER, steps.YES)
    with as_actor(world.dana):
        (live,) = consent.queries.live_consents(young, sharing=True)
    return live.id


def guarded_elsewhere(world: World) -> dict[str, UUID]:
    """Write somebody down who may come to decide for Jon."""
    return {"guardian_id": guarding.guardian(world.sam, world.jon, guarding.DAD)}


def _parent(name: str, street: str) -> Any:
    contact = dataclasses.replace(
        guarding.MUM.contact, email=f"{name.lower()}@mailbox.example", address=street
    )
    return dataclasses.replace(guarding.MUM, name=name, contact=contact)


def planted(world: World, client: UUID, word: str) -> None:
    """Put the word into what is kept of a guardian and into why somebody decides alone."""
    details = dataclasses.replace(
        guarding.MUM,
        name=f"{word}-guardian",
        relationship=f"{word}-relationship",
        authority=f"{word}-authority",
        contact=Contact(
            email=f"{word}-guardian@mailbox.example", phone=f"{word}-tel", address=f"{word}-hof"
        ),
    )
    guarding.guardian(world.dana, client, details)
    guarding.decide(
        world.dana, client, decides=Decides.ALONE, basis=Basis.ASSESSMENT, why=f"{word}-weighed"
    )
