"""Open what is sealed of a client: the details of one, the names on a page."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
from clients import queries
from clients.access import seeing_file, seeing_names
from clients.domain import events
from clients.domain.guardians import GuardianDetails
from clients.domain.people import Card, Contact, Identity
from clients.models import Client, ContactCard
from counselling import vault
from counselling.access import require
from counselling.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from clients.models import Guardian
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class ClientFile:
    """A client's details, open."""

    id: UUID
    reference: str
    language: str
    identity: Identity
    contact: Contact
    card: Card

    @property
    def name(self) -> str:
        """The whole name."""
        return self.identity.full


def open_client(*, actor: Actor, client_id: UUID, purpose: str = "care") -> ClientFile:
    """Open who a client is, how to reach them and what they chose about it: one event."""
    require(actor, seeing_file(actor))
    client = Client.objects.filter(pk=client_id).first()
    if client is None:
        raise NotThere("clients_client", client_id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.CLIENT_OPENED,
        client=client_id,
        about=("clients_client", client_id),
        relation=queries.relation_to_client(actor, client_id),
        purpose=purpose,
    )
    return ClientFile(
        id=client.pk,
        reference=client.reference,
        language=client.language,
        identity=Identity.from_json(vault.open_json(client.identity, grant)),
        contact=Contact.from_json(vault.open_json(client.contact, grant)),
        card=opened_card(client_id, grant),
    )


def opened_card(client_id: UUID, grant: vault.Grant) -> Card:
    """Open the safe-contact card under a grant somebody has; an empty one if there is none."""
    row = ContactCard.objects.filter(client_id=client_id).first()
    return Card() if row is None else Card.from_json(vault.open_json(row.card, grant))


def opened_details(one: Guardian, grant: vault.Grant) -> GuardianDetails:
    """Open what is known of a guardian under a grant somebody has."""
    return GuardianDetails.from_json(vault.open_json(one.details, grant))


def names_for(
    *, actor: Actor, client_ids: Iterable[UUID], purpose: str, full: bool = False
) -> Mapping[UUID, str]:
    """Give the names of the clients on a page, "Mara K." or whole: one event for all of them.

    Those the actor may not see have none.
    """
    require(actor, seeing_names(actor))
    found = list(Client.objects.filter(pk__in=set(client_ids)).only("identity"))
    if not found:
        return {}
    ids = [one.pk for one in found]
    grant = audit.actions.record(
        actor=actor,
        kind=events.CLIENT_LISTED,
        client=ids[0] if len(ids) == 1 else None,
        clients=ids,
        relation=queries.relation_to_client(actor, ids[0]) if len(ids) == 1 else "",
        purpose=purpose,
    )
    return _names(found, grant, full=full)


def names_under(grant: vault.Grant, client_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Give short names of clients under a grant somebody has: the page's one event names them."""
    people = identities_under(grant, client_ids)
    return {row: one.short for row, one in people.items()}


def identities_under(grant: vault.Grant, client_ids: Iterable[UUID]) -> Mapping[UUID, Identity]:
    """Give who clients are under a grant somebody has: where every spelling of a name matters."""
    return _identities(Client.objects.filter(pk__in=set(client_ids)).only("identity"), grant)


def _names(
    found: Iterable[Client], grant: vault.Grant, *, full: bool = False
) -> Mapping[UUID, str]:
    people = _identities(found, grant)
    return {row: one.full if full else one.short for row, one in people.items()}


def _identities(found: Iterable[Client], grant: vault.Grant) -> Mapping[UUID, Identity]:
    return {one.pk: Identity.from_json(vault.open_json(one.identity, grant)) for one in found}
