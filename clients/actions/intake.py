"""Take somebody in, correct what is known of them, and write down how they may be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

import audit.actions
from clients import queries
from clients.actions import messages
from clients.actions.cases import ask_room, joined, started
from clients.actions.naming import keep_address, keep_names
from clients.actions.own_card import end_online
from clients.domain import events, references
from clients.domain.cases import CaseKind
from clients.domain.messages import TEXTS
from clients.domain.people import Card, Channel, Contact, Identity
from clients.models import Client, ContactCard
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


def take_in(
    *,
    actor: Actor,
    identity: Identity,
    contact: Contact | None = None,
    card: Card | None = None,
    kind: CaseKind = CaseKind.INDIVIDUAL,
    language: str = "en",
    case_id: UUID | None = None,
) -> UUID:
    """Take in a client with a new enquiry, or into the case of a partner, family or group."""
    require(actor, Permission.TAKE_IN_CLIENT)
    if not identity.given.strip():
        raise Invalid("Write at least one name.", "given")
    if case_id is not None:
        ask_room(case_id)
    client = _new_client(actor, identity, contact or Contact(), language)
    if case_id is None:
        case_id = started(actor, kind)
    joined(case_id, client.pk)
    keep_names(client.pk, identity)
    keep_address(client.pk, contact or Contact())
    written = _write_card(client.pk, card or Card())
    audit.actions.record(
        actor=actor,
        kind=events.CLIENT_TAKEN_IN,
        client=client.pk,
        case=case_id,
        about=("clients_client", client.pk),
        sealed=_fingerprints(client) | _card_fingerprint(written),
        relation=queries.relation(actor, case_id),
        detail={"asked how to reach": (card or Card()).answered},
    )
    return client.pk


def _new_client(actor: Actor, identity: Identity, contact: Contact, language: str) -> Client:
    client = Client(
        language=language, created_at=db.now(), created_by_id=actor.id,
        identity=identity.to_json(), contact=contact.to_json(),
    )  # fmt: skip
    while True:  # a hidden client may hold the reference drawn: only the database can tell
        client.reference = references.new_client_reference()
        try:
            with transaction.atomic():
                client.save(force_insert=True)
        except IntegrityError:
            continue
        return client


def amend_identity(*, actor: Actor, client_id: UUID, identity: Identity) -> None:
    """Correct who a client is."""
    require(actor, Permission.AMEND_CONTACT)
    if not identity.given.strip():
        raise Invalid("Write at least one name.", "given")
    client = _to_change(client_id)
    client.identity = identity.to_json()
    client.save(update_fields=["identity"])
    keep_names(client_id, identity)
    _record_amended(actor, client, "identity")


def amend_contact(*, actor: Actor, client_id: UUID, contact: Contact) -> None:
    """Correct how a client can be reached at all."""
    require(actor, Permission.AMEND_CONTACT)
    client = _to_change(client_id)
    client.contact = contact.to_json()
    client.save(update_fields=["contact"])
    keep_address(client_id, contact)
    _record_amended(actor, client, "contact")


def _to_change(client_id: UUID) -> Client:
    """Give the locked row; what one sees but may not change is refused, a hidden one not there."""
    found = Client.objects.select_for_update().filter(pk=client_id).first()
    if found is not None:
        return found
    if Client.objects.filter(pk=client_id).exists():
        message = "These details are looked after by somebody else."
        raise Refused("not-yours-to-change", message, client=client_id)
    raise NotThere("clients_client", client_id)


def _record_amended(actor: Actor, client: Client, part: str) -> None:
    audit.actions.record(
        actor=actor,
        kind=events.CLIENT_AMENDED,
        client=client.pk,
        about=("clients_client", client.pk),
        sealed={part: vault.fingerprint(client, part)},
        relation=queries.relation_to_client(actor, client.pk),
        detail={"part": part},
    )


def _fingerprints(client: Client) -> dict[str, str]:
    return {part: vault.fingerprint(client, part) for part in ("identity", "contact")}


def set_card(*, actor: Actor, client_id: UUID, card: Card) -> None:
    """Write down how a client may be reached (CL-07); what was held for want of it goes out.

    Nothing online ends what is online now: the sign-in, links, letters that wait.
    """
    require(actor, Permission.AMEND_CONTACT)
    _to_change(client_id)
    if card.channel is Channel.TEXT and not queries.is_on(client_id, TEXTS):
        raise Invalid("They have not agreed to text messages. Ask them for that first.", "channel")
    written = _write_card(client_id, card)
    released = messages.release_held(client_id, card)
    audit.actions.record(
        actor=actor,
        kind=events.CARD_SET,
        client=client_id,
        about=("clients_contactcard", written.pk),
        sealed=_card_fingerprint(written),
        relation=queries.relation_to_client(actor, client_id),
        detail={"asked": card.answered, "released": released},
    )
    if card.channel is Channel.NONE:
        end_online(actor, client_id)


def _write_card(client_id: UUID, card: Card) -> ContactCard:
    at = db.now()
    answered = at if card.answered else None
    row = ContactCard.objects.filter(client_id=client_id).first()
    if row is None:
        return ContactCard.objects.create(
            client_id=client_id, card=card.to_json(), answered_at=answered, updated_at=at
        )
    row.card, row.answered_at, row.updated_at = card.to_json(), answered, at
    row.save(update_fields=["card", "answered_at", "updated_at"])
    return row


def _card_fingerprint(row: ContactCard) -> dict[str, str]:
    return {f"clients_contactcard/{row.pk}/card": vault.fingerprint(row, "card")}
