"""Who asks: the sitting of a request, and the actor it makes; asked anew at every request."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils.crypto import constant_time_compare

from counselling import db
from counselling.access import ANONYMOUS, STEP_UP_LASTS, Actor, ActorKind, Role
from counselling.accounts import domain
from counselling.accounts.models import Account, RoleHeld, SignedInSession, live
from counselling.errors import NotThere

if TYPE_CHECKING:
    from django.http import HttpRequest

SITTING: Final = "sitting"
PENDING: Final = "pending"

# every page begins with it: written out, since Django would take longer to put it together than
# PostgreSQL to answer it; the columns in the order of the models, as `from_db` takes them
_OF_SITTING: Final = ("id", "account_id", "began_at", "seen_at", "step_up_at", "secrets",
                      "asleep_at", "parked_for")  # fmt: skip
_OF_ACCOUNT: Final = ("password", "id", "kind", "name", "single_keys")
_SITTING: Final = """
SELECT s.id, s.account_id, s.began_at, s.seen_at, s.step_up_at, s.secrets, s.asleep_at,
    s.parked_for, a.password, a.id, a.kind, a.name, a.single_keys,
    ARRAY(SELECT r.role::text FROM accounts_roleheld r WHERE r.account_id = a.id
          AND r.since <= %s AND (r.until IS NULL OR r.until > %s))
FROM accounts_signedinsession s JOIN accounts_account a ON a.id = s.account_id
WHERE s.id = %s AND s.ended_at IS NULL AND a.is_active
"""


def clock() -> datetime.datetime:
    """Give the machine's instant, or the given one: codes, waits and limits are by this clock."""
    return db.given_clock() or datetime.datetime.now(datetime.UTC)


def address_of(request: HttpRequest) -> str:
    """Give the address a request comes from; a header is believed only from our own proxies."""
    proxies: int = settings.PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(hops) >= proxies and hops[-proxies]:
        return hops[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def sitting_of(request: HttpRequest) -> SignedInSession | None:
    """Give the sitting of a request while it lasts and is awake, with its account."""
    found = _known(request)
    return None if found is None or found.asleep_at else found


def sleeping_of(request: HttpRequest) -> SignedInSession | None:
    """Give the sitting of a request that sleeps: it opens nothing until one factor wakes it."""
    found = _known(request)
    return found if found and found.asleep_at else None


def parked_for(request: HttpRequest) -> UUID | None:
    """Give the one form for which the device was handed over that asks, if it was."""
    found = sleeping_of(request)
    return None if found is None else found.parked_for


def _known(request: HttpRequest) -> SignedInSession | None:
    """Ask once a request."""
    if not hasattr(request, "sitting"):
        request.sitting = _sitting(request)  # type: ignore[attr-defined]  # our own attribute
    found: SignedInSession | None = request.sitting  # type: ignore[attr-defined]  # set above
    return found


def _sitting(request: HttpRequest) -> SignedInSession | None:
    """Ask for sitting, account and roles at once; the session must prove the password as it is."""
    known, whose = request.session.get(SITTING), request.session.get(SESSION_KEY)
    if known is None or whose is None:
        return None
    found = _lasting(known)
    if found is None or str(found.account_id) != whose:
        return None
    proof, right = request.session.get(HASH_SESSION_KEY, ""), found.account.get_session_auth_hash()
    return found if constant_time_compare(proof, right) else None


def _lasting(sitting: str) -> SignedInSession | None:
    with connection.cursor() as cursor:
        cursor.execute(_SITTING, [clock(), clock(), sitting])
        row = cursor.fetchone()
    if row is None:
        return None
    found = SignedInSession.from_db(connection.alias, _OF_SITTING, row[:8])
    found.account = Account.from_db(connection.alias, _OF_ACCOUNT, row[8:13])
    found.held = row[13]  # type: ignore[attr-defined]  # our own attribute
    return found


def user_of(request: HttpRequest) -> Account | AnonymousUser:
    """Give who is signed in, or Django's nobody."""
    sitting = sitting_of(request)
    return sitting.account if sitting else AnonymousUser()


def name_of(request: HttpRequest) -> str:
    """Give the name of the member of staff who asks; clients have none here."""
    sitting = sitting_of(request)
    return sitting.account.name if sitting else ""


def has_single_keys(request: HttpRequest) -> bool:
    """Say whether who asks wants single letters to do something."""
    sitting = sitting_of(request)
    return sitting is not None and sitting.account.single_keys


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
    roles: list[str] = sitting.held  # type: ignore[attr-defined]  # asked with the sitting
    fresh = sitting.step_up_at and domain.lasts(sitting.step_up_at, clock(), STEP_UP_LASTS)
    return Actor(
        sitting.account_id,
        ActorKind(sitting.account.kind),
        frozenset(map(Role, roles)),
        # the id of the row, not of the cookie: it tells sittings apart and opens nothing
        session=str(sitting.id),
        address=address,
        request=request_id,
        step_up_at=sitting.step_up_at if fresh else None,
        proven=sitting.account.kind == domain.Kind.STAFF or sitting.secrets > 1,
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
