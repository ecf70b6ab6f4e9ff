"""Looking after the staff: roles, closed accounts, and factors reset by two."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import audit.actions
from counselling import db, vault
from counselling.access import Permission, Role, require, require_step_up
from counselling.accounts import domain, queries
from counselling.accounts.actions import factors, invitations, mail, sittings
from counselling.accounts.domain import Ended, Person
from counselling.accounts.models import (
    Account,
    FactorReset,
    Invitation,
    Practice,
    RoleHeld,
)
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

_TABLE: Final = "accounts_account"


def give_role(*, actor: Actor, person_id: UUID, role: Role) -> None:
    """Give a colleague a role; nobody gives one to themselves."""
    require(actor, Permission.MANAGE_STAFF)
    person = _another(actor, person_id)
    if role not in domain.STAFF_ROLES:
        raise Invalid("This is no role of the staff.", "role")
    if role in person.roles:
        raise Invalid(f"{person.name} has this role already.", "role")
    invitations.check_together(person.roles | {role}, "role")
    invitations.give(actor, person.id, {role})
    _record(actor, domain.ROLE_GIVEN, person.id, role=role.value)


def end_role(*, actor: Actor, person_id: UUID, role: Role) -> None:
    """End a colleague's role; it acts on what they have open at once (AU-14)."""
    require(actor, Permission.MANAGE_STAFF)
    person = _another(actor, person_id)
    held = RoleHeld.objects.filter(account=person.id, role=role, until=None)
    if held.update(until=db.now()) != 1:
        raise Invalid(f"{person.name} does not have this role.", "role")
    _record(actor, domain.ROLE_ENDED, person.id, role=role.value)


def deactivate(*, actor: Actor, person_id: UUID) -> None:
    """Close a colleague's account; what they have open ends with their next click (AU-14)."""
    require(actor, Permission.MANAGE_STAFF)
    person = _another(actor, person_id)
    if not person.is_active:
        raise Invalid("This account is closed already.")
    Account.objects.filter(pk=person.id).update(is_active=False)
    Invitation.objects.filter(account=person.id, used_at=None).update(expires_at=queries.clock())
    sittings.end_all(person.id, Ended.BY_STAFF)
    _record(actor, domain.DEACTIVATED, person.id)


def reactivate(*, actor: Actor, person_id: UUID) -> None:
    """Open a closed account again, with the roles it had."""
    require(actor, Permission.MANAGE_STAFF)
    person = _another(actor, person_id)
    if person.is_active:
        raise Invalid("This account is open already.")
    Account.objects.filter(pk=person.id).update(is_active=True)
    _record(actor, domain.REACTIVATED, person.id)


def ask_reset(*, actor: Actor, person_id: UUID) -> UUID:
    """Ask that a lost second factor be taken away; another person has to confirm it."""
    require(actor, Permission.RESET_FACTOR)
    person = _another(actor, person_id)
    if any(waiting.person.id == person.id for waiting in queries.resets()):
        raise Invalid("A reset waits for a second person already.")
    row = FactorReset.objects.create(
        account_id=person.id, asked_by=actor.id, asked_at=queries.clock()
    )
    mail.tell(_record(actor, domain.RESET_ASKED, person.id), person.id, "reset_asked")
    return row.id


def confirm_reset(*, actor: Actor, reset_id: UUID) -> None:
    """Take a second factor away as the second person; the owner is told and enrols anew."""
    require(actor, Permission.RESET_FACTOR)
    waiting = next((one for one in queries.resets() if one.id == reset_id), None)
    if waiting is None:
        raise NotThere("accounts_factorreset", reset_id)
    person = _another(actor, waiting.person.id)
    if waiting.asked_by.id == actor.id:
        raise Refused("second-person", "Somebody other than who asked has to confirm this.")
    done = FactorReset.objects.filter(pk=reset_id, confirmed_at=None)
    done.update(confirmed_by=actor.id, confirmed_at=queries.clock())
    factors.forget_factors(person.id)
    sittings.end_all(person.id, Ended.BY_STAFF)
    asked_by = str(waiting.asked_by.id)
    grant = _record(actor, domain.RESET_DONE, person.id, asked_by=asked_by)
    mail.tell(grant, person.id, "factor_reset")


def describe_practice(*, actor: Actor, practice: domain.Practice) -> None:
    """Set the name, the numbers and the crisis line that clients see.

    Who could change the line could send people in danger astray, so it asks who it is (AU-09).
    """
    require(actor, Permission.MANAGE_STAFF)
    require_step_up(actor, db.now())
    if not practice.name.strip():
        raise Invalid("A practice has a name.", "name")
    said, before = dataclasses.asdict(practice), dataclasses.asdict(queries.practice())
    Practice.objects.filter(pk=1).update(**said)
    changed = sorted(part for part in said if said[part] != before[part])
    audit.actions.record(
        actor=actor, kind=domain.PRACTICE_DESCRIBED, detail={"changed": ",".join(changed)}
    )


def _another(actor: Actor, person_id: UUID) -> Person:
    """Give a colleague, after a fresh factor (AU-09); refuse acts upon oneself."""
    require_step_up(actor, db.now())
    if person_id == actor.id:
        raise Refused("oneself", "Somebody else has to do this for you.")
    return queries.person(person_id)


def _record(actor: Actor, kind: EventKind, owner: UUID, **detail: Any) -> vault.Grant:
    return audit.actions.record(
        actor=actor,
        kind=kind,
        about=(_TABLE, owner),
        holders=[vault.holders.staff(owner)],
        detail=detail,
    )
