"""Keep under which names and birth dates a client is found in an emergency: keyed hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import audit.actions
from clients.domain import events
from clients.domain.emergency import names_of
from clients.domain.naming import beginnings_of
from clients.domain.people import Identity
from clients.models import Client, FoundBy, NamePart
from counselling import vault
from counselling.access import Permission, require
from counselling.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.access import Actor

# keeps a client without a birth date from being asked for again and again
NO_NAME: Final = "-"


def found_by(said: str) -> str:
    """Give the practice's keyed hash of a name and a birth date."""
    return vault.keyed_index("name-and-birth", said)


def name_token(beginning: str) -> str:
    """Give the practice's keyed hash of the beginning of a name."""
    return vault.keyed_index("name-beginning", beginning)[:32]


def index_name(*, actor: Actor, client_id: UUID) -> int:
    """Keep under which names a client is found in an emergency, where nobody has yet."""
    require(actor, Permission.RUN_JOB)
    client = Client.objects.filter(pk=client_id).first()
    if client is None:
        raise NotThere("clients_client", client_id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.CLIENT_INDEXED,
        client=client_id,
        about=("clients_client", client_id),
    )
    return keep_names(client_id, Identity.from_json(vault.open_json(client.identity, grant)))


def keep_names(client_id: UUID, identity: Identity) -> int:
    """Write the hashes of somebody's names anew; part of writing down who they are."""
    NamePart.objects.filter(client_id=client_id).delete()
    NamePart.objects.bulk_create(
        NamePart(client_id=client_id, token=name_token(one))
        for one in sorted(beginnings_of(identity))
    )
    FoundBy.objects.filter(client_id=client_id).delete()
    tokens: Iterable[str] = [found_by(one) for one in names_of(identity)] or [NO_NAME]
    made = FoundBy.objects.bulk_create(
        FoundBy(client_id=client_id, token=token) for token in sorted(set(tokens))
    )
    return len(made)
