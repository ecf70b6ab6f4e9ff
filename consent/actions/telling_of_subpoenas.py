"""The client is told that somebody asks for their file: at once, by a letter or by a person.

The row is the queue's truth: a worker that is killed leaves a notice that is due again.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import audit.actions
import clients.actions
import clients.queries
from clients.domain import Template
from consent.domain import law_events as events
from consent.domain.subpoenas import TRIES, HowTold, NoticeState
from consent.models import Subpoena, SubpoenaNotice
from consent.queries.subpoenas import subpoenas_of
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import NotThere, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import EventKind
    from consent.queries.subpoenas import SubpoenaRow
    from counselling.access import Actor

TELL: Final = "consent.tell_of_subpoena"
SHARED: Final = "/space/disclosures"


def tell_of_subpoena(*, actor: Actor, subpoena_id: UUID) -> str:
    """Write to the client who comes in by themselves; else a person has to tell them.

    Runs as often as it likes: the row is locked, and what is done stays done. Gives the new state,
    or nothing.
    """
    require(actor, Permission.RUN_JOB)
    notice = _waiting(subpoena_id)
    if notice is None:
        return ""
    row = clients.queries.client_row(notice.client_id)
    by_letter = row.asked_how_to_reach and clients.queries.portal_in_use(row.id)
    if by_letter:
        clients.actions.queue_message(
            actor=actor, client_id=row.id, template=Template.NOTICE, link=SHARED
        )
        notice.sent_at = db.now()
    notice.state = NoticeState.SENT if by_letter else NoticeState.PERSON
    notice.save(update_fields=["state", "sent_at"])
    _record(actor, notice, events.SUBPOENA_TENDED, notice.state)
    return notice.state


def fail_telling_of_subpoena(*, actor: Actor, subpoena_id: UUID, code: str) -> None:
    """Count a failure; it is due again later, and after some tries a person has to tell them."""
    require(actor, Permission.RUN_JOB)
    notice = _waiting(subpoena_id)
    if notice is None:
        return
    notice.attempts += 1
    notice.due_at = db.now() + datetime.timedelta(minutes=2**notice.attempts)
    if notice.attempts >= TRIES:
        notice.state = NoticeState.PERSON
    notice.save(update_fields=["attempts", "due_at", "state"])
    _record(actor, notice, events.SUBPOENA_TENDED, code)


def _waiting(subpoena_id: UUID) -> SubpoenaNotice | None:
    return (
        SubpoenaNotice.objects.select_for_update(skip_locked=True)
        .filter(subpoena_id=subpoena_id, state=NoticeState.WAITING, due_at__lte=db.now())
        .first()
    )


def told_of_subpoena(*, actor: Actor, subpoena_id: UUID, how: HowTold) -> UUID:
    """Note that one told the client oneself; gives the client. Told is told."""
    require(actor, Permission.HANDLE_SUBPOENA)
    notice = SubpoenaNotice.objects.select_for_update().filter(subpoena_id=subpoena_id).first()
    if notice is None:
        raise NotThere("consent_subpoena", subpoena_id)
    if notice.told_at is not None:
        raise Refused("told", "The client has been told already.", client=notice.client_id)
    notice.state, notice.told_at = NoticeState.TOLD, db.now()
    notice.told_by, notice.how = actor.id, how.value
    notice.save(update_fields=["state", "told_at", "told_by", "how"])
    _record(actor, notice, events.SUBPOENA_TOLD, how.value)
    return notice.client_id


def read_own_subpoenas(*, actor: Actor, client_id: UUID) -> list[tuple[SubpoenaRow, str, str]]:
    """Show a client who asks for their file, and for what; having read it they are told."""
    require(actor, Permission.SEE_OWN_FILE)
    rows = subpoenas_of(client_id)
    if not rows:
        return []
    grant = audit.actions.record(
        actor=actor,
        kind=events.OWN_SUBPOENAS_READ,
        client=client_id,
        rows=[one.id for one in rows],
        relation="self",
    )
    SubpoenaNotice.objects.filter(client_id=client_id, told_at=None).update(
        state=NoticeState.TOLD, told_at=db.now()
    )
    found = {one.pk: one for one in Subpoena.objects.filter(client_id=client_id)}
    said = {row: vault.open_json(one.details, grant) for row, one in found.items()}
    return [(one, said[one.id]["name"], said[one.id]["asks_for"]) for one in rows]


def _record(actor: Actor, notice: SubpoenaNotice, kind: EventKind, why: str) -> None:
    audit.actions.record(
        actor=actor,
        kind=kind,
        client=notice.client_id,
        about=("consent_subpoena", notice.subpoena_id),
        relation=clients.queries.relation_to_client(actor, notice.client_id),
        reason=why,
        detail={"attempt": notice.attempts},
    )
