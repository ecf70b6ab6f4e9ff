"""Links into a client's space, sent as their card allows, and what they hear of their sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection

import audit.actions
from clients import queries
from clients.actions.messages import SEND, message_would_go, queue_message
from clients.domain import events
from clients.domain.messages import Template
from clients.domain.portal import NewsKind
from counselling import db, jobs
from counselling.access import ActorKind, Permission, require
from counselling.accounts import actions as accounts
from counselling.accounts import queries as people

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

_TELL: Final = "SELECT clients_tell_owner(%s, %s, %s)"
_GUESSED: Final = "SELECT clients_note_guessing(%s, %s)"


def send_link(*, actor: Actor, link_id: UUID) -> None:
    """Send the link that was asked for, this minute or not at all: it is good for no longer.

    Nobody learns which: who asked was told the same as everybody.
    """
    require(actor, Permission.RUN_JOB)
    wanted = people.link_to_send(link_id)
    if wanted is None:
        accounts.give_up_link(actor=actor, link_id=link_id, reason="nobody")
        return
    if wanted.is_staff:
        accounts.make_link(actor=actor, link_id=link_id)
        return
    client = queries.client_of_link(link_id)
    if client is None or not message_would_go(actor=actor, client_id=client, now=True):
        accounts.give_up_link(actor=actor, link_id=link_id, reason="not now by this card")
        return
    path = accounts.make_link(actor=actor, link_id=link_id)
    queue_message(actor=actor, client_id=client, template=Template.ENTRY, link=path, about=link_id)


def tell_of_sign_in(*, actor: Actor, account_id: UUID, letter: str) -> None:
    """Have a client, or a guardian, hear of what was done to their sign-in (AU-10).

    Each by their own card; of guessed words staff hear. Whoever did it may be nobody yet, so the
    database writes it down, and for such an account alone.
    """
    nobody = actor.kind is ActorKind.ANONYMOUS
    require(actor, Permission.SIGN_IN if nobody else Permission.MANAGE_OWN_ACCOUNT)
    if letter == "guessed":
        _note_guessing(actor, account_id)
        return
    template = Template.DEVICE if letter == "new_device" else Template.CHANGE
    message = db.uuid7()
    client = _asked(_TELL, message, account_id, template.value)
    if client is None:  # nobody's of these
        return
    audit.actions.record(
        actor=actor,
        kind=events.MESSAGE_QUEUED,
        client=client,
        about=("clients_message", message),
        detail={"template": template.value},
    )
    jobs.enqueue(SEND, client, message)


def _note_guessing(actor: Actor, account_id: UUID) -> None:
    news = db.uuid7()
    if (client := _asked(_GUESSED, news, account_id)) is not None:
        audit.actions.record(
            actor=actor,
            kind=events.NEWS_NOTED,
            client=client,
            about=("clients_news", news),
            reason=NewsKind.GUESSED.value,
        )


def _asked(sql: str, *said: UUID | str) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, said)
        row = cursor.fetchone()
    found: UUID | None = row[0] if row else None
    return found
