"""Messages to clients: asked for in one act, sent in another, as the safe-contact card says."""

from __future__ import annotations

import datetime
import logging
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

import audit.actions
from clients import queries
from clients.access import sending
from clients.actions.opening import opened_card, opened_details
from clients.domain import events
from clients.domain.messages import (
    MOST_ATTEMPTS,
    NEEDS,
    Deliver,
    Hold,
    Later,
    MessageState,
    Template,
    backoff,
    compose,
    compose_text,
    decide_delivery,
    decide_words,
    dialled,
)
from clients.domain.people import Card, Channel, Contact
from clients.models import Client, Guardian, Message
from counselling import db, jobs, languages, vault
from counselling.access import Permission, require
from counselling.accounts import actions as accounts
from counselling.errors import NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

SEND: Final = "clients.send_message"
_TRY_AGAIN: Final = "SELECT clients_try_held_again(%s)"
log = logging.getLogger("counselling.clients")


def queue_message(
    *,
    actor: Actor,
    client_id: UUID,
    template: Template,
    link: str = "",
    about: UUID | None = None,
    words: str = "",
    starts_at: datetime.datetime | None = None,
    guardian: UUID | None = None,
) -> UUID:
    """Ask for a message with one link ("/r/..."); whether it may go is asked when it goes.

    `about` is the row whose links can be ended (`end_links`): then the message is dropped.
    `guardian` is to whom of the client's guardians it goes, by their own card.
    `words` are what somebody wrote, `starts_at` is when the appointment is that it reminds of.
    """
    require(actor, sending(actor))
    if not Client.objects.filter(pk=client_id).exists():
        raise NotThere("clients_client", client_id)
    at = db.now()
    message = Message.objects.create(
        client_id=client_id,
        guardian_id=guardian,
        template=template.value,
        about=about,
        content=_content(link, words, starts_at),
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


def _content(link: str, words: str, starts_at: datetime.datetime | None) -> dict[str, str]:
    at = "" if starts_at is None else starts_at.isoformat()
    return {"link": link} | {key: one for key, one in (("words", words), ("at", at)) if one}


def release_held(client_id: UUID, card: Card, guardian: UUID | None = None) -> int:
    """Queue again what was held for want of a card; part of writing the card down."""
    if card.channel not in {Channel.EMAIL, Channel.TEXT}:
        return 0
    held = Message.objects.filter(
        client_id=client_id, guardian=guardian, state=MessageState.HELD.value
    )
    ids = list(held.values_list("pk", flat=True))
    Message.objects.filter(pk__in=ids).update(state=MessageState.QUEUED.value, due_at=db.now())
    for message in ids:
        jobs.enqueue(SEND, client_id, message)
    return len(ids)


def try_held_again(*, actor: Actor, client_id: UUID) -> None:
    """Have what was held for want of the client's word tried again: whether it goes is asked then.

    The card decides as before; a guardian's letters are not among it.
    """
    require(actor, sending(actor))
    with connection.cursor() as cursor:
        cursor.execute(_TRY_AGAIN, [client_id])
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        audit.actions.record(
            actor=actor, kind=events.MESSAGE_QUEUED, client=client_id, rows=ids,
            reason="word-given",
        )  # fmt: skip
    for message in ids:
        jobs.enqueue(SEND, client_id, message)


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
    content = {} if message.content is None else vault.open_json(message.content, grant)
    if _is_over(message, content):
        message.state, message.content = MessageState.DROPPED.value, None
        message.save(update_fields=["content", "state"])
        _record(actor, message, events.MESSAGE_DROPPED)
        return MessageState.DROPPED
    match decide_words(
        Template(message.template), _decided(message.client_id, message.guardian_id, grant)
    ):
        case Hold(reason):
            message.state = MessageState.HELD.value
            _record(actor, message, events.MESSAGE_HELD, reason)
        case Later(due_at):
            message.due_at = due_at
            _record(actor, message, events.MESSAGE_WAITS)
        case Deliver() as way:
            with languages.speaking(_read_by(message)):
                letter = _letter(Template(message.template), content, way)
            _send(actor, message, letter)
    message.save(update_fields=["content", "state", "attempts", "due_at", "sent_at"])
    return MessageState(message.state)


def _is_over(message: Message, content: dict[str, Any]) -> bool:
    """Say whether its time has gone, the client's word that it needs, or the guardian's say."""
    guardian = message.guardian_id
    if guardian is not None and not queries.signs(message.client_id, guardian):
        return True
    need = NEEDS.get(Template(message.template))
    if need is not None and not queries.is_on(message.client_id, need):
        return True
    return "at" in content and datetime.datetime.fromisoformat(content["at"]) <= db.now()


def _decided(
    client_id: UUID, guardian_id: UUID | None, grant: vault.Grant
) -> Deliver | Later | Hold:
    if guardian_id is not None:
        theirs = opened_details(Guardian.objects.get(pk=guardian_id), grant)
        at = timezone.localtime(db.now())
        return decide_delivery(theirs.card, theirs.contact.email, at, number="", texts=False)
    contact = Contact.from_json(vault.open_json(Client.objects.get(pk=client_id).contact, grant))
    return decide_delivery(
        opened_card(client_id, grant),
        contact.email,
        timezone.localtime(db.now()),
        number=dialled(contact.phone),
        texts=queries.texts_may_go(client_id),
    )


def _read_by(message: Message) -> str:
    """Give the language in which the client reads."""
    return Client.objects.values_list("language", flat=True).get(pk=message.client_id)


def _letter(template: Template, content: dict[str, Any], way: Deliver) -> EmailMessage:
    """Write it: as a letter, or for the gateway that takes letters to a number."""
    link = f"{settings.PORTAL_URL}{content['link']}" if content.get("link") else ""
    words = content.get("words", "") or _when(content)
    if way.by_text:
        body = compose_text(template, link, words)
        return EmailMessage("", body, to=[f"{way.address}@{settings.TEXT_GATEWAY}"])
    subject, body = compose(template, way.called, link, words)
    return EmailMessage(subject, body, to=[way.address])


def _when(content: dict[str, Any]) -> str:
    if "at" not in content:
        return ""
    at = timezone.localtime(datetime.datetime.fromisoformat(content["at"]))
    return f"{languages.day_in_words(at, with_year=False)}, {at:%H:%M}."


def _send(actor: Actor, message: Message, letter: EmailMessage) -> None:
    message.attempts += 1
    try:
        letter.send()
    except OSError:  # covers every fault of the mail server and of the way to it
        log.warning("message.not-sent", extra={"attempt": message.attempts})
        _put_off(message, parked=message.attempts >= MOST_ATTEMPTS)
        _record(actor, message, events.MESSAGE_FAILED)
        return
    # what it said is of no more use here
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


def message_would_go(
    *, actor: Actor, client_id: UUID, guardian: UUID | None = None, now: bool = False
) -> bool:
    """Say whether a message would leave, now or in its hours: the client's card or a guardian's.

    With `now` it has to leave this instant: what waits for the hours on the card would not do.
    """
    require(actor, sending(actor))
    if not Client.objects.filter(pk=client_id).exists():
        raise NotThere("clients_client", client_id)
    grant = audit.actions.record(
        actor=actor, kind=events.MESSAGE_CHECKED, client=client_id,
        about=("clients_client", client_id),
    )  # fmt: skip
    decided = _decided(client_id, guardian, grant)
    return isinstance(decided, Deliver) if now else not isinstance(decided, Hold)


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
