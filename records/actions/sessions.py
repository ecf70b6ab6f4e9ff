"""Log a session and say whether it took place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
from clients import queries as clients
from counselling.access import Permission, require
from counselling.db import uuid7
from counselling.errors import Invalid, NotThere, Refused
from records.actions.about import about_case
from records.actions.roster import place_roster
from records.domain import SESSION_CHANGED, SESSION_LOGGED, Attendance, Modality
from records.models import Session

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from counselling.access import Actor


def log_session(
    *,
    actor: Actor,
    case_id: UUID,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    modality: Modality,
    attendance: Attendance = Attendance.EXPECTED,
) -> UUID:
    """Write down a session of the actor with the people in a case; gives its id.

    Raises NotThere for a case that is hidden or none, Refused for one without record access,
    Invalid when it ends before it starts.
    """
    require(actor, Permission.LOG_SESSION)
    case = clients.case_row(case_id)
    if clients.relation(actor, case_id) not in {"assigned", "cover"}:
        raise Refused("not-assigned", "This case is not assigned to you.", case=case_id)
    if ends_at <= starts_at:
        raise Invalid("The end must be after the beginning.", "minutes")
    session = Session(
        id=uuid7(starts_at),
        case_id=case_id,
        person_id=actor.id,
        starts_at=starts_at,
        ends_at=ends_at,
        modality=modality,
        attendance=attendance,
    )
    session.save(force_insert=True)
    place_roster(session, case)
    audit.actions.record(
        actor=actor,
        kind=SESSION_LOGGED,
        about=("session", session.id),
        **about_case(actor, case_id),
    )
    return session.id


def set_attendance(
    *, actor: Actor, session_id: UUID, attendance: Attendance, modality: Modality
) -> None:
    """Say whether a session took place and how; raises NotThere, Refused for somebody else's."""
    require(actor, Permission.LOG_SESSION)
    session = Session.objects.select_for_update().filter(id=session_id).first()
    if session is None:
        raise NotThere("records_session", session_id)
    if session.person_id != actor.id:
        raise Refused("not-own-session", "Only who held the session may say this.")
    if (session.attendance, session.modality) == (attendance, modality):
        return
    session.attendance, session.modality = attendance, modality
    session.save(update_fields=["attendance", "modality"])
    audit.actions.record(
        actor=actor,
        kind=SESSION_CHANGED,
        about=("session", session.id),
        detail={"attendance": str(attendance), "modality": str(modality)},
        **about_case(actor, session.case_id),
    )
