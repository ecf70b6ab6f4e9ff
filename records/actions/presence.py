"""Have a trainee sit in, or record the sound: only while everybody who is there allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

import audit.actions
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused
from records.actions.about import about_case
from records.domain.presence import (
    RECORDING_BEGUN,
    RECORDING_ERASED,
    SITTING_IN_BEGUN,
    SITTING_IN_ENDED,
)
from records.models import Recording, Session, SittingIn
from records.queries.presence import OBSERVER, RECORDING, present, stands, trainees

if TYPE_CHECKING:
    from uuid import UUID

    from django.db import models

    from audit.domain import EventKind
    from counselling.access import Actor

WORDS: Final = {
    OBSERVER: "Not everybody who is there has agreed that a trainee sits in.",
    RECORDING: "Not everybody who is there has agreed to be recorded.",
}


def let_sit_in(*, actor: Actor, session_id: UUID, person_id: UUID) -> UUID:
    """Write down that a trainee sits in; Refused unless everybody there allows it (CC-17)."""
    require(actor, Permission.LOG_SESSION)
    session = _held(actor, session_id)
    if person_id not in {one.id for one in trainees()} or person_id == actor.id:
        raise Invalid("Choose a trainee of the practice.", "person")
    _allowed(session, OBSERVER)
    row = SittingIn(
        session_id=session.id,
        case_id=session.case_id,
        person_id=person_id,
        by=actor.id,
        at=now(),
    )
    if _kept(session, row):
        _record(actor, session, SITTING_IN_BEGUN, [row.id], person=str(person_id))
    return row.id


def end_sitting_in(*, actor: Actor, sitting_id: UUID) -> None:
    """Write down that a trainee left; the client may ask that at any moment."""
    require(actor, Permission.LOG_SESSION)
    row = SittingIn.objects.select_for_update().filter(id=sitting_id).first()
    if row is None:
        raise NotThere("records_sitting_in", sitting_id)
    if row.left_at is not None:
        return
    row.left_at = now()
    row.save(update_fields=["left_at"])
    _record(actor, row.session, SITTING_IN_ENDED, [row.id], person=str(row.person_id))


def begin_recording(*, actor: Actor, session_id: UUID) -> UUID:
    """Write down that sound is recorded; Refused unless everybody there allows it (CC-17)."""
    require(actor, Permission.LOG_SESSION)
    session = _held(actor, session_id)
    _allowed(session, RECORDING)
    row = Recording(session_id=session.id, case_id=session.case_id, by=actor.id, at=now())
    if _kept(session, row):
        _record(actor, session, RECORDING_BEGUN, [row.id])
    return row.id


def erase_recording(*, actor: Actor, recording_id: UUID) -> None:
    """Write down that a recording is erased: who recorded it may also after they left the case."""
    require(actor, Permission.LOG_SESSION)
    row = Recording.objects.select_for_update().filter(id=recording_id).first()
    if row is None:
        raise NotThere("records_recording", recording_id)
    if row.erased_at is not None:
        return
    row.erased_at, row.erased_by = now(), actor.id
    row.save(update_fields=["erased_at", "erased_by"])
    audit.actions.record(
        actor=actor,
        kind=RECORDING_ERASED,
        about=("session", row.session_id),
        rows=[row.id],
        **about_case(actor, row.case_id),
    )


def _held(actor: Actor, session_id: UUID) -> Session:
    session = Session.objects.filter(id=session_id).first()
    if session is None:
        raise NotThere("records_session", session_id)
    if session.person_id != actor.id:
        raise Refused(
            "not-own-session", "Only who holds the session may say this.", case=session.case_id
        )
    return session


def _allowed(session: Session, activity: str) -> None:
    if not stands(present(session.id, session.case_id), activity).allowed:
        raise Refused("no-permission", WORDS[activity], case=session.case_id)


def _kept(session: Session, row: models.Model) -> bool:
    """Write it, if it does not stand there already; the database asks once more."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") != _REFUSED:
            return False
        reason = getattr(getattr(error.__cause__, "diag", None), "message_primary", "")
        raise Refused("no-permission", reason, case=session.case_id) from None
    return True


# what the gate raises; its words are for people
_REFUSED: Final = "23001"


def _record(
    actor: Actor, session: Session, kind: EventKind, rows: list[UUID], **detail: str
) -> None:
    audit.actions.record(
        actor=actor,
        kind=kind,
        about=("session", session.id),
        rows=rows,
        detail=detail,
        **about_case(actor, session.case_id),
    )
