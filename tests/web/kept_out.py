"""Somebody Ana shut out, and a file that is sealed, with a colleague let into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import clients.actions
import clients.queries
from clients.domain import Card, Channel, Contact, Identity
from clients.domain.keeping_out import SealKind
from counselling.db import as_actor

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

# words that are nowhere else
SHUT: Final = "Nachbarsgartenzwerg"
SEALED: Final = "Sternwartenschuh"
WHY_SEALED: Final = "Flussufertrompete"


def kept_out(world: World) -> dict[str, UUID]:
    """Leave both: Tess is shut out by Ana, and let into the file of somebody only Dana knows."""
    dana = world.dana
    with as_actor(dana):
        row = clients.actions.shut_out(
            actor=dana, client_id=world.ana, person_id=world.tess.id, words=SHUT
        )
        client = clients.actions.take_in(
            actor=dana, identity=Identity(given=SEALED), contact=Contact(),
            card=Card(channel=Channel.EMAIL),
        )  # fmt: skip
        case = clients.queries.cases_of(client)[0].id
        offer = clients.actions.offer_assignment(actor=dana, case_id=case, person_id=dana.id)
        clients.actions.accept_assignment(actor=dana, assignment_id=offer)
        clients.actions.seal_file(actor=dana, client_id=client, kind=SealKind.OTHER, why=WHY_SEALED)
        inside = clients.actions.let_into_file(
            actor=dana, client_id=client, person_id=world.tess.id
        )
    return {"shut_out_row": row, "sealed_client": client, "let_in_row": inside}


def planted(world: World, client: UUID, word: str) -> None:
    """Put a word into why somebody is shut out, and why a file is sealed."""
    with as_actor(world.dana):
        clients.actions.shut_out(
            actor=world.dana, client_id=client, person_id=world.tess.id, words=f"{word}-shut"
        )
    with as_actor(world.sam):
        clients.actions.seal_file(
            actor=world.sam, client_id=world.jon, kind=SealKind.OTHER, why=f"{word}-sealed"
        )
