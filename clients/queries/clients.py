"""Clients as far as nothing sealed is opened."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from clients.domain import references
from clients.models import Client, PortalAccess
from clients.queries.outside import called_outside
from counselling.accounts import queries as people
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class ClientRow:
    """A client as far as nothing sealed is opened."""

    id: UUID
    reference: str
    language: str
    taken_in_at: datetime.datetime
    asked_how_to_reach: bool
    has_portal: bool


def client_row(client_id: UUID) -> ClientRow:
    """Give a client; raises NotThere for a hidden one and for none alike (AC-02)."""
    found = Client.objects.select_related("card", "portal").filter(pk=client_id).first()
    if found is None:
        raise NotThere("clients_client", client_id)
    card, portal = getattr(found, "card", None), getattr(found, "portal", None)
    return ClientRow(
        id=found.pk,
        reference=found.reference,
        language=found.language,
        taken_in_at=found.created_at,
        asked_how_to_reach=card is not None and card.answered_at is not None,
        has_portal=portal is not None,
    )


def language_of(actor: Actor) -> str:
    """Give the language of the client who acts, by their sign-in or by a link; else nothing."""
    client = actor.client or client_of_account(actor.id)
    if client is None:
        return ""
    found = Client.objects.filter(pk=client).values_list("language", flat=True)
    return found.first() or ""


def client_references(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Label clients by reference, for the trail; a hidden one has no label."""
    asked = set(ids)
    found = dict(Client.objects.filter(pk__in=asked).values_list("pk", "reference"))
    return found | called_outside(asked - found.keys(), cases=False)


def client_of_account(account_id: UUID) -> UUID | None:
    """Give the client whose own sign-in this account is; asked by that account or by staff."""
    found = PortalAccess.objects.filter(account_id=account_id).values_list("client_id", flat=True)
    return found.first()


def has_portal(client_id: UUID) -> bool:
    """Say whether a client has a sign-in of their own."""
    return PortalAccess.objects.filter(client_id=client_id).exists()


def portal_in_use(client_id: UUID) -> bool:
    """Say whether a client can come in: by a password of theirs or by an agreed word."""
    found = PortalAccess.objects.filter(client_id=client_id).values_list("account_id", flat=True)
    account = found.first()
    return account is not None and people.is_in_use(account)


def client_by_reference(typed: str) -> UUID | None:
    """Find a client the actor sees by reference, typed as people do."""
    meant = references.readings(typed)
    return Client.objects.filter(reference__in=meant).values_list("pk", flat=True).first()
