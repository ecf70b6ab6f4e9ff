"""Guardians of a client: written down, corrected, ended, opened for a page."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
from clients import queries
from clients.actions.messages import release_held
from clients.actions.opening import opened_details
from clients.domain import events
from clients.domain.guardians import GuardianDetails, decide_details
from clients.models import Client, Guardian
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import EventKind
    from clients.queries import GuardianRow
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class GuardianShown:
    """A guardian with what is known of them."""

    row: GuardianRow
    details: GuardianDetails


def add_guardian(*, actor: Actor, client_id: UUID, details: GuardianDetails) -> UUID:
    """Write a guardian of a client down; alone this lets them sign nothing."""
    require(actor, Permission.AMEND_CONTACT)
    decide_details(details)
    _client_to_change(client_id)
    made = Guardian.objects.create(
        client_id=client_id, details=details.to_json(), created_at=db.now(), created_by=actor.id
    )
    _record(actor, events.GUARDIAN_ADDED, made, sealed=_fingerprint(made))
    return made.pk


def amend_guardian(*, actor: Actor, guardian_id: UUID, details: GuardianDetails) -> None:
    """Correct who a guardian is and how to reach them."""
    require(actor, Permission.AMEND_CONTACT)
    decide_details(details)
    found = _to_change(guardian_id)
    found.details = details.to_json()
    found.save(update_fields=["details"])
    release_held(found.client_id, details.card, found.pk)
    _record(actor, events.GUARDIAN_AMENDED, found, sealed=_fingerprint(found))


def end_guardian(*, actor: Actor, guardian_id: UUID) -> None:
    """End somebody's being a guardian: they sign nothing more, and their sign-in shows nothing.

    Somebody has to decide: the last who signs under the decision in force is replaced first, also
    where the client signs with them; else somebody young would sign alone by it.
    """
    require(actor, Permission.AMEND_CONTACT)
    found = _to_change(guardian_id)
    signers = queries.signers_for(found.client_id)
    if [one.guardian for one in signers if one.guardian] == [guardian_id]:
        raise Invalid("Nobody would be left to decide. Record anew who decides, then end this.")
    found.ended_at = db.now()
    found.save(update_fields=["ended_at"])
    _record(actor, events.GUARDIAN_ENDED, found)


def _client_to_change(client_id: UUID) -> None:
    if not Client.objects.select_for_update().filter(pk=client_id).exists():
        if Client.objects.filter(pk=client_id).exists():
            message = "These details are looked after by somebody else."
            raise Refused("not-yours-to-change", message, client=client_id)
        raise NotThere("clients_client", client_id)


def _to_change(guardian_id: UUID) -> Guardian:
    """Give the locked row of a guardian who has not ended."""
    client = queries.guardian_row(guardian_id).client
    _client_to_change(client)
    found = Guardian.objects.select_for_update().get(pk=guardian_id)
    if found.ended_at is not None:
        raise Invalid("They are not a guardian any more.")
    return found


def guardians_under(grant: vault.Grant, client_id: UUID) -> tuple[GuardianShown, ...]:
    """Open the guardians of a client under a grant somebody has."""
    sealed = {one.pk: one for one in Guardian.objects.filter(client_id=client_id)}
    return tuple(
        GuardianShown(row, opened_details(sealed[row.id], grant))
        for row in queries.guardians_of(client_id)
    )


def _fingerprint(one: Guardian) -> dict[str, str]:
    return {"details": vault.fingerprint(one, "details")}


def _record(
    actor: Actor, kind: EventKind, one: Guardian, sealed: dict[str, str] | None = None
) -> None:
    audit.actions.record(
        actor=actor,
        kind=kind,
        client=one.client_id,
        about=("clients_guardian", one.pk),
        sealed=sealed,
        relation=queries.relation_to_client(actor, one.client_id),
    )
