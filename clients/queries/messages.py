"""Messages as staff see them, and what the sweeper has to send."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F

from clients.domain.messages import MessageState, Template
from clients.models import Message

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as staff see it: where it stands, not what it says."""

    id: UUID
    client: UUID
    template: Template
    state: MessageState
    attempts: int
    queued_at: datetime.datetime
    due_at: datetime.datetime
    sent_at: datetime.datetime | None
    ask_how_to_reach: bool


def messages_of(client_id: UUID) -> list[MessageRow]:
    """Give the messages to a client, newest first."""
    found = Message.objects.filter(client_id=client_id).annotate(
        answered=F("client__card__answered_at")
    )
    return [
        MessageRow(
            one.pk, one.client_id, Template(one.template), MessageState(one.state), one.attempts,
            one.queued_at, one.due_at, one.sent_at,
            one.state == MessageState.HELD.value and one.answered is None,
        )
        for one in found.order_by("-queued_at", "-pk")
    ]  # fmt: skip


def held_messages(client_id: UUID) -> int:
    """Count what waits for somebody to ask how the client may be reached."""
    return Message.objects.filter(client_id=client_id, state=MessageState.HELD.value).count()


def due_messages() -> Sequence[tuple[UUID, UUID]]:
    """Give (client, message) of what is queued and due; no actor is needed and nothing opened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_id, id FROM clients_due_messages()")
        return [(row[0], row[1]) for row in cursor.fetchall()]
