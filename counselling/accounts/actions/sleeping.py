"""A sitting that is left alone sleeps: it opens nothing until its owner gives one factor again.

Giving it happens before there is an actor, as signing in does: the events of who comes back are
the anonymous actor's and name the account as what they are about.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.contrib.auth import hashers
from django.contrib.auth.models import AnonymousUser

import audit.actions
from counselling import db
from counselling.access import Permission, require
from counselling.accounts import domain, queries
from counselling.accounts.actions import factors
from counselling.accounts.actions.throttling import take_turn
from counselling.accounts.domain import Answer, Ended, Outcome
from counselling.accounts.models import SignedInSession

if TYPE_CHECKING:
    from django.http import HttpRequest

    from counselling.access import Actor
    from counselling.accounts.models import Account

TABLE: Final = "accounts_signedinsession"


def fall_asleep(*, actor: Actor, request: HttpRequest) -> None:
    """Put the sitting to sleep whose page was hidden just now; a client's goes on till it ends."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    sitting = queries.sitting_of(request)
    if sitting is not None and queries.limits_for(sitting.account.kind).sleeps:
        put_to_sleep(actor, request, sitting, "left")


def wake(*, actor: Actor, request: HttpRequest, answer: str) -> Answer:
    """Judge the one factor that wakes a sitting: the password, or a code of the authenticator.

    The browser's session gets a new id (AU-11). What is too late leads to the whole sign-in.
    """
    require(actor, Permission.SIGN_IN)
    sitting = queries.sleeping_of(request)
    if sitting is None:
        return Answer(Outcome.LATE)
    account = sitting.account
    turn = take_turn(account.sign_in_index, actor.address, everywhere=domain.CODES_EVERYWHERE)
    if turn.wait:
        return turn.answer
    if not _is_right(actor, account, answer, {"session": str(sitting.id)}):
        turn.failed()
        return Answer(Outcome.WRONG)
    turn.succeeded()
    request.session.cycle_key()
    SignedInSession.objects.filter(pk=sitting.pk).update(
        asleep_at=None, parked_for=None, seen_at=queries.clock()
    )
    return Answer(Outcome.IN)


def _is_right(actor: Actor, account: Account, answer: str, detail: dict[str, str]) -> bool:
    if domain.is_six_digits(domain.plain_code(answer)):
        return factors.accepts(actor, account.id, answer, domain.WOKE, detail)
    right = hashers.check_password(answer, account.password)
    audit.actions.record(
        actor=actor,
        kind=domain.WOKE if right else domain.FACTOR_FAILED,
        about=("accounts_account", account.id),
        outcome="ok" if right else "refused",
        detail={**detail, "factor": "password"},
    )
    return right


# -- shared with the limits of a sitting -------------------------------------------------------


def put_to_sleep(actor: Actor, request: HttpRequest, sitting: SignedInSession, why: str) -> None:
    """Let a sitting open nothing from here, and record it once."""
    awake = SignedInSession.objects.filter(pk=sitting.pk, ended_at=None, asleep_at=None)
    at = queries.clock()
    if awake.update(asleep_at=at, step_up_at=None) == 1:
        audit.actions.record(
            actor=actor, kind=domain.FELL_ASLEEP, about=(TABLE, sitting.id), reason=why
        )
    sitting.asleep_at = at
    request.user = AnonymousUser()


def sleeps_on(request: HttpRequest) -> bool:
    """Say whether the sitting of a request sleeps; one that did so too long ends here."""
    sitting = queries.sleeping_of(request)
    if sitting is None:
        return False
    limits = queries.limits_for(sitting.account.kind)
    if domain.lasts(sitting.began_at, queries.clock(), limits.absolute):
        return True
    _oversleep(request, sitting)
    return False


def _oversleep(request: HttpRequest, sitting: SignedInSession) -> None:
    whose = queries.actor_of_account(sitting.account_id, sitting.account.kind)
    actor = dataclasses.replace(whose, session=str(sitting.id), address=queries.address_of(request))
    lasting = SignedInSession.objects.filter(pk=sitting.pk, ended_at=None)
    with db.as_actor(actor):
        if lasting.update(ended_at=queries.clock(), ended_how=Ended.TOO_LONG.value) == 1:
            audit.actions.record(
                actor=actor, kind=domain.TIMED_OUT, about=(TABLE, sitting.id), reason="too-long"
            )
