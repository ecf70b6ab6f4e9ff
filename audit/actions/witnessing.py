"""Tell the witness by mail, and tell people where nobody outside sees how the log grows.

A checkpoint is signed already and no secret, so whoever may write letters sends it: the sealer
needs no way out of its own, and no password of a mail server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, connections

from audit import alarm, domain
from audit.actions.recording import record
from audit.domain.witnessing import is_absence_to_be_told, is_worth_an_alarm
from audit.letters import SUBJECT
from audit.queries.outside import mail_due, newest_note, witnesses
from audit.verifying import DATABASE
from counselling import db
from counselling.access import Permission, require

if TYPE_CHECKING:
    from counselling.access import Actor

_KEEP: Final = """
INSERT INTO audit_witnessing (id, witness, outcome, size, code) VALUES (%s, 'mail', %s, %s, %s)
"""
_ABSENT: Final = """
SELECT now(), (SELECT max(at) FROM audit_witnessing WHERE code = 'replaced'),
    (SELECT max(recorded) FROM audit_event WHERE kind = %s)
"""


def prepare_checkpoint_letter(*, actor: Actor) -> tuple[int, EmailMessage] | None:
    """Give the letter that is due and of how many events it tells; None if none is.

    It holds the signed checkpoint and no other word.
    """
    require(actor, Permission.RUN_JOB)
    if not mail_due():
        return None
    size, note = newest_note()
    return size, EmailMessage(SUBJECT, note, to=[settings.WITNESS_MAIL])


def keep_checkpoint_letter(*, actor: Actor, size: int, code: str = "") -> None:
    """Keep that a letter went, or with which code it did not; after a day of that call somebody.

    A worker that dies between sending and keeping sends a second one, which does no harm.
    """
    require(actor, Permission.RUN_JOB)
    outcome = "failed" if code else "told"
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [db.uuid7(), outcome, size, code])
    record(
        actor=actor,
        kind=domain.CHECKPOINT_MAILED,
        outcome="failed" if code else "ok",
        reason=code,
        detail={"events": size},
    )
    if code and is_worth_an_alarm(witnesses()["mail"].failures):
        alarm.sound(actor, alarm.UNSEEN)


def tell_of_an_absent_witness(*, actor: Actor) -> bool:
    """Call somebody where the witness file could not be written for an hour, or was replaced.

    Once a week as long as it lasts. Needs the sealer's login, as its verification has.
    """
    require(actor, Permission.RUN_JOB)
    file = witnesses().get("file")
    if file is None:
        return False
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_ABSENT, [domain.WITNESS_AWAY.code])
        now, replaced, told = cursor.fetchone()
    if not is_absence_to_be_told(now, file.failing_since, replaced, told):
        return False
    with db.as_actor(actor):
        record(actor=actor, kind=domain.WITNESS_AWAY, reason=file.code or "replaced")
        alarm.sound(actor, alarm.UNSEEN)
    return True
