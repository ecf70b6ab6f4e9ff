"""Reads about people, the practice, and one's own sign-in."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Prefetch
from django_otp.oath import TOTP

from counselling import vault
from counselling.access import Actor, Role
from counselling.accounts import domain
from counselling.accounts.domain import (
    Kind,
    OpenInvitation,
    Person,
    Practice,
    Reset,
    Sitting,
)
from counselling.accounts.models import (
    Account,
    FactorReset,
    Invitation,
    RecoveryCode,
    RoleHeld,
    SignedInSession,
    TotpDevice,
    live,
)
from counselling.accounts.models import Practice as PracticeRow
from counselling.accounts.queries.asking import clock, sitting_of
from counselling.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest


def code_at(secret: str, at: datetime.datetime) -> str:
    """Give the code an authenticator with that base-16 secret shows; for demo and tests."""
    code = TOTP(bytes.fromhex(secret))
    code.time = at.timestamp()
    return f"{code.token():06d}"


def next_code(person_id: UUID, secret: str) -> str:
    """Give a code of that base-16 secret that is good now and was not used; for the demo.

    A code is good once: after one, it is the next that the authenticator will show (AU-08).
    """
    devices = TotpDevice.objects.filter(user=person_id, confirmed=True)
    step = TOTP(bytes.fromhex(secret)).step
    now = int(clock().timestamp()) // step
    fresh = max([now, *(last + 1 for last in devices.values_list("last_t", flat=True))])
    return code_at(secret, datetime.datetime.fromtimestamp(fresh * step, datetime.UTC))


def index_of(email: str) -> str:
    """Give the keyed hash a sign-in name is found by; look-alikes share it (AU-01)."""
    return vault.keyed_index("sign-in", vault.fold(email))


# -- people ------------------------------------------------------------------------------------


def _accounts() -> QuerySet[Account]:
    held = RoleHeld.objects.filter(live(clock()))
    return Account.objects.prefetch_related(Prefetch("roles", queryset=held, to_attr="held"))


def _person(account: Account) -> Person:
    held: list[RoleHeld] = getattr(account, "held", [])
    roles = frozenset(Role(one.role) for one in held)
    return Person(account.id, account.name, account.title, roles, account.is_active)


def staff() -> list[Person]:
    """Give everybody who works here, or did, by name."""
    return [_person(one) for one in _accounts().filter(kind=Kind.STAFF).order_by("name", "id")]


def staff_names() -> dict[UUID, str]:
    """Give the names of the same people in the same order, without what they are."""
    everybody = Account.objects.filter(kind=Kind.STAFF).order_by("name", "id")
    return dict(everybody.values_list("pk", "name"))


def person(person_id: UUID) -> Person:
    """Give one member of staff; raises NotThere for clients and for nobody."""
    account = _accounts().filter(kind=Kind.STAFF, pk=person_id).first()
    if account is None:
        raise NotThere("accounts_account", person_id)
    return _person(account)


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Give the names of members of staff; clients have none here."""
    wanted = Account.objects.filter(pk__in=list(ids), kind=Kind.STAFF)
    return dict(wanted.values_list("pk", "name"))


def names_before(request: HttpRequest, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Give the same to who asks, whose own name came with their sitting."""
    sitting = sitting_of(request)
    known = {sitting.account_id: sitting.account.name} if sitting else {}
    others = set(ids) - known.keys()
    return known | (names(others) if others else {})


def counsellors() -> list[Person]:
    """Give whom a case can be offered to: active counsellors and trainees."""
    able = {Role.COUNSELLOR, Role.TRAINEE}
    return [one for one in staff() if one.is_active and one.roles & able]


def people(ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Give members of staff by id."""
    wanted = _accounts().filter(kind=Kind.STAFF, pk__in=list(ids))
    return {one.id: _person(one) for one in wanted}


def practice() -> Practice:
    """Give the practice's name and numbers."""
    row = PracticeRow.objects.first()
    if row is None:
        return Practice("The practice")
    return Practice(row.name, row.address, row.phone, row.crisis_line, row.complaints_contact)


# -- one's own sign-in -------------------------------------------------------------------------


def sittings(actor: Actor) -> list[Sitting]:
    """Give the actor's own sittings that last, the newest first (AU-15)."""
    earliest = clock() - datetime.timedelta(seconds=settings.ABSOLUTE_SECONDS)
    rows = SignedInSession.objects.filter(
        account=actor.id, ended_at=None, began_at__gt=earliest
    ).order_by("-seen_at")
    return [
        Sitting(
            row.id,
            row.device,
            row.began_at,
            row.seen_at,
            is_this=str(row.id) == actor.session,
            sleeps=row.asleep_at is not None,
        )
        for row in rows
    ]


def is_enrolled(person_id: UUID) -> bool:
    """Say whether somebody has a second factor."""
    return bool(TotpDevice.objects.filter(user=person_id, confirmed=True).exists())


def has_password(account_id: UUID) -> bool:
    """Say whether the owner of an account has chosen a password, so that it is in use."""
    account = Account.objects.filter(pk=account_id).first()
    return account is not None and account.has_usable_password()


def codes_left(person_id: UUID) -> int:
    """Count the recovery codes that are still good."""
    return RecoveryCode.objects.filter(account=person_id, used_at=None).count()


def resets() -> list[Reset]:
    """Give the resets of second factors that wait for a second person."""
    rows = FactorReset.objects.filter(
        confirmed_at=None, asked_at__gt=clock() - domain.RESET_LASTS
    ).order_by("asked_at")
    known = people({one for row in rows for one in (row.account_id, row.asked_by)})
    return [
        Reset(row.id, known[row.account_id], known[row.asked_by], row.asked_at)
        for row in rows
        if row.account_id in known and row.asked_by in known
    ]


def invitation(token: str) -> OpenInvitation | None:
    """Say whether a link is still good; looking at it uses nothing up (AU-07)."""
    found = Invitation.objects.filter(
        token_hash=vault.digest(token), used_at=None, expires_at__gt=clock()
    ).first()
    return OpenInvitation(bool(found.pin_hash)) if found else None


def limits_for(kind: str) -> domain.Limits:
    """Give how long a sitting may idle and last (AU-12)."""
    idle = settings.IDLE_STAFF_SECONDS if kind == Kind.STAFF else settings.IDLE_CLIENT_SECONDS
    return domain.Limits(
        datetime.timedelta(seconds=idle),
        datetime.timedelta(seconds=settings.ABSOLUTE_SECONDS),
        sleeps=kind == Kind.STAFF,
    )
