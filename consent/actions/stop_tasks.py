"""See to what follows when a client stopped something, and say so in one tap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
import clients.queries
from consent.domain.life_events import STOP_SEEN_TO
from consent.models import StopTask
from counselling import db
from counselling.access import Permission, require
from counselling.errors import NotThere, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


def see_to_stop(*, actor: Actor, task_id: UUID) -> UUID:
    """Note that what a stop asks for is done; gives the client. A second press changes nothing.

    Raises NotThere for a hidden task, Refused for who does not care for the client.
    """
    require(actor, Permission.RECORD_WITHDRAWAL)
    task = StopTask.objects.filter(pk=task_id).first()
    if task is None:
        raise NotThere("consent_stop_task", task_id)
    if task.done_at is not None:
        return task.client_id
    task.done_at, task.done_by = db.now(), actor.id
    mine = StopTask.objects.filter(pk=task_id, done_at=None)
    if not mine.update(done_at=task.done_at, done_by=task.done_by):
        raise Refused(
            "not-assigned", "Only who cares for somebody sees to this.", client=task.client_id
        )
    audit.actions.record(
        actor=actor,
        kind=STOP_SEEN_TO,
        client=task.client_id,
        about=("consent_stop_task", task_id),
        relation=clients.queries.relation_to_client(actor, task.client_id),
    )
    return task.client_id
