"""Say who of several people was in a session, and who led it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

import audit.actions
from clients import queries as clients
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused
from records.actions.about import about_case
from records.domain import (
    CO_LEADER_ADDED,
    CO_LEADER_REMOVED,
    SESSION_CHANGED,
    Attendance,
    has_roster,
)
from records.models import CoLeader, Note, Session, SessionMember
from records.queries import roster

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from audit.domain import EventKind
    from clients.queries import CaseRow
    from counselling.access import Actor


def place_roster(session: Session, case: CaseRow) -> None:
    """Put everybody who is in a case of several people on the roster of a session newly logged."""
    if has_roster(case.kind):
        SessionMember.objects.bulk_create(
            SessionMember(
                session_id=session.id,
                case_id=case.id,
                client_id=one,
                attendance=session.attendance,
            )
            for one in case.present
        )


def set_roster(*, actor: Actor, session_id: UUID, came: Mapping[UUID, Attendance]) -> None:
    """Say of each member whether they were there; raises NotThere, Refused for somebody else's."""
    require(actor, Permission.LOG_SESSION)
    session = _held(actor, session_id)
    case = clients.case_row(session.case_id)
    known = {one.client: one.attendance for one in roster(case, session.id, session.ends_at)}
    if stranger := next((one for one in came if one not in known), None):
        raise NotThere("records_session_member", stranger)
    kept = {one.client_id: one for one in SessionMember.objects.filter(session_id=session.id)}
    changed = {
        client: word for client, word in came.items() if client not in kept or known[client] != word
    }
    if not changed:
        return
    if Note.objects.filter(session_id=session.id, author_id=session.person_id).exists():
        raise Refused(
            "already-signed", "This note is signed. Add to it instead.", case=session.case_id
        )
    for client, word in changed.items():
        _place(session, client, word, kept.get(client))
    audit.actions.record(
        actor=actor,
        kind=SESSION_CHANGED,
        about=("session", session.id),
        detail={"roster": len({*kept, *came}), "changed": len(changed)},
        **about_case(actor, session.case_id),
    )


def _place(session: Session, client: UUID, word: Attendance, kept: SessionMember | None) -> None:
    row = kept or SessionMember(session_id=session.id, case_id=session.case_id, client_id=client)
    row.attendance = word
    if kept is None:
        row.save(force_insert=True)
    else:
        row.save(update_fields=["attendance"])


def add_co_leader(*, actor: Actor, session_id: UUID, person_id: UUID) -> None:
    """Add somebody who led the session too; they write a note of their own about it.

    Raises NotThere for a hidden session, Refused for somebody else's, Invalid for who does not
    care for the case or is there already.
    """
    require(actor, Permission.LOG_SESSION)
    session = _held(actor, session_id)
    if person_id == actor.id or person_id not in clients.assigned(session.case_id):
        raise Invalid("Choose somebody else who cares for this case.", "person")
    row = CoLeader(
        session_id=session.id, case_id=session.case_id, person_id=person_id, added_at=now()
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Invalid("They lead this session already.", "person") from None
    _record(actor, CO_LEADER_ADDED, row)


def remove_co_leader(*, actor: Actor, session_id: UUID, person_id: UUID) -> None:
    """Take somebody back who did not lead the session after all, and has not written about it."""
    require(actor, Permission.LOG_SESSION)
    session = _held(actor, session_id)
    row = CoLeader.objects.filter(session_id=session.id, person_id=person_id).first()
    if row is None:
        raise NotThere("records_co_leader")
    if Note.objects.filter(session_id=session.id, author_id=person_id).exists():
        raise Invalid("They have signed a note about this session.", "person")
    _record(actor, CO_LEADER_REMOVED, row)
    row.delete()


def _held(actor: Actor, session_id: UUID) -> Session:
    session = Session.objects.select_for_update().filter(id=session_id).first()
    if session is None:
        raise NotThere("records_session", session_id)
    if session.person_id != actor.id:
        raise Refused(
            "not-own-session", "Only who held the session may say this.", case=session.case_id
        )
    return session


def _record(actor: Actor, kind: EventKind, row: CoLeader) -> None:
    audit.actions.record(
        actor=actor,
        kind=kind,
        about=("session", row.session_id),
        rows=[row.id],
        detail={"person": str(row.person_id)},
        **about_case(actor, row.case_id),
    )
