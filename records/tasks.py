"""What workers do for records: ids in, the use case called."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import shared_task

from counselling.access import SERVICE
from counselling.accounts.actions import mail
from counselling.db import as_actor
from records import actions

log = logging.getLogger("counselling.records")


@shared_task(name="records.remind")
def remind(person: str) -> None:
    """Write to somebody whose notes are a day late; what could not be sent is due again."""
    whom = UUID(person)
    try:
        with as_actor(SERVICE):
            made = actions.prepare_reminder(actor=SERVICE, person_id=whom)
        if made is None or not mail.send(made.letter):
            return
        with as_actor(SERVICE):
            actions.keep_reminder(actor=SERVICE, person_id=whom, sessions=made.sessions)
    except Exception as error:
        log.exception("reminder.not-made", extra={"code": type(error).__name__})


@shared_task(name="records.remind_client")
def remind_client(client: str) -> None:
    """Remind a client of tomorrow's session; what is not done is due again."""
    whom = UUID(client)
    with as_actor(SERVICE, client=whom):
        actions.remind_of_appointments(actor=SERVICE, client_id=whom)


@shared_task(name="records.send_share")
def send_share(share: str, client: str) -> None:
    """Send what is prepared once the client agreed; what failed by our fault is due again."""
    one, whom = UUID(share), UUID(client)
    try:
        with as_actor(SERVICE, client=whom):
            actions.send_by_itself(actor=SERVICE, share_id=one)
    except Exception as error:
        log.exception("share.not-sent", extra={"code": type(error).__name__})
        with as_actor(SERVICE, client=whom):
            actions.put_off_share(actor=SERVICE, share_id=one)
