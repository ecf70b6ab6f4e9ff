"""Seal a file, so that no role opens it, let people in by name, and end both."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

import audit.actions
from clients import queries
from clients.domain import events
from clients.domain.keeping_out import SealKind
from clients.models import LetIn, SealedFile
from counselling import db, vault
from counselling.access import Permission, require
from counselling.accounts import queries as people
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from audit.domain import EventKind
    from clients.queries import LetInRow, SealedRow
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class SealShown:
    """That a file is sealed, why in words, and who was let in."""

    row: SealedRow
    why: str = dataclasses.field(repr=False)
    let_in: tuple[LetInRow, ...] = ()


def read_seal(*, actor: Actor, client_id: UUID) -> SealShown | None:
    """Show why a file is sealed and who was let in, to who may know; None if it is not."""
    require(actor, Permission.SEAL_FILE)
    queries.client_row(client_id)
    row = queries.sealed_file(client_id)
    if row is None:
        return None
    grant = _record(actor, events.SEAL_READ, client_id, row.id, {})
    why = vault.open_text(SealedFile.objects.get(pk=row.id).why, grant)
    return SealShown(row, why, tuple(queries.let_in(client_id)))


def seal_file(
    *, actor: Actor, client_id: UUID, kind: SealKind, why: str, person_id: UUID | None = None
) -> UUID:
    """Seal a file: from now on it is there for who is assigned, and for who is let in by name.

    `person_id` is whose own file it is, where they work here; as staff they never open it.
    """
    require(actor, Permission.SEAL_FILE)
    queries.client_row(client_id)
    if not why.strip():
        raise Invalid("Say why.", "why")
    theirs = _own_of(actor, person_id) if kind is SealKind.STAFF else None
    made = SealedFile(
        client_id=client_id, kind=kind.value, person=theirs, why=why.strip(),
        since=db.now(), by=actor.id,
    )  # fmt: skip
    # before it is sealed: who seals it by their role does not see it afterwards
    relation = queries.relation_to_client(actor, client_id)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Invalid("This file is sealed already.") from None
    audit.actions.record(
        actor=actor,
        kind=events.FILE_SEALED,
        client=client_id,
        about=("clients_sealedfile", made.pk),
        sealed={"why": vault.fingerprint(made, "why")},
        relation=relation,
        detail={"kind": kind.value},
    )
    return made.pk


def _own_of(actor: Actor, person_id: UUID | None) -> UUID:
    found = people.people([person_id]).get(person_id) if person_id else None
    if found is None or found.id == actor.id:
        raise Invalid("Choose whose own file it is.", "person")
    return found.id


def unseal_file(*, actor: Actor, client_id: UUID) -> None:
    """End that a file is sealed; who was let in needs it no more."""
    require(actor, Permission.SEAL_FILE)
    row = SealedFile.objects.select_for_update().filter(client_id=client_id, until=None).first()
    if row is None:
        raise NotThere("clients_sealedfile")
    names = LetIn.objects.filter(client_id=client_id, until=None)
    names.update(until=db.now(), ended_by=actor.id)
    row.until, row.ended_by = db.now(), actor.id
    row.save(update_fields=["until", "ended_by"])
    _record(actor, events.FILE_UNSEALED, client_id, row.pk, {})


def let_into_file(*, actor: Actor, client_id: UUID, person_id: UUID) -> UUID:
    """Let somebody see a sealed file as far as their role goes: to co-sign, agree or arrange."""
    require(actor, Permission.SEAL_FILE)
    if queries.sealed_file(client_id) is None:
        raise NotThere("clients_sealedfile")
    found = people.people([person_id]).get(person_id)
    if found is None or not found.is_active or person_id == actor.id:
        raise Invalid("Choose a colleague.", "person")
    made = LetIn(client_id=client_id, person=person_id, since=db.now(), by=actor.id)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        # whom a client shut out, and whose own file it is: not said which, or that it is either
        raise Invalid("They cannot be let in.", "person") from None
    _record(actor, events.FILE_LET_IN, client_id, made.pk, {"person": str(person_id)})
    return made.pk


def end_letting_in(*, actor: Actor, row_id: UUID) -> UUID:
    """End that somebody is let in; gives the client."""
    require(actor, Permission.SEAL_FILE)
    row = LetIn.objects.select_for_update().filter(pk=row_id, until=None).first()
    if row is None:
        raise NotThere("clients_letin", row_id)
    row.until, row.ended_by = db.now(), actor.id
    row.save(update_fields=["until", "ended_by"])
    _record(actor, events.FILE_LET_OUT, row.client_id, row.pk, {"person": str(row.person)})
    return row.client_id


def _record(
    actor: Actor,
    kind: EventKind,
    client: UUID,
    row: UUID,
    detail: Mapping[str, str | int | bool | None],
) -> vault.Grant:
    table = (
        "clients_letin"
        if kind in {events.FILE_LET_IN, events.FILE_LET_OUT}
        else "clients_sealedfile"
    )
    return audit.actions.record(
        actor=actor,
        kind=kind,
        client=client,
        about=(table, row),
        relation=queries.relation_to_client(actor, client),
        detail=detail,
    )
