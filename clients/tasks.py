"""What a worker runs for this app: ids in, an action called."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import shared_task

import audit.actions
from clients import actions, queries
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import NotThere

log = logging.getLogger("counselling.clients")


@shared_task(name="clients.send_message")
def send_message(client: str, message: str) -> None:
    """Send one message; how often it is tried, the row says and the sweeper does."""
    try:
        with as_actor(SERVICE, client=UUID(client)):
            actions.deliver_message(actor=SERVICE, message_id=UUID(message))
    except NotThere:  # erased since it was queued
        return
    except Exception as error:
        code = type(error).__name__
        log.exception("message.not-made", extra={"code": code})
        _fail(UUID(client), UUID(message), code)


@shared_task(name="clients.send_link")
def send_link(link: str) -> None:
    """Find out whose link was asked for, and send it or leave it."""
    with as_actor(SERVICE):
        client = queries.client_of_link(UUID(link))
    with as_actor(SERVICE, client=client):
        actions.send_link(actor=SERVICE, link_id=UUID(link))


@shared_task(name="clients.tend_emergency")
def tend_emergency(client: str, access: str) -> None:
    """Tell of an emergency access whoever is to be told by now; the sweeper asks again."""
    with as_actor(SERVICE, client=UUID(client)):
        actions.tend_emergency(actor=SERVICE, access_id=UUID(access))


@shared_task(name="clients.index_name")
def index_name(client: str) -> None:
    """Keep under which name a client is found, where that is not known yet."""
    with as_actor(SERVICE, client=UUID(client)):
        actions.index_name(actor=SERVICE, client_id=UUID(client))


@shared_task(name="clients.tend_question")
def tend_question(client: str, question: str) -> None:
    """Tell of a question about an opening whoever is to be told by now."""
    with as_actor(SERVICE, client=UUID(client)):
        actions.tend_question(actor=SERVICE, question_id=UUID(question))


@shared_task(name="clients.tell_of_openings")
def tell_of_openings(client: str) -> None:
    """Look whether a client who wants to hear of openings is to be written to."""
    with as_actor(SERVICE, client=UUID(client)):
        actions.tell_of_openings(actor=SERVICE, client_id=UUID(client))


def _fail(client: UUID, message: UUID, code: str) -> None:
    """Count it on the row; a broken seal leaves the event of a refusal, once."""
    with as_actor(SERVICE, client=client):
        broken = actions.fail_message(actor=SERVICE, message_id=message, code=code)
    if broken:
        audit.actions.record_refusal(
            actor=SERVICE,
            code="seal-broken",
            path_name="clients.send_message",
            client=client,
            what="clients_message",
            row=message,
        )
