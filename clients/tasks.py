"""What a worker runs for this app: ids in, an action called."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from clients import actions
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import NotThere


@shared_task(name="clients.send_message")
def send_message(client: str, message: str) -> None:
    """Send one message; how often it is tried, the row says and the sweeper does."""
    with as_actor(SERVICE, client=UUID(client)):
        try:
            actions.deliver_message(actor=SERVICE, message_id=UUID(message))
        except NotThere:  # erased since it was queued
            return
