"""Signing in: a password, then a second factor, and only then a sitting (AU-02).

Before that nobody is known, so these events are the anonymous actor's, and name the account as
what they are about. A wrong answer is an outcome, not an exception: its event must commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib.auth import hashers

import audit.actions
from counselling.access import Permission, require
from counselling.accounts import domain, queries
from counselling.accounts.actions import devices, factors, sittings, words
from counselling.accounts.actions.throttling import take_turn
from counselling.accounts.domain import Answer, Kind, Outcome
from counselling.accounts.models import Account
from counselling.db import uuid7
from counselling.errors import Invalid

if TYPE_CHECKING:
    from django.http import HttpRequest

    from audit.domain import EventKind
    from counselling.access import Actor
    from counselling.accounts.actions.throttling import Turn

# Django hashes for it all the same, so that an unknown name takes as long as a known one
_NO_PASSWORD: Final = hashers.UNUSABLE_PASSWORD_PREFIX
_NOBODY: Final = UUID(int=0)
_RECOVERY: Final = "recovery"


def give_password(
    *,
    actor: Actor,
    request: HttpRequest,
    email: str,
    password: str,
    next_path: str = "",
    word: str = "",
) -> Answer:
    """Judge name and password; the same words and time for a name nobody has (AU-06).

    Who gives the agreed `word` as well need not be asked for it later.
    """
    require(actor, Permission.SIGN_IN)
    index = queries.index_of(email)
    turn = take_turn(index, actor.address, everywhere=domain.PASSWORDS_EVERYWHERE)
    if turn.wait:
        return _slow_down(actor, turn)
    account = _known(index, password)
    if account is None:
        return _wrong(actor, index, turn)
    if account.kind == Kind.CLIENT and not queries.is_enrolled(account.id):
        # one secret is enough to come in, and not to read notes or to sign (AU-03)
        both = bool(word) and words.is_word(account.id, word)
        said = {"factor": "word" if both else "none"}
        _sit_down(actor, request, account, next_path, turn, said, secrets=1 + both)
        return Answer(Outcome.IN)
    await_factor(actor, request, account, next_path)
    enrolled = queries.is_enrolled(account.id)
    return Answer(Outcome.FACTOR if enrolled else Outcome.ENROLMENT)


def give_code(*, actor: Actor, request: HttpRequest, code: str) -> Answer:
    """Judge the second factor of a sign-in that has begun; a recovery code never waits (AU-05)."""
    require(actor, Permission.SIGN_IN)
    account = queries.pending_account(request)
    if account is None or not queries.is_enrolled(account.id):
        return Answer(Outcome.LATE)
    turn = take_turn(account.sign_in_index, actor.address, everywhere=domain.CODES_EVERYWHERE)
    if turn.busy or (turn.wait and not domain.is_recovery_code(domain.plain_code(code))):
        return _slow_down(actor, turn)
    sitting = uuid7()
    if not factors.accepts(actor, account.id, code, domain.SIGNED_IN, {"session": str(sitting)}):
        turn.failed()
        return Answer(Outcome.WRONG)
    turn.succeeded()
    sittings.begin(request, account, sitting, request.session[queries.PENDING]["next"])
    devices.note_device(actor, request, account)
    return Answer(Outcome.IN)


def give_recovery_code(
    *, actor: Actor, request: HttpRequest, email: str, password: str, code: str
) -> Answer:
    """Judge name, password and recovery code together, for who is made to wait (AU-05).

    It tells nobody, by words or by time, which of the three was wrong, so it helps no guesser; and
    it counts all that comes from one address, so that nobody asks for ever.
    """
    require(actor, Permission.SIGN_IN)
    index = queries.index_of(email)
    here = take_turn(_RECOVERY, actor.address, domain.RECOVERY)
    turn = take_turn(index, actor.address)
    if here.wait or turn.busy:
        return _slow_down(actor, here if here.wait else turn)
    account = _known(index, password)
    holds = factors.holds_code(account.id if account else _NOBODY, code)
    if account is None or not holds:
        here.failed()
        return _wrong(actor, index, turn, domain.FACTOR_FAILED if account else None)
    sitting = uuid7()
    # whoever was quicker, from another address, has used it up
    if not factors.accepts(actor, account.id, code, domain.SIGNED_IN, {"session": str(sitting)}):
        return Answer(Outcome.WRONG)
    turn.succeeded()
    sittings.begin(request, account, sitting, "")
    devices.note_device(actor, request, account)
    return Answer(Outcome.IN)


def begin_enrolment(*, actor: Actor, request: HttpRequest) -> domain.NewKey | None:
    """Show the key of a first second factor to who gave the right password; None when too late."""
    require(actor, Permission.SIGN_IN)
    account = queries.pending_account(request)
    if account is None or queries.is_enrolled(account.id):
        return None
    return factors.show_key(actor, account.id)


def confirm_enrolment(*, actor: Actor, request: HttpRequest, code: str) -> list[str] | None:
    """Enrol the first second factor and sign in; gives the recovery codes, None when too late.

    Raises Invalid for a wrong code.
    """
    require(actor, Permission.SIGN_IN)
    account = queries.pending_account(request)
    if account is None or queries.is_enrolled(account.id):
        return None
    turn = take_turn(account.sign_in_index, actor.address)
    if turn.busy:
        raise Invalid("Please wait a moment, then try again.", "code")
    codes = factors.enrol(actor, account.id, code)
    next_path = request.session[queries.PENDING]["next"]
    _sit_down(actor, request, account, next_path, turn, {"factor": "enrolled"})
    return codes


def _known(index: str, password: str) -> Account | None:
    account = Account.objects.filter(sign_in_index=index, is_active=True).first()
    right = hashers.check_password(password, account.password if account else _NO_PASSWORD)
    return account if right else None


def await_factor(actor: Actor, request: HttpRequest, account: Account, next_path: str) -> None:
    """Remember whose first secret was right; the second one signs in."""
    request.session.cycle_key()
    request.session[queries.PENDING] = {
        "account": str(account.id),
        "at": queries.clock().isoformat(),
        "proof": account.get_session_auth_hash(),
        "next": next_path,
    }
    _record(actor, domain.PASSWORD_RIGHT, account)


def _sit_down(
    actor: Actor,
    request: HttpRequest,
    account: Account,
    next_path: str,
    turn: Turn,
    detail: dict[str, Any],
    *,
    secrets: int = 2,
) -> None:
    turn.succeeded()
    sitting = uuid7()
    _record(actor, domain.SIGNED_IN, account, {**detail, "session": str(sitting)})
    sittings.begin(request, account, sitting, next_path, secrets=secrets)
    devices.note_device(actor, request, account)


def _slow_down(actor: Actor, turn: Turn) -> Answer:
    audit.actions.record(
        actor=actor,
        kind=domain.SIGN_IN_SLOWED,
        outcome="refused",
        detail={"throttle": turn.key[:16], "seconds": turn.wait, "busy": turn.busy},
    )
    return turn.answer


def _wrong(actor: Actor, index: str, turn: Turn, kind: EventKind | None = None) -> Answer:
    turn.failed()
    known = Account.objects.filter(sign_in_index=index).values_list("pk", flat=True).first()
    audit.actions.record(
        actor=actor,
        kind=kind or domain.SIGN_IN_FAILED,
        about=("accounts_account", known) if known else None,
        outcome="refused",
        detail={"throttle": turn.key[:16]},
    )
    return Answer(Outcome.WRONG)


def _record(
    actor: Actor,
    kind: Any,
    account: Account,
    detail: dict[str, Any] | None = None,
) -> None:
    audit.actions.record(
        actor=actor, kind=kind, about=("accounts_account", account.id), detail=detail
    )
