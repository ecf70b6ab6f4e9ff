"""Invitations: an account made, and a link that sets its password once (AU-07)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final, NoReturn

from django.conf import settings
from django.contrib.auth import hashers
from django.db import IntegrityError, transaction
from django.urls import reverse

import audit.actions
from counselling import db, vault
from counselling.access import Permission, Role, require, require_step_up
from counselling.accounts import domain, queries
from counselling.accounts.actions import factors, mail, own, sittings, telling
from counselling.accounts.actions.throttling import take_turn
from counselling.accounts.domain import Answer, Ended, Invited, Kind, Outcome
from counselling.accounts.models import Account, Invitation, RoleHeld
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.access import Actor

_TABLE: Final = "accounts_account"


def create_staff(
    *,
    actor: Actor,
    name: str,
    email: str,
    roles: Iterable[Role],
    title: str = "",
    password: str | None = None,
    secret: str | None = None,
) -> UUID:
    """Make a colleague's account and mail them the link; planting gives password and key instead.

    Raises Invalid if the address cannot be used; the words do not tell whether it is taken.
    """
    require(actor, Permission.MANAGE_STAFF)
    require_step_up(actor, db.now())
    return _make_staff(actor, name, email, roles, title, password, secret).account


def create_first_administrator(
    *, actor: Actor, name: str, email: str, password: str | None = None, secret: str | None = None
) -> Invited:
    """Make the first account of a new practice, for whoever runs the machine."""
    require(actor, Permission.RUN_JOB)
    if Account.objects.filter(kind=Kind.STAFF).exists():
        raise Refused("not-the-first", "There are people already. Ask one of the administrators.")
    administrator = [Role.ADMINISTRATOR]
    return _make_staff(actor, name, email, administrator, "administrator", password, secret)


def _make_staff(
    actor: Actor,
    name: str,
    email: str,
    roles: Iterable[Role],
    title: str,
    password: str | None,
    secret: str | None,
) -> Invited:
    held = set(roles)
    if not held <= set(domain.STAFF_ROLES):
        raise Invalid("This is no role of the staff.", "roles")
    check_together(held, "roles")
    account = _make(actor, Kind.STAFF, email, name=name.strip(), title=title.strip())
    give(actor, account.id, held)
    planted = {} if password is None else _plant(account, password, secret)
    roles_given = {"roles": ",".join(sorted(held))}
    stored = {**_stored(account), **planted}
    grant = _record(actor, domain.STAFF_INVITED, account.id, roles_given, sealed=stored)
    if password is not None:
        return Invited(account.id)
    invited = _invite(actor, account.id, domain.STAFF_INVITATION_LASTS)
    mail.tell(grant, account.id, "invited", settings.BASE_URL.rstrip("/") + invited.path)
    return invited


def create_client_account(
    *, actor: Actor, email: str, password: str | None = None, role: Role = Role.CLIENT
) -> Invited:
    """Make a client's sign-in, or a guardian's; link and PIN reach them by different ways."""
    require(actor, Permission.GIVE_PORTAL)
    if role not in {Role.CLIENT, Role.GUARDIAN}:
        raise Invalid("This is no role of somebody who is cared for.", "role")
    account = _make(actor, Kind.CLIENT, email)
    give(actor, account.id, {role})
    _record(actor, domain.CLIENT_INVITED, account.id, {}, sealed=_stored(account))
    if password is not None:
        _plant(account, password, None)
        return Invited(account.id)
    return _invite(actor, account.id, domain.CLIENT_INVITATION_LASTS, with_pin=True)


def invite_client_again(*, actor: Actor, account_id: UUID) -> Invited:
    """Give a client a new link and PIN; the old ones are dead.

    Who makes one for a sign-in in use could become its owner, and so confirms who they are (AU-09).
    """
    require(actor, Permission.GIVE_PORTAL)
    account = Account.objects.filter(pk=account_id, kind=Kind.CLIENT, is_active=True).first()
    if account is None:
        raise NotThere(_TABLE, account_id)
    if account.has_usable_password():
        require_step_up(actor, db.now())
    _record(actor, domain.INVITATION_SENT, account.id, {})
    return _invite(actor, account.id, domain.CLIENT_INVITATION_LASTS, with_pin=True)


def invite_again(*, actor: Actor, person_id: UUID) -> None:
    """Mail a colleague a new link, say when the password is forgotten; the factor stays needed."""
    require(actor, Permission.MANAGE_STAFF)
    require_step_up(actor, db.now())
    person = queries.person(person_id)
    if not person.is_active:
        raise Invalid("This account is closed. Open it again first.")
    grant = _record(actor, domain.INVITATION_SENT, person.id, {})
    invited = _invite(actor, person.id, domain.STAFF_INVITATION_LASTS)
    mail.tell(grant, person.id, "invited", settings.BASE_URL.rstrip("/") + invited.path)


def accept_invitation(*, actor: Actor, token: str, pin: str, password: str) -> Answer:
    """Set the password of an invited account; LATE if the link is no longer good.

    It signs nobody in: that asks the password and a factor like always (AU-02).
    """
    require(actor, Permission.SIGN_IN)
    turn = take_turn(vault.digest(token), actor.address)
    if turn.wait:
        return turn.answer
    found = Invitation.objects.select_for_update().filter(
        token_hash=vault.digest(token), used_at=None, expires_at__gt=queries.clock()
    )
    row = found.filter(account__is_active=True, pin_failures__lt=domain.PIN_TRIES).first()
    if row is None:
        turn.failed()
        return Answer(Outcome.LATE)
    if row.pin_hash and not hashers.check_password(domain.plain_code(pin), row.pin_hash):
        turn.failed()
        Invitation.objects.filter(pk=row.pk).update(pin_failures=row.pin_failures + 1)
        _record(actor, domain.INVITATION_FAILED, row.account_id, {}, outcome="refused")
        return Answer(Outcome.WRONG)
    _use(actor, row, password)
    turn.succeeded()
    return Answer(Outcome.IN)


def _use(actor: Actor, row: Invitation, password: str) -> None:
    own.set_password(Account.objects.get(pk=row.account_id), password, "password")
    Invitation.objects.filter(pk=row.pk).update(used_at=queries.clock())
    sittings.end_all(row.account_id, Ended.BY_OWNER)
    grant = _record(actor, domain.INVITATION_USED, row.account_id, {})
    telling.tell_owner(actor, grant, row.account_id, "password_changed")


def _make(actor: Actor, kind: Kind, email: str, **said: str) -> Account:
    account = Account(
        kind=kind.value,
        sign_in_index=queries.index_of(email),
        email=vault.fold(email),
        password=hashers.make_password(None),
        created_at=db.now(),
        **said,
    )
    if not domain.is_usable(vault.fold(email)):
        _refuse(actor, kind)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        _refuse(actor, kind)
    return account


def _refuse(actor: Actor, kind: Kind) -> NoReturn:
    """Say the same of a malformed and of a taken address: it may be a client's (AU-06)."""
    audit.actions.record(
        actor=actor,
        kind=domain.INVITATION_REFUSED,
        outcome="refused",
        detail={"for": kind.value},
    )
    raise Invalid("This address cannot be used. Please ask for another one.", "email")


