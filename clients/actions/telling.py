"""Tell of an emergency access whom it concerns: reviewers at once, the client after a day."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import audit.actions
from clients import queries
from clients.actions.messages import queue_message
from clients.domain import events
from clients.domain.emergency import MANY, Reason
from clients.domain.messages import Template
from clients.models import EmergencyAccess
from counselling import db, vault
from counselling.access import Permission, Role, require
from counselling.accounts import actions as accounts
from counselling.accounts import queries as people
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from counselling.access import Actor

ACCESSES: Final = "/space/accesses"


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """An emergency access as the client reads of it."""

    person: UUID
    began_at: datetime.datetime
    ends_at: datetime.datetime
    reason: Reason
    sentence: str = dataclasses.field(repr=False)


def tend_emergency(*, actor: Actor, access_id: UUID) -> list[str]:
    """Do what is due about an access: alert its reviewers, tell the client, press who is late.

    Runs as often as it likes. Gives what was done, in words of the log.
    """
    require(actor, Permission.RUN_JOB)
    row = EmergencyAccess.objects.select_for_update().filter(pk=access_id).first()
    if row is None:
        raise NotThere("clients_emergencyaccess", access_id)
    done = [*_alert(actor, row), *_tell(actor, row), *_press(actor, row)]
    if not done:
        return done
    row.save(update_fields=["alerted_at", "letter_at", "escalated_at"])
    audit.actions.record(
        actor=actor,
        kind=events.EMERGENCY_TENDED,
        client=row.client_id,
        about=("clients_emergencyaccess", row.pk),
        detail=dict.fromkeys(done, True),
    )
    return done


def _alert(actor: Actor, row: EmergencyAccess) -> list[str]:
    if row.alerted_at is not None:
        return []
    row.alerted_at = db.now()
    # with nobody to review it, whoever looks after the staff has to find somebody
    asked = queries.emergency_reviewers(row.pk) or _holding(Role.ADMINISTRATOR)
    accounts.write_to_colleagues(actor=actor, people=asked, letter="emergency")
    if queries.emergency_uses(row.pk) < MANY:
        return ["alerted"]
    everybody = [one.id for one in people.staff() if one.is_active]
    accounts.write_to_colleagues(actor=actor, people=everybody, letter="emergency_many")
    return ["alerted", "everybody"]


def _tell(actor: Actor, row: EmergencyAccess) -> list[str]:
    """Write to the client, as their card allows; a letter says nothing of what it is about."""
    if row.letter_at is not None or row.told_at > db.now():
        return []
    row.letter_at = db.now()
    link = ACCESSES if queries.has_portal(row.client_id) else ""
    queue_message(actor=actor, client_id=row.client_id, template=Template.NOTICE, link=link)
    return ["client"]


def _press(actor: Actor, row: EmergencyAccess) -> list[str]:
    if row.escalated_at is not None or not queries.emergency_row(row.pk).is_late(db.now()):
        return []
    row.escalated_at = db.now()
    # every privacy officer is among the reviewers, but one whom the file keeps out
    asked = {*queries.emergency_reviewers(row.pk), *_holding(Role.ADMINISTRATOR)}
    late = asked - {row.person_id}
    accounts.write_to_colleagues(actor=actor, people=late, letter="emergency_overdue")
    return ["escalated"]


def _holding(role: Role) -> list[UUID]:
    return [one.id for one in people.staff() if one.is_active and role in one.roles]


def read_told_emergencies(*, actor: Actor, client_id: UUID) -> list[Told]:
    """Give a client who opened their file in an emergency and why, from the day they are told.

    Who prints it for them reads the same. The typed sentence is opened only where a reviewer
    released it, since it may name who called.
    """
    own = actor.may(Permission.SEE_OWN_FILE)
    require(actor, Permission.SEE_OWN_FILE if own else Permission.ACCOUNT_FOR)
    told = EmergencyAccess.objects.filter(client_id=client_id, told_at__lte=db.now())
    rows = list(told.order_by("began_at"))
    grant = audit.actions.record(
        actor=actor,
        kind=events.EMERGENCY_TOLD if own else events.EMERGENCY_READ,
        client=client_id,
        rows=[one.pk for one in rows],
        relation="self" if own else queries.relation_to_client(actor, client_id),
    )
    return [
        Told(
            one.person_id,
            one.began_at,
            one.ends_at,
            Reason(one.reason),
            vault.open_text(one.sentence, grant) if one.released_at is not None else "",
        )
        for one in rows
    ]
