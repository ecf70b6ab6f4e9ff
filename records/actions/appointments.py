"""Change when, how and whether a session takes place, until its note is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import audit.actions
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused
from records.actions.about import about_case
from records.actions.appointments_told import drop_reminders
from records.domain import SESSION_CHANGED, Attendance, Modality
from records.models import Note, Session

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from counselling.access import Actor

# what can only be said of a session that has begun
_HELD: Final = frozenset({Attendance.ATTENDED, Attendance.NO_SHOW})


def change_session(
    *,
    actor: Actor,
    session_id: UUID,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    modality: Modality,
    attendance: Attendance,
) -> None:
    """Say anew when and how a session takes place, and whether it did.

    Raises NotThere for a hidden session, Refused for somebody else's and for one whose note is
    signed, Invalid when it ends before it starts or is over before it began.
    """
    require(actor, Permission.LOG_SESSION)
    session = _changeable(actor, session_id)
    if ends_at <= starts_at:
        raise Invalid("The end must be after the beginning.", "minutes")
    if attendance in _HELD and starts_at > now():
        raise Invalid("It has not begun yet.", "attendance")
    new = (starts_at, ends_at, str(modality), str(attendance))
    moved = (session.starts_at, session.ends_at) != (starts_at, ends_at)
    if new == (session.starts_at, session.ends_at, session.modality, session.attendance):
        return
    session.starts_at, session.ends_at, session.modality, session.attendance = new
    session.save(update_fields=["starts_at", "ends_at", "modality", "attendance"])
    if moved or attendance is not Attendance.EXPECTED:
        drop_reminders(actor, session.id)
    audit.actions.record(
        actor=actor,
        kind=SESSION_CHANGED,
        about=("session", session.id),
        detail={"attendance": str(attendance), "modality": str(modality), "moved": moved},
        **about_case(actor, session.case_id),
    )


def _changeable(actor: Actor, session_id: UUID) -> Session:
    session = Session.objects.select_for_update().filter(id=session_id).first()
    if session is None:
        raise NotThere("records_session", session_id)
    if session.person_id != actor.id:
        raise Refused("not-own-session", "Only who held the session may say this.")
    if Note.objects.filter(session_id=session.id, author_id=session.person_id).exists():
        raise Refused(
            "already-signed", "Its note is signed. Add a correction there.", case=session.case_id
        )
    return session
