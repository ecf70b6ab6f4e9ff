"""Open a hidden file in an emergency: an hour, read only, with one's name on it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import audit.actions
from clients import queries
from clients.access import may_use_emergency
from clients.actions.naming import found_by
from clients.actions.opening import open_client
from clients.domain import events
from clients.domain.emergency import LASTS, TOLD_AFTER, Reason, spoken
from clients.models import EmergencyAccess, EmergencyNote
from counselling import db, jobs, vault
from counselling.access import Permission, require, require_step_up
from counselling.accounts.actions import allowances
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from audit.domain import EventKind
    from clients.actions.opening import ClientFile
    from clients.queries import EmergencyRow
    from counselling.access import Actor

TEND: Final = "clients.tend_emergency"
_RELATION: Final = "emergency"


@dataclasses.dataclass(frozen=True, slots=True)
class EmergencyFile:
    """The hour and whose file it is: how to reach them, and what was left for their counsellor."""

    access: EmergencyRow
    file: ClientFile
    note: str | None = dataclasses.field(repr=False)


def open_in_emergency(
    *,
    actor: Actor,
    reason: Reason,
    sentence: str,
    reference: str = "",
    name: str = "",
    born: datetime.date | None = None,
) -> UUID | None:
    """Begin an hour with the one file that is meant; None where there is none to open like this.

    Reviewers are told at once, the client after a day. Raises Refused for whose right is suspended
    and for trainees, Invalid for what is not said, StepUpNeeded.
    """
    require(actor, Permission.USE_EMERGENCY)
    _check_right(actor)
    require_step_up(actor, db.now())
    if not sentence.strip():
        raise Invalid("Write one sentence.", "sentence")
    tokens = _tokens(name, born)
    if not reference and not tokens:
        raise Invalid("Write the exact reference, or the name and the date of birth.", "reference")
    client = queries.find_in_emergency(reference, tokens)
    if client is None:
        _found_none(actor, reason)
        return None
    if running := [one for one in queries.running_emergencies(actor) if one.client == client]:
        return running[0].id
    if queries.reads_already(client):
        raise Invalid("You can open this file without an emergency: it is among your clients.")
    return _begun(actor, client, reason, sentence)


def _check_right(actor: Actor) -> None:
    if not may_use_emergency(actor):
        message = "Trainees ask their supervisor: emergency access is not theirs."
        raise Refused("not-permitted", message)
    if queries.is_suspended(actor.id):
        message = "Your emergency access is suspended until a reviewer has given it back."
        raise Refused("emergency-suspended", message)


def _tokens(name: str, born: datetime.date | None) -> list[str]:
    if not name.strip() or born is None:
        return []
    return [found_by(spoken(name, born))]


def _found_none(actor: Actor, reason: Reason) -> None:
    """Tell the log, and make who tries many wait."""
    allowances.spend(actor, allowances.REFERENCES)
    audit.actions.record(
        actor=actor, kind=events.EMERGENCY_TRIED, outcome="failed", reason=reason.value
    )


def _begun(actor: Actor, client: UUID, reason: Reason, sentence: str) -> UUID:
    at = db.now()
    made = EmergencyAccess.objects.create(
        client_id=client,
        person_id=actor.id,
        reason=reason.value,
        sentence=sentence.strip(),
        began_at=at,
        ends_at=at + LASTS,
        told_at=at + TOLD_AFTER,
    )
    stored = vault.fingerprint(made, "sentence")
    audit.actions.record(
        actor=actor,
        kind=events.EMERGENCY_BEGUN,
        client=client,
        about=("clients_emergencyaccess", made.pk),
        relation=_RELATION,
        reason=reason.value,
        reason_hash=stored,
        sealed={"sentence": stored},
    )
    jobs.enqueue(TEND, client, made.pk)
    return made.pk


def open_emergency_file(*, actor: Actor, access_id: UUID) -> EmergencyFile:
    """Open who it is and how to reach them, and let the rest of this act read that file.

    Raises NotThere once the hour is over.
    """
    require(actor, Permission.USE_EMERGENCY)
    row = queries.enter_emergency(actor, access_id)
    file = open_client(actor=actor, client_id=row.client, purpose=_RELATION)
    left = EmergencyNote.objects.filter(access_id=access_id).first()
    if left is None:
        return EmergencyFile(row, file, None)
    grant = _record(actor, events.EMERGENCY_READ, row)
    return EmergencyFile(row, file, vault.open_text(left.text, grant))


def leave_emergency_note(*, actor: Actor, access_id: UUID, text: str) -> UUID:
    """Leave the one note for the counsellor whose client it is."""
    require(actor, Permission.USE_EMERGENCY)
    row = queries.enter_emergency(actor, access_id)
    if not text.strip():
        raise Invalid("Write what their counsellor should know.", "text")
    if EmergencyNote.objects.filter(access_id=access_id).exists():
        raise Invalid("You have left a note already. It stays as it is.", "text")
    made = EmergencyNote.objects.create(
        access_id=access_id, client_id=row.client, text=text.strip(), written_at=db.now()
    )
    name = f"clients_emergencynote/{made.pk}/text"
    _record(actor, events.EMERGENCY_NOTED, row, sealed={name: vault.fingerprint(made, "text")})
    return made.pk


def end_emergency(*, actor: Actor, access_id: UUID) -> None:
    """End one's own hour before it is over."""
    require(actor, Permission.USE_EMERGENCY)
    own = EmergencyAccess.objects.select_for_update().filter(pk=access_id, person_id=actor.id)
    found = own.filter(ended_at=None, ends_at__gt=db.now()).first()
    if found is None:
        raise NotThere("clients_emergencyaccess", access_id)
    found.ended_at = db.now()
    found.save(update_fields=["ended_at"])
    _record(actor, events.EMERGENCY_ENDED, queries.emergency_row(access_id))


def _record(
    actor: Actor, kind: EventKind, row: EmergencyRow, sealed: dict[str, str] | None = None
) -> vault.Grant:
    return audit.actions.record(
        actor=actor,
        kind=kind,
        client=row.client,
        about=("clients_emergencyaccess", row.id),
        relation=_RELATION,
        sealed=sealed,
    )