def check_together(roles: set[Role] | frozenset[Role], field: str) -> None:
    """Raise Invalid where an outside reviewer, who reads by reference, would be more than that."""
    if Role.OUTSIDE_REVIEWER in roles and len(roles) > 1:
        raise Invalid("An outside reviewer holds no other role.", field)


def give(actor: Actor, owner: UUID, roles: Iterable[Role]) -> None:
    """Write down roles from now on."""
    RoleHeld.objects.bulk_create(
        RoleHeld(account_id=owner, role=role.value, since=db.now(), given_by=actor.id)
        for role in sorted(roles)
    )


def _invite(
    actor: Actor, owner: UUID, lasts: datetime.timedelta, *, with_pin: bool = False
) -> Invited:
    at = queries.clock()
    Invitation.objects.filter(account=owner, used_at=None).update(expires_at=at)
    token = secrets.token_urlsafe(32)
    pin = f"{secrets.randbelow(10**domain.PIN_DIGITS):0{domain.PIN_DIGITS}d}" if with_pin else ""
    Invitation.objects.create(
        account_id=owner,
        token_hash=vault.digest(token),
        pin_hash=hashers.make_password(pin) if pin else "",
        created_at=at,
        expires_at=at + lasts,
        invited_by=actor.id,
    )
    return Invited(owner, reverse("accounts:invitation", args=[token]), pin)


def _stored(account: Account) -> dict[str, str]:
    """Name the address as it is stored, so that another one put there is found."""
    return {"email": vault.fingerprint(account, "email")}


def _plant(account: Account, password: str, secret: str | None) -> dict[str, str]:
    """Give a fictional person a password and a key that are known; nobody real is made so."""
    if not settings.AT_HOME:
        raise Refused("planting-only", "Passwords are chosen by whose they are.")
    account.set_password(password)
    account.save(update_fields=["password"])
    return {} if secret is None else factors.plant_device(account.id, secret)


def _record(
    actor: Actor,
    kind: Any,
    owner: UUID,
    detail: dict[str, Any],
    outcome: str = "ok",
    sealed: dict[str, str] | None = None,
) -> vault.Grant:
    return audit.actions.record(
        actor=actor,
        kind=kind,
        about=(_TABLE, owner),
        holders=[vault.holders.staff(owner)],
        detail=detail,
        outcome=outcome,
        sealed=sealed,
    )
