"""What workers do for the log: the use case called."""

from __future__ import annotations

import logging

from celery import shared_task

from audit import actions
from counselling.access import SERVICE
from counselling.db import as_actor

log = logging.getLogger("counselling.audit")


@shared_task(name="audit.mail_checkpoint")
def mail_checkpoint() -> None:
    """Mail the newest checkpoint to its witness, if that is due; nothing is held open meanwhile."""
    with as_actor(SERVICE):
        made = actions.prepare_checkpoint_letter(actor=SERVICE)
    if made is None:
        return
    size, letter = made
    try:
        letter.send()
        code = ""
    except OSError as error:  # refused, silent, no such host: an SMTP error is one too
        code = type(error).__name__
        log.warning("witness.mail-not-sent", extra={"code": code})
    with as_actor(SERVICE):
        actions.keep_checkpoint_letter(actor=SERVICE, size=size, code=code)


@shared_task(name="audit.find")
def find() -> None:
    """Look through the log day by day, each in a transaction of its own, as far as it goes."""
    more = True
    while more:
        with as_actor(SERVICE):
            more = actions.find(actor=SERVICE)


@shared_task(name="audit.make_months")
def make_months() -> None:
    """Make the months of the log ahead, where the sealer has not."""
    with as_actor(SERVICE):
        actions.make_months(actor=SERVICE)
