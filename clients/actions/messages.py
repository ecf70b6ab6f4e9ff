"""Messages to clients: asked for in one act, sent in another, as the safe-contact card says."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

import audit.actions
from clients.access import sending
from clients.actions.opening import opened_card
from clients.domain import events
from clients.domain.messages import (
    MOST_ATTEMPTS,
    Deliver,
    Hold,
    Later,
    MessageState,
    Template,
    backoff,
    compose,
    decide_delivery,
)
from clients.domain.people import Card, Channel, Contact
from clients.models import Client, Message
from counselling import db, jobs, vault
from counselling.access import Permission, require
from counselling.accounts import actions as accounts
from counselling.errors import NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

SEND: Final = "clients.send_message"
log = logging.getLogger("counselling.clients")


def queue_message(
    *,
    actor: Actor,
    client_id: UUID,
    template: Template,
    link: str = "",
    about: UUID | None = None,
) -> UUID:
    """Ask for a message with one link ("/r/..."); whether it may go is asked when it goes.

    `about` is the row whose links can be ended (`end_links`): then the message is dropped.
    """
    require(actor, sending(actor))
    if not Client.objects.filter(pk=client_id).exists():
        raise NotThere("clients_client", client_id)
    at = db.now()
    message = Message.objects.create(
        client_id=client_id,
        template=template.value,
        about=about,
        content={"link": link},
        queued_at=at,
        queued_by=actor.id,
        due_at=at,
    )
    audit.actions.record(
        actor=actor,
        kind=events.MESSAGE_QUEUED,
        client=client_id,
        about=("clients_message", message.pk),
        sealed={"content": vault.fingerprint(message, "content")},
        detail={"template": template.value},
    )
    jobs.enqueue(SEND, client_id, message.pk)
    return message.pk


def release_held(client_id: UUID, card: Card) -> int:
    """Queue again what was held for want of a card; part of writing the card down."""
    if card.channel is not Channel.EMAIL:
        return 0
    held = Message.objects.filter(client_id=client_id, state=MessageState.HELD.value)
    ids = list(held.values_list("pk", flat=True))
    Message.objects.filter(pk__in=ids).update(state=MessageState.QUEUED.value, due_at=db.now())
    for message in ids:
        jobs.enqueue(SEND, client_id, message)
    return len(ids)


def deliver_message(*, actor: Actor, message_id: UUID) -> MessageState:
    """Send a message if the card allows it now, else hold it or put it off (CL-07).

    Runs as often as it likes: what is sent, held or parked stays so.
    """
    require(actor, Permission.RUN_JOB)
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None:
        raise NotThere("clients_message", message_id)
    at = db.now()
    if message.state != MessageState.QUEUED.value or message.due_at > at:
        return MessageState(message.state)
    grant = _record(actor, message, events.MESSAGE_CHECKED)
    client = Client.objects.get(pk=message.client_id)
    contact = Contact.from_json(vault.open_json(client.contact, grant))
    card = opened_card(message.client_id, grant)
    match decide_delivery(card, contact.email, timezone.localtime(at)):
        case Hold(reason):
            message.state = MessageState.HELD.value
            _record(actor, message, events.MESSAGE_HELD, reason)
        case Later(due_at):
            message.due_at = due_at
            _record(actor, message, events.MESSAGE_WAITS)
        case Deliver(address, called):
            _send(actor, message, address, _written(message, called, grant))
    message.save(update_fields=["content", "state", "attempts", "due_at", "sent_at"])
    return MessageState(message.state)


def _written(message: Message, called: str, grant: vault.Grant) -> tuple[str, str]:
    content = {} if message.content is None else vault.open_json(message.content, grant)
    link = f"{settings.BASE_URL}{content['link']}" if content.get("link") else ""
    return compose(Template(message.template), called, link)


def _send(actor: Actor, message: Message, address: str, written: tuple[str, str]) -> None:
    subject, body = written
    message.attempts += 1
    try:
        EmailMessage(subject, body, to=[address]).send()
    except OSError:  # covers every fault of the mail server and of the way to it
        log.warning("message.not-sent", extra={"attempt": message.attempts})
        _put_off(message, parked=message.attempts >= MOST_ATTEMPTS)
        _record(actor, message, events.MESSAGE_FAILED)
        return
    # the link is of no more use here
    message.state, message.sent_at, message.content = MessageState.SENT.value, db.now(), None
    _record(actor, message, events.MESSAGE_SENT)


def _put_off(message: Message, *, parked: bool) -> None:
    message.state = (MessageState.FAILED if parked else MessageState.QUEUED).value
    message.due_at = db.now() + backoff(message.attempts)


def fail_message(*, actor: Actor, message_id: UUID, code: str) -> bool:
    """Note that a message could not even be written, and put it off or park it.

    A broken seal does not mend by trying: it is parked, a person is told (EN-03), and then this
    gives True.
    """
    require(actor, Permission.RUN_JOB)
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None or message.state != MessageState.QUEUED.value:
        return False
    broken = code == vault.SealBroken.__name__
    message.attempts += 1
    _put_off(message, parked=broken or message.attempts >= MOST_ATTEMPTS)
    message.save(update_fields=["state", "attempts", "due_at"])
    _record(actor, message, events.MESSAGE_FAILED, code)
    if broken:
        accounts.alert_privacy_officers(actor=actor, code="seal-broken")
    return broken


def message_would_go(*, actor: Actor, client_id: UUID) -> bool:
    """Say whether a message to this client would leave, now or in its hours: the card decides."""
    require(actor, sending(actor))
    client = Client.objects.filter(pk=client_id).first()
    if client is None:
        raise NotThere("clients_client", client_id)
    grant = audit.actions.record(
        actor=actor, kind=events.MESSAGE_CHECKED, client=client_id,
        about=("clients_client", client_id),
    )  # fmt: skip
    contact = Contact.from_json(vault.open_json(client.contact, grant))
    card = opened_card(client_id, grant)
    decided = decide_delivery(card, contact.email, timezone.localtime(db.now()))
    return not isinstance(decided, Hold)


def _record(actor: Actor, message: Message, kind: EventKind, reason: str = "") -> vault.Grant:
    return audit.actions.record(
        actor=actor,
        kind=kind,
        client=message.client_id,
        about=("clients_message", message.pk),
        outcome="failed" if kind is events.MESSAGE_FAILED else "ok",
        reason=reason,
        detail={"template": message.template, "attempts": message.attempts},
    )
