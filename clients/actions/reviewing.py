"""Review an emergency access: read why, judge, ask, put off telling the client; never one's own."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

import audit.actions
from clients import queries
from clients.domain import events
from clients.domain.emergency import Decision, decide, decide_delay
from clients.models import EmergencyAccess, EmergencyDecision, EmergencyNote
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from uuid import UUID

    from audit.domain import EventKind
    from clients.queries import EmergencyRow
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """One thing said of an access, opened."""

    kind: Decision
    by: UUID
    at: datetime.datetime
    words: str = dataclasses.field(repr=False)
    until: datetime.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class EmergencyShown:
    """An access as who reviews it, or whose it was, or whose client it is, may read it."""

    access: EmergencyRow
    reviews: bool
    sentence: str | None = dataclasses.field(repr=False)
    note: str | None = dataclasses.field(repr=False)
    said: tuple[Said, ...]
    opened: tuple[tuple[datetime.datetime, str], ...]


def read_emergency(*, actor: Actor, access_id: UUID) -> EmergencyShown:
    """Open an access: its sentence for reviewers and whose it was, its note for the counsellor."""
    sees = actor.may(Permission.SEE_CONTACT)
    require(actor, Permission.SEE_CONTACT if sees else Permission.REVIEW_EMERGENCY)
    found = EmergencyAccess.objects.filter(pk=access_id).first()
    if found is None:
        raise NotThere("clients_emergencyaccess", access_id)
    row, judges = queries.emergency_row(access_id), queries.reviews(access_id)
    told_why = judges or row.person == actor.id
    grant = _record(actor, events.EMERGENCY_READ, row)
    note = EmergencyNote.objects.filter(access_id=access_id).first()
    said = EmergencyDecision.objects.filter(access_id=access_id).order_by("at", "pk")
    return EmergencyShown(
        access=row,
        reviews=judges,
        sentence=vault.open_text(found.sentence, grant) if told_why else None,
        note=None if note is None else vault.open_text(note.text, grant),
        said=tuple(_opened(one, grant) for one in said),
        opened=tuple(queries.opened_in(access_id)) if judges else (),
    )


def _opened(one: EmergencyDecision, grant: vault.Grant) -> Said:
    words = "" if one.text is None else vault.open_text(one.text, grant)
    return Said(Decision(one.kind), one.by_id, one.at, words, one.until)


def decide_emergency(
    *,
    actor: Actor,
    access_id: UUID,
    said: Decision,
    words: str = "",
    until: datetime.datetime | None = None,
) -> UUID:
    """Judge an access, ask about it, or put off telling the client; a judgement stays (AT-12).

    "Not justified" suspends the right of whose access it was, and ends what they have open.
    """
    require(actor, Permission.REVIEW_EMERGENCY)
    row = queries.emergency_row(access_id)
    if row.person == actor.id or not queries.reviews(access_id):
        # named by nobody: the client would meet the refusal before they are told of the access
        message = "Somebody else reviews this access."
        raise Refused("not-yours-to-review", message)
    if said is Decision.ANSWERED:
        raise Invalid("Only whose access it was answers.")
    decide(said, row.said, words)
    if said is Decision.POSTPONED:
        if until is None:
            raise Invalid("Choose a day.", "until")
        decide_delay(row.told_at, row.began_at, until, db.now())
    return _said(actor, row, said, words, until if said is Decision.POSTPONED else None)


def answer_emergency(*, actor: Actor, access_id: UUID, words: str) -> UUID:
    """Answer a reviewer about one's own access; an answer that is late gives the right back."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    row = queries.emergency_row(access_id)
    if row.person != actor.id:
        raise NotThere("clients_emergencyaccess", access_id)
    decide(Decision.ANSWERED, row.said, words)
    return _said(actor, row, Decision.ANSWERED, words, None)


def _said(
    actor: Actor, row: EmergencyRow, said: Decision, words: str, until: datetime.datetime | None
) -> UUID:
    made = EmergencyDecision(
        access_id=row.id, client_id=row.client, kind=said.value, by_id=actor.id, at=db.now(),
        text=words.strip() or None, until=until,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # somebody else judged it in this moment
        raise Invalid("This access has been judged already. A judgement stays.") from None
    name = f"clients_emergencydecision/{made.pk}/text"
    answered = said is Decision.ANSWERED
    _record(
        actor,
        events.EMERGENCY_ANSWERED if answered else events.EMERGENCY_DECIDED,
        row,
        sealed={name: vault.fingerprint(made, "text")} if made.text is not None else None,
        detail={"said": said.value},
    )
    return made.pk


def _record(
    actor: Actor,
    kind: EventKind,
    row: EmergencyRow,
    sealed: Mapping[str, str] | None = None,
    detail: Mapping[str, str | int | bool | None] | None = None,
) -> vault.Grant:
    return audit.actions.record(
        actor=actor,
        kind=kind,
        client=row.client,
        about=("clients_emergencyaccess", row.id),
        relation="review" if row.person != actor.id else "self",
        sealed=sealed,
        detail=detail,
    )
