"""Reads about people and sittings; who acts is asked here at every request."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch
from django_otp.oath import TOTP

from counselling import db, vault
from counselling.access import ANONYMOUS, STEP_UP_LASTS, Actor, ActorKind, Role
from counselling.accounts import domain
from counselling.accounts.domain import (
    Arrangement,
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
    Supervision,
    TotpDevice,
    live,
)
from counselling.accounts.models import Practice as PracticeRow
from counselling.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest

SITTING: Final = "sitting"
PENDING: Final = "pending"


def clock() -> datetime.datetime:
    """Give the machine's instant, or the given one: codes, waits and limits are by this clock."""
    return db.given_clock() or datetime.datetime.now(datetime.UTC)


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


# -- who asks ----------------------------------------------------------------------------------


def address_of(request: HttpRequest) -> str:
    """Give the address a request comes from; a header is believed only from our own proxies."""
    proxies: int = settings.PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(hops) >= proxies and hops[-proxies]:
        return hops[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def sitting_of(request: HttpRequest) -> SignedInSession | None:
    """Give the sitting of a request while it lasts, with its account; asked once a request."""
    if not hasattr(request, "sitting"):
        request.sitting = _sitting(request)  # type: ignore[attr-defined]  # our own attribute
    found: SignedInSession | None = request.sitting  # type: ignore[attr-defined]  # set above
    return found


def _sitting(request: HttpRequest) -> SignedInSession | None:
    known = request.session.get(SITTING)
    if known is None or not request.user.is_authenticated:
        return None
    sittings = SignedInSession.objects.select_related("account")
    found = sittings.filter(pk=known, ended_at=None, account__is_active=True).first()
    return found if found and found.account_id == request.user.pk else None


def pending_account(request: HttpRequest) -> Account | None:
    """Give whose password was right, ten minutes at most and while it stays the password."""
    kept: dict[str, str] | None = request.session.get(PENDING)
    if kept is None:
        return None
    began = datetime.datetime.fromisoformat(kept["at"])
    account = Account.objects.filter(pk=UUID(kept["account"]), is_active=True).first()
    if account is None or not domain.lasts(began, clock(), domain.PENDING_LASTS):
        return None
    return account if kept["proof"] == account.get_session_auth_hash() else None


def actor_for(request: HttpRequest) -> Actor:
    """Give who acts, with the roles held this instant; ANONYMOUS until fully signed in (AU-14)."""
    address, request_id = address_of(request), str(getattr(request, "id", ""))
    sitting = sitting_of(request)
    if sitting is None:
        return dataclasses.replace(ANONYMOUS, address=address, request=request_id)
    actor = actor_of_account(sitting.account_id, sitting.account.kind)
    fresh = sitting.step_up_at and domain.lasts(sitting.step_up_at, clock(), STEP_UP_LASTS)
    return dataclasses.replace(
        actor,
        # the id of the row, not of the cookie: it tells sittings apart and opens nothing
        session=str(sitting.id),
        address=address,
        request=request_id,
        step_up_at=sitting.step_up_at if fresh else None,
    )


def actor_of_account(account: UUID, kind: str) -> Actor:
    """Give the actor an account is, outside any request."""
    held = RoleHeld.objects.filter(live(clock()), account=account).values_list("role", flat=True)
    return Actor(account, ActorKind(kind), frozenset(map(Role, held)))


def actor_of_person(person: UUID) -> Actor:
    """Give the actor a person is, for planting and for acts on their behalf that they began."""
    account = Account.objects.filter(pk=person, is_active=True).first()
    if account is None:
        raise NotThere("accounts_account", person)
    return actor_of_account(account.id, account.kind)


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


def counsellors() -> list[Person]:
    """Give whom a case can be offered to: active counsellors and trainees."""
    able = {Role.COUNSELLOR, Role.TRAINEE}
    return [one for one in staff() if one.is_active and one.roles & able]


def people(ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Give members of staff by id."""
    wanted = _accounts().filter(kind=Kind.STAFF, pk__in=list(ids))
    return {one.id: _person(one) for one in wanted}


def _live_supervisions() -> QuerySet[Supervision]:
    return Supervision.objects.filter(live(clock()))


def supervisees(actor: Actor) -> list[Person]:
    """Give whom the actor supervises."""
    ids = _live_supervisions().filter(supervisor=actor.id).values_list("supervisee", flat=True)
    return sorted(people(ids).values(), key=lambda one: one.name)


def supervisors_of(person_id: UUID) -> list[Person]:
    """Give who supervises a person."""
    ids = _live_supervisions().filter(supervisee=person_id).values_list("supervisor", flat=True)
    return sorted(people(ids).values(), key=lambda one: one.name)


def supervisions_of(person_id: UUID) -> list[Arrangement]:
    """Give the live supervisions a person is part of, on either side."""
    mine = _live_supervisions()
    found = mine.filter(supervisor=person_id) | mine.filter(supervisee=person_id)
    rows = list(found.order_by("since"))
    known = people({one for row in rows for one in (row.supervisor_id, row.supervisee_id)})
    return [
        Arrangement(row.id, known[row.supervisor_id], known[row.supervisee_id], row.since)
        for row in rows
    ]


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
        Sitting(row.id, row.device, row.began_at, row.seen_at, str(row.id) == actor.session)
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
        datetime.timedelta(seconds=idle), datetime.timedelta(seconds=settings.ABSOLUTE_SECONDS)
    )
