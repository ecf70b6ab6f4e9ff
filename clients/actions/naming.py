"""Keep under which names and birth dates a client is found in an emergency: keyed hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection

import audit.actions
from clients.domain import events
from clients.domain.emergency import names_of
from clients.domain.naming import beginnings_of
from clients.domain.people import Contact, Identity
from clients.models import Client, FoundBy, NamePart
from counselling import vault
from counselling.access import Permission, require
from counselling.accounts import queries as accounts
from counselling.accounts.domain.kin import Sign, address_of, surnames_of
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
    contact = Contact.from_json(vault.open_json(client.contact, grant))
    keep_address(client_id, contact)
    return keep_names(client_id, Identity.from_json(vault.open_json(client.identity, grant)))


def keep_names(client_id: UUID, identity: Identity) -> int:
    """Write the hashes of somebody's names anew; part of writing down who they are."""
    NamePart.objects.filter(client_id=client_id).delete()
    NamePart.objects.bulk_create(
        NamePart(client_id=client_id, token=name_token(one))
        for one in sorted(beginnings_of(identity))
    )
    _keep_kin(client_id, Sign.SURNAME, surnames_of(identity.family))
    FoundBy.objects.filter(client_id=client_id).delete()
    tokens: Iterable[str] = [found_by(one) for one in names_of(identity)] or [NO_NAME]
    made = FoundBy.objects.bulk_create(
        FoundBy(client_id=client_id, token=token) for token in sorted(set(tokens))
    )
    return len(made)


def keep_address(client_id: UUID, contact: Contact) -> None:
    """Write the hash of somebody's address anew; part of writing down how to reach them."""
    written = address_of(contact.address)
    _keep_kin(client_id, Sign.ADDRESS, {written} if written else set())


def _keep_kin(client_id: UUID, sign: Sign, words: set[str]) -> None:
    tokens = sorted(accounts.kin_token(sign, one) for one in words)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clients_keep_kin(%s, %s, %s, %s)", [client_id, sign.value, tokens, NO_NAME]
        )
