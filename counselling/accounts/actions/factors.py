"""Second factors: codes judged once each, devices enrolled, recovery codes made and used up."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.db import transaction

import audit.actions
from counselling import db, vault
from counselling.access import (
    Permission,
    require,
    require_step_up,
    require_two_secrets,
)
from counselling.accounts import domain, queries
from counselling.accounts.actions import telling
from counselling.accounts.models import Account, RecoveryCode, SignedInSession, TotpDevice
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

    Detail = Mapping[str, str | int | bool | None]

KEY_BYTES: Final = 20
WRONG: Final = "This code is not right, or was used before. Wait for the next one and try again."


def begin_new_device(*, actor: Actor) -> domain.NewKey:
    """Show the key of the device that is to replace the actor's own, or be their first."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    _require_the_word(actor)
    require_step_up(actor, db.now())
    return show_key(actor, actor.id)


def confirm_new_device(*, actor: Actor, code: str) -> list[str]:
    """Take the new device into use once it gives a right code; give the new recovery codes."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    _require_the_word(actor)
    require_step_up(actor, db.now())
    codes = enrol(actor, actor.id, code)
    if actor.session:  # who has just shown a device has given two secrets
        SignedInSession.objects.filter(pk=actor.session, account=actor.id).update(secrets=2)
    return codes


def _require_the_word(actor: Actor) -> None:
    """Let nobody who only knows the password make the second secret themselves (AU-03)."""
    if queries.has_word(actor.id):
        require_two_secrets(actor)


def make_codes(*, actor: Actor) -> list[str]:
    """Replace the actor's recovery codes; they are shown this once."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    require_step_up(actor, db.now())
    if not queries.is_enrolled(actor.id):
        raise Invalid("Recovery codes stand in for an authenticator. Add one first.")
    codes = _new_codes(actor.id)
    _record(actor, domain.CODES_MADE, actor.id, {"codes": len(codes)})
    return codes


def are_codes_of(*, actor: Actor, codes: list[str]) -> bool:
    """Say whether codes just shown are the actor's, before they are written into a file."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    hashes = {_hash(actor.id, domain.plain_code(code)) for code in codes}
    mine = RecoveryCode.objects.filter(account=actor.id, used_at=None, code_hash__in=hashes)
    return mine.count() == len(codes) > 0


# -- shared with signing in --------------------------------------------------------------------


def show_key(actor: Actor, owner: UUID) -> domain.NewKey:
    """Show the key being enrolled; it stays the same until confirmed, for an hour at most."""
    device, account = _unconfirmed(owner), Account.objects.get(pk=owner)
    grant = _record(actor, domain.ENROLMENT_SHOWN, owner, {}, sealed=_stored(device))
    key = bytes.fromhex(vault.open_text(device.key, grant))
    text = base64.b32encode(key).decode()
    return domain.NewKey(text, _address(text, vault.open_text(account.email, grant)))


def _unconfirmed(owner: UUID) -> TotpDevice:
    at = queries.clock()
    device: TotpDevice | None = TotpDevice.objects.filter(user=owner, confirmed=False).first()
    if device and at - device.created_at < domain.STAFF_INVITATION_LASTS:
        return device
    TotpDevice.objects.filter(user=owner, confirmed=False).delete()
    fresh = _device(owner, secrets.token_hex(KEY_BYTES), at, confirmed=False)
    # read again: only what comes from the database is sealed and opens
    stored: TotpDevice = TotpDevice.objects.get(pk=fresh.pk)
    return stored


def _device(owner: UUID, key: str, at: datetime.datetime, *, confirmed: bool) -> TotpDevice:
    made: TotpDevice = TotpDevice.objects.create(
        user_id=owner, name="authenticator", key=key, confirmed=confirmed, created_at=at
    )
    return made


def _address(key: str, email: str) -> str:
    # what an authenticator shows says nothing about counselling: the host and the address
    host = urlsplit(settings.BASE_URL).hostname or "sign-in"
    asked = urlencode({"secret": key, "issuer": host})
    return f"otpauth://totp/{quote(host)}:{quote(email)}?{asked}"


def enrol(actor: Actor, owner: UUID, code: str) -> list[str]:
    """Confirm the device that is being enrolled; raises Invalid for a wrong code."""
    device = TotpDevice.objects.filter(user=owner, confirmed=False).first()
    if device is None:
        raise Invalid("Please begin again: the key that was shown is no longer good.")
    grant = _opened(actor, device, code, domain.ENROLLED, {})
    if grant is None:
        _record(actor, domain.FACTOR_FAILED, owner, {"at": "enrolment"}, outcome="refused")
        raise Invalid(WRONG, "code")
    TotpDevice.objects.filter(user=owner, confirmed=True).delete()
    TotpDevice.objects.filter(pk=device.pk).update(confirmed=True)
    telling.tell_owner(actor, grant, owner, "factor_changed")
    return _new_codes(owner)


def accepts(actor: Actor, owner: UUID, typed: str, kind: EventKind, detail: Detail) -> bool:
    """Judge a code of either sort: a right one is recorded as `kind`, a wrong one as wrong."""
    code = domain.plain_code(typed)
    if domain.is_recovery_code(code):
        right = _use_up(actor, owner, code)
        if right:
            _record(actor, kind, owner, {**detail, "factor": "recovery code"})
    else:
        device = TotpDevice.objects.filter(user=owner, confirmed=True).first()
        right = device is not None and _opened(actor, device, code, kind, detail) is not None
    if not right:
        _record(actor, domain.FACTOR_FAILED, owner, {"at": kind.code}, outcome="refused")
    return right


def _opened(
    actor: Actor, device: TotpDevice, code: str, kind: EventKind, detail: Detail
) -> vault.Grant | None:
    """Judge a code of an authenticator.

    The event comes first, since nothing opens the sealed key but the grant of one; a wrong code
    takes it back, and the caller records that instead, in the same transaction.
    """
    before = transaction.savepoint()
    grant = _record(actor, kind, device.user_id, {**detail, "factor": "authenticator"})
    key = bytes.fromhex(vault.open_text(device.key, grant))
    if device.accept(domain.plain_code(code), key, queries.clock()):
        transaction.savepoint_commit(before)
        return grant
    transaction.savepoint_rollback(before)
    return None


def holds_code(owner: UUID, typed: str) -> bool:
    """Say whether a recovery code is good, and use nothing up; nobody's takes as long to find."""
    code = _hash(owner, domain.plain_code(typed))
    return RecoveryCode.objects.filter(code_hash=code, account=owner, used_at=None).exists()


