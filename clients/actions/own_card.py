"""What clients decide about being reached, in their own space: their card, or nothing online."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import connection

import audit.actions
from clients import queries
from clients.actions import messages
from clients.actions.opening import opened_card
from clients.domain import events
from clients.domain.messages import TEXTS
from clients.domain.people import Card, Channel
from clients.domain.portal import NewsKind
from clients.models import Client, ContactCard, News
from counselling import db, vault
from counselling.access import Permission, require
from counselling.accounts import actions as accounts
from counselling.errors import Invalid, NotThere
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from counselling.access import Actor

_CLOSE: Final = "SELECT links, letters FROM clients_close_links(%s)"
_offline: Final[list[Callable[..., None]]] = []


@dataclasses.dataclass(frozen=True, slots=True)
class OwnCard:
    """A client's card as they see it: what they chose, and the address letters go to."""

    card: Card
    email: str


def on_offline(end: Callable[..., None]) -> None:
    """Have more ended when nothing is to be online; `end` takes the actor and the client."""
    if end not in _offline:
        _offline.append(end)


def read_own_card(*, actor: Actor) -> OwnCard:
    """Show a client how they may be reached."""
    require(actor, Permission.SEE_OWN_FILE)
    client = _own(actor)
    grant = audit.actions.record(
        actor=actor,
        kind=events.CARD_READ,
        client=client,
        about=("clients_client", client),
        relation=queries.relation_to_client(actor, client),
    )
    contact = vault.open_json(Client.objects.get(pk=client).contact, grant)
    return OwnCard(opened_card(client, grant), str(contact.get("email", "")))


def set_own_card(*, actor: Actor, card: Card) -> None:
    """Write down how the client wants to be reached; what staff noted beside it stays (CL-07)."""
    require(actor, Permission.SEE_OWN_FILE)
    client = _own(actor)
    if card.channel is Channel.NONE:
        raise Invalid(say("To have nothing online, use the page for it."), "channel")
    if card.channel is Channel.TEXT and not queries.is_on(client, TEXTS):
        raise Invalid(say("You have not agreed to text messages."), "channel")
    released = _write(actor, client, card, NewsKind.CARD)
    if released:
        messages.release_held(client, card)


def choose_nothing_online(*, actor: Actor) -> None:
    """End everything online of a client who chose so: sign-in, links and letters, in one act."""
    require(actor, Permission.SEE_OWN_FILE)
    client = _own(actor)
    _write(actor, client, Card(channel=Channel.NONE), NewsKind.OFFLINE)
    end_online(actor, client)


def _own(actor: Actor) -> UUID:
    client = queries.client_of_account(actor.id)
    if client is None:
        raise NotThere("clients_portalaccess")
    return client


def _write(actor: Actor, client: UUID, card: Card, news: NewsKind) -> bool:
    """Keep the card, and give whether letters that were held may go now."""
    row = ContactCard.objects.select_for_update().get(client_id=client)
    grant = audit.actions.record(
        actor=actor,
        kind=events.CARD_READ,
        client=client,
        about=("clients_contactcard", row.pk),
        relation=queries.relation_to_client(actor, client),
    )
    before = Card.from_json(vault.open_json(row.card, grant))
    row.card = dataclasses.replace(card, notes=before.notes).to_json()
    row.answered_at = row.updated_at = db.now()
    row.save(update_fields=["card", "answered_at", "updated_at"])
    told = News.objects.create(client_id=client, kind=news.value, at=db.now(), by=actor.id)
    audit.actions.record(
        actor=actor,
        kind=events.CARD_SET,
        client=client,
        about=("clients_contactcard", row.pk),
        rows=[told.pk],
        sealed={"card": vault.fingerprint(row, "card")},
        relation=queries.relation_to_client(actor, client),
        detail={"asked": True, "nothing online": card.channel is Channel.NONE},
    )
    return card.channel is not before.channel


# -- shared with staff who write the card on the client's word ---------------------------------


def end_online(actor: Actor, client: UUID) -> None:
    """End the sign-in, whatever a link opened, and letters that wait."""
    for end in _offline:
        end(actor=actor, client_id=client)
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, [client])
        links, letters = cursor.fetchone() or (0, 0)
    account = queries.account_of_client(client)
    audit.actions.record(
        actor=actor,
        kind=events.ONLINE_ENDED,
        client=client,
        about=("clients_client", client),
        rows=[account] if account else [],
        relation=queries.relation_to_client(actor, client),
        detail={"links": links, "letters": letters, "sign-in": account is not None},
    )
    if account is not None:
        accounts.close_client_account(actor=actor, account_id=account)
