"""Arrange who supervises whom, from which day and until which; and end it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

import audit.actions
from counselling import db, vault
from counselling.access import Permission, Role, require, require_step_up
from counselling.accounts import domain, queries
from counselling.accounts.models import Supervision
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor
    from counselling.accounts.domain import Person


def supervise(
    *,
    actor: Actor,
    supervisor_id: UUID,
    supervisee_id: UUID,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> UUID:
    """Arrange who supervises whom, from now or a day to come; `until` is the last day.

    Nobody arranges their own insight into a colleague's cases.
    """
    require(actor, Permission.MANAGE_STAFF)
    require_step_up(actor, db.now())
    if supervisor_id == actor.id:
        raise Refused("oneself", "Somebody else has to do this for you.")
    supervisor = queries.person(supervisor_id)
    supervisee = queries.person(supervisee_id)
    _check_pair(supervisor, supervisee)
    begins, ends = _begins(since), _ends(until)
    if ends is not None and ends <= begins:
        raise Invalid("The last day is before the first.", "until")
    _check_free(supervisor, supervisee, begins, ends)
    row = Supervision.objects.create(
        supervisor_id=supervisor.id,
        supervisee_id=supervisee.id,
        since=begins,
        until=ends,
        arranged_by=actor.id,
    )
    _record(actor, domain.SUPERVISION_ARRANGED, row)
    return row.id


def end_supervision(
    *, actor: Actor, supervision_id: UUID, until: datetime.date | None = None
) -> None:
    """End a supervision now, or with a day to come; then the supervisor sees those cases no more.

    One that has not begun is called off.
    """
    require(actor, Permission.MANAGE_STAFF)
    require_step_up(actor, db.now())
    at = db.now()
    lasting = Supervision.objects.filter(Q(until=None) | Q(until__gt=at), pk=supervision_id)
    row = lasting.select_for_update().first()
    if row is None:
        raise NotThere("accounts_supervision", supervision_id)
    row.until = max(row.since, _ends(until) or at)
    row.save(update_fields=["until"])
    _record(actor, domain.SUPERVISION_ENDED, row)


def _check_pair(supervisor: Person, supervisee: Person) -> None:
    if Role.SUPERVISOR not in supervisor.roles or not supervisor.is_active:
        raise Invalid(f"{supervisor.name} is no supervisor.", "supervisor")
    if supervisor.id == supervisee.id:
        raise Invalid("Nobody supervises themselves.", "supervisor")


def _check_free(
    supervisor: Person,
    supervisee: Person,
    begins: datetime.datetime,
    ends: datetime.datetime | None,
) -> None:
    """Refuse a second arrangement of the same two over the same days."""
    same = Supervision.objects.filter(supervisor_id=supervisor.id, supervisee_id=supervisee.id)
    over = same.filter(Q(until=None) | Q(until__gt=begins))
    if ends is not None:
        over = over.filter(since__lt=ends)
    if over.exists():
        raise Invalid(f"{supervisor.name} supervises {supervisee.name} already.", "supervisor")


def _begins(day: datetime.date | None) -> datetime.datetime:
    at = db.now()
    today = timezone.localtime(at).date()
    if day is None or day == today:
        return at
    if day < today:
        raise Invalid("It begins today or on a day to come.", "since")
    return _midnight(day)


def _ends(day: datetime.date | None) -> datetime.datetime | None:
    """Give the end of the last day."""
    if day is None:
        return None
    if day < timezone.localtime(db.now()).date():
        raise Invalid("The last day is today or a day to come.", "until")
    return _midnight(day + datetime.timedelta(days=1))


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _record(actor: Actor, kind: EventKind, row: Supervision) -> None:
    said = {"supervisor": str(row.supervisor_id), "since": row.since.isoformat()}
    if row.until is not None:
        said["until"] = row.until.isoformat()
    audit.actions.record(
        actor=actor,
        kind=kind,
        about=("accounts_account", row.supervisee_id),
        holders=[vault.holders.staff(row.supervisee_id)],
        detail=said,
    )
