"""Announce work with many files, so that nobody has to wonder about it later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit import domain
from audit.actions.recording import record
from audit.domain.review.planned import Work, decide_planned
from audit.models import PlannedWork
from counselling import db
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection
    from uuid import UUID

    from counselling.access import Actor


def announce_work(
    *,
    actor: Actor,
    kind: str,
    since: datetime.datetime,
    until: datetime.datetime,
    cases: Collection[UUID] = (),
) -> UUID:
    """Say what one is going to do with many files; without `cases` it is one's whole caseload.

    Raises Invalid for work that was over long ago, is far ahead, or takes longer than a fortnight.
    """
    require(actor, Permission.ANNOUNCE_WORK)
    if kind not in set(Work):
        raise Invalid("Choose what it is.", "kind")
    at = db.now()
    decide_planned(since, until, at)
    made = PlannedWork(
        person_id=actor.id, kind=kind, case_ids=list(cases), since=since, until=until, at=at
    )
    made.save(force_insert=True)
    record(
        actor=actor,
        kind=domain.WORK_ANNOUNCED,
        about=("audit_plannedwork", made.pk),
        rows=sorted(cases),
        reason=kind,
    )
    return made.pk


def end_work(*, actor: Actor, work_id: UUID) -> None:
    """End what one announced: from now on it explains nothing."""
    require(actor, Permission.ANNOUNCE_WORK)
    found = PlannedWork.objects.filter(pk=work_id, person_id=actor.id, ended_at=None).first()
    if found is None:
        raise NotThere("audit_plannedwork", work_id)
    found.ended_at = db.now()
    found.save(update_fields=["ended_at"])
    record(actor=actor, kind=domain.WORK_ENDED, about=("audit_plannedwork", work_id))
