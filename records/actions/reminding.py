"""Remind somebody of notes that are a day late: one neutral letter, whatever it is about.

The rows say what was sent. A letter is prepared in one transaction, sent outside any, and written
down as sent in another: a process that ends in between leaves rows that are due again.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import audit.actions
from counselling import vault
from counselling.access import Permission, require
from counselling.accounts.actions import mail
from counselling.db import now
from records import queries
from records.domain import REMINDER_MADE, REMINDER_SENT
from records.models import Reminder

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

_FIRST_WAIT: Final = datetime.timedelta(minutes=1)
_LONGEST_WAIT: Final = datetime.timedelta(days=1)


class Reminding(NamedTuple):
    """A letter that is ready, and the sessions it is about, which it does not name."""

    sessions: tuple[UUID, ...]
    letter: mail.Letter


def prepare_reminder(*, actor: Actor, person_id: UUID) -> Reminding | None:
    """Claim what somebody is to be reminded of, and give the letter; None if nothing is due."""
    require(actor, Permission.RUN_JOB)
    rows = _claimed(person_id)
    if not rows:
        return None
    sessions = tuple(one.session_id for one in rows)
    grant = audit.actions.record(
        actor=actor,
        kind=REMINDER_MADE,
        about=("accounts_account", person_id),
        rows=sessions,
        holders=[vault.holders.staff(person_id)],
    )
    return Reminding(sessions, mail.letter(grant, person_id, "reminder", mail.REMINDER))


def _claimed(person_id: UUID) -> list[Reminder]:
    """Take the rows that are due, and put off when they are due again."""
    at = now()
    made = [
        Reminder(session_id=one, person_id=person_id, made_at=at, due_at=at)
        for one in queries.late_sessions(person_id)
    ]
    Reminder.objects.bulk_create(made, ignore_conflicts=True)
    due = Reminder.objects.select_for_update().filter(
        person_id=person_id, session_id__in=[one.session_id for one in made], sent_at=None,
        due_at__lte=at,
    )  # fmt: skip
    rows = list(due.order_by("session_id"))
    for one in rows:
        one.attempts += 1
        one.due_at = at + min(_LONGEST_WAIT, _FIRST_WAIT * 2**one.attempts)
        one.save(update_fields=["attempts", "due_at"])
    return rows


def keep_reminder(*, actor: Actor, person_id: UUID, sessions: tuple[UUID, ...]) -> None:
    """Write down that the letter about these sessions has left."""
    require(actor, Permission.RUN_JOB)
    open_rows = Reminder.objects.filter(person_id=person_id, session_id__in=sessions, sent_at=None)
    open_rows.update(sent_at=now())
    audit.actions.record(
        actor=actor,
        kind=REMINDER_SENT,
        about=("accounts_account", person_id),
        rows=sessions,
    )