def _use_up(actor: Actor, owner: UUID, code: str) -> bool:
    good = RecoveryCode.objects.filter(code_hash=_hash(owner, code), account=owner, used_at=None)
    if good.update(used_at=queries.clock()) != 1:
        return False
    left = {"left": queries.codes_left(owner)}
    grant = _record(actor, domain.RECOVERY_USED, owner, left)
    telling.tell_owner(actor, grant, owner, "recovery_used")
    return True


def _new_codes(owner: UUID) -> list[str]:
    RecoveryCode.objects.filter(account=owner).delete()
    codes = [
        "".join(secrets.choice(domain.RECOVERY_LETTERS) for _ in range(domain.RECOVERY_LENGTH))
        for _ in range(domain.RECOVERY_CODES)
    ]
    at = queries.clock()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account_id=owner, code_hash=_hash(owner, code), created_at=at)
        for code in codes
    )
    return [domain.shown_code(code) for code in codes]


def _hash(owner: UUID, code: str) -> str:
    # 59 bits of chance need no slow hash; the key of it is not in this database
    return vault.keyed_index("recovery-code", f"{owner}:{code}")


def forget_factors(owner: UUID) -> None:
    """Take devices and recovery codes away; the owner enrols anew at the next sign-in."""
    TotpDevice.objects.filter(user=owner).delete()
    RecoveryCode.objects.filter(account=owner).delete()


def _stored(device: TotpDevice) -> dict[str, str]:
    """Name the key as it is stored, so that another one put there is found."""
    return {f"accounts_totpdevice/{device.pk}/key": vault.fingerprint(device, "key")}


def plant_device(owner: UUID, secret: str) -> dict[str, str]:
    """Give a fictional person a device whose key (base 16) is known; at home only.

    Gives what the event of the account has to name.
    """
    if not settings.AT_HOME:
        raise NotThere("accounts_totpdevice")
    return _stored(_device(owner, secret, queries.clock(), confirmed=True))


def _record(
    actor: Actor,
    kind: EventKind,
    owner: UUID,
    detail: Detail,
    outcome: str = "ok",
    sealed: Mapping[str, str] | None = None,
) -> vault.Grant:
    return audit.actions.record(
        actor=actor,
        kind=kind,
        about=("accounts_account", owner),
        holders=[vault.holders.staff(owner)],
        detail=detail,
        outcome=outcome,
        sealed=sealed,
    )
