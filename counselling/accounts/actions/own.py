"""One's own password, and how one's own pages work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import hashers, password_validation, update_session_auth_hash
from django.core.exceptions import ValidationError

import audit.actions
from counselling import vault
from counselling.access import Permission, require
from counselling.accounts import domain, queries
from counselling.accounts.actions import sittings, telling
from counselling.accounts.actions.throttling import take_turn
from counselling.accounts.domain import Ended
from counselling.accounts.domain.kin import Sign, address_of
from counselling.accounts.models import Account, Invitation, SentLink
from counselling.errors import Invalid

if TYPE_CHECKING:
    from django.http import HttpRequest

    from audit.domain import EventKind
    from counselling.access import Actor


def change_password(*, actor: Actor, request: HttpRequest, current: str, new: str) -> None:
    """Change the actor's password; every other sitting of theirs ends (AU-04).

    Raises Invalid for a wrong current password, which counts as a wrong answer, or a weak new one.
    """
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    account = Account.objects.get(pk=actor.id)
    turn = take_turn(account.sign_in_index, actor.address)
    if turn.wait:
        raise Invalid(f"Please wait {domain.in_words(turn.wait)}, then try again.", "current")
    if not hashers.check_password(current, account.password):
        turn.failed()
        _record(actor, domain.FACTOR_FAILED, outcome="refused")
        raise Invalid("This is not your current password.", "current")
    set_password(account, new, "new")
    update_session_auth_hash(request, account)
    sittings.end_all(actor.id, Ended.BY_OWNER, but=actor.session)
    grant = _record(actor, domain.PASSWORD_CHANGED)
    telling.tell_owner(actor, grant, actor.id, "password_changed")


def choose_shortcuts(*, actor: Actor, single_keys: bool) -> None:
    """Have single letters do something on the actor's pages, or nothing (WCAG 2.1.4)."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    Account.objects.filter(pk=actor.id).update(single_keys=single_keys)
    audit.actions.record(
        actor=actor,
        kind=domain.SETTINGS_CHANGED,
        about=("accounts_account", actor.id),
        detail={"single_keys": single_keys},
    )


def keep_home(*, actor: Actor, address: str) -> None:
    """Keep a keyed hash of where one lives, to be compared with clients' and no more; "" forgets.

    Raises Invalid for what is no address: without a house number too many would live there.
    """
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    written = address_of(address)
    if address.strip() and not written:
        raise Invalid("Write street, house number and town.", "address")
    home = queries.kin_token(Sign.ADDRESS, written) if written else ""
    Account.objects.filter(pk=actor.id, kind=domain.Kind.STAFF.value).update(home=home)
    audit.actions.record(
        actor=actor,
        kind=domain.SETTINGS_CHANGED,
        about=("accounts_account", actor.id),
        detail={"home": bool(home)},
    )


def _record(actor: Actor, kind: EventKind, outcome: str = "ok") -> vault.Grant:
    return audit.actions.record(
        actor=actor,
        kind=kind,
        about=("accounts_account", actor.id),
        holders=[vault.holders.staff(actor.id)],
        outcome=outcome,
        detail={"factor": "password"},
    )


def set_password(account: Account, password: str, field: str) -> None:
    """Take a password if it is a good one; links that would set another are dead (AU-07)."""
    refuse_weak(password, field, account)
    account.set_password(password)
    account.save(update_fields=["password"])
    at = queries.clock()
    Invitation.objects.filter(account=account, used_at=None).update(expires_at=at)
    SentLink.objects.filter(account=account, ended_at=None).update(ended_at=at)


def refuse_weak(password: str, field: str, account: Account | None = None) -> None:
    """Raise Invalid for a password that is too short, known or easily guessed (AU-04)."""
    try:
        password_validation.validate_password(password, account)
    except ValidationError as error:
        # the last one says what would help
        raise Invalid(error.messages[-1], field) from error
