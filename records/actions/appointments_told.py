"""Remind a client of a session the day before, if they wished that; the row says it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
import clients.actions
from clients.domain import Template
from counselling.access import Permission, require
from counselling.db import now
from records.domain.presence import APPOINTMENT_REMINDED
from records.models import AppointmentReminder
from records.queries.presence import appointments_of_job

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from counselling.access import Actor


def remind_of_appointments(*, actor: Actor, client_id: UUID) -> int:
    """Ask for a letter about each session of tomorrow; whether it may go is asked as it goes.

    Runs as often as it likes: of each session somebody is reminded once.
    """
    require(actor, Permission.RUN_JOB)
    made = [
        (session, starts_at)
        for session, starts_at in appointments_of_job()
        if _noted(client_id, session, starts_at)
    ]
    for session, starts_at in made:
        clients.actions.queue_message(
            actor=actor,
            client_id=client_id,
            template=Template.APPOINTMENT,
            about=session,
            starts_at=starts_at,
        )
    if made:
        audit.actions.record(
            actor=actor,
            kind=APPOINTMENT_REMINDED,
            client=client_id,
            rows=[session for session, _ in made],
        )
    return len(made)


def _noted(client_id: UUID, session: UUID, starts_at: datetime.datetime) -> bool:
    row = AppointmentReminder(
        session_id=session, client_id=client_id, starts_at=starts_at, made_at=now()
    )
    AppointmentReminder.objects.bulk_create([row], ignore_conflicts=True)
    return AppointmentReminder.objects.filter(id=row.id).exists()


def drop_reminders(actor: Actor, session_id: UUID) -> None:
    """Drop reminders that wait and are not right any more: the session moved or is off."""
    told = AppointmentReminder.objects.filter(session_id=session_id)
    for client_id in dict.fromkeys(told.values_list("client_id", flat=True)):
        clients.actions.end_links(actor=actor, client_id=client_id, row=session_id)
