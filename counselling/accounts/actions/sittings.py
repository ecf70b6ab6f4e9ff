"""Sittings: begun at sign-in, held to their limits, confirmed, ended here or elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth import SESSION_KEY, hashers, login
from django.contrib.auth.models import AnonymousUser

import audit.actions
from counselling import db, vault
from counselling.access import Permission, require, require_step_up
from counselling.accounts import domain, queries
from counselling.accounts.actions import factors, sleeping
from counselling.accounts.actions.throttling import take_turn
from counselling.accounts.domain import Answer, Ended, Outcome
from counselling.accounts.models import Account, SignedInSession
from counselling.errors import NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from counselling.access import Actor

SEEN_EVERY: Final = 15
NEXT: Final = "next"
_BACKEND: Final = "counselling.accounts.backends.SignInBackend"
_TABLE: Final = "accounts_signedinsession"


def begin(
    request: HttpRequest, account: Account, sitting: UUID, next_path: str, *, secrets: int = 2
) -> None:
    """Begin a sitting, in a session with a new id (AU-11)."""
    at = queries.clock()
    request.session.flush()
    login(request, account, backend=_BACKEND)
    row = SignedInSession.objects.create(
        id=sitting,
        account=account,
        began_at=at,
        seen_at=at,
        step_up_at=at,
        secrets=secrets,
        device=domain.device_name(request.headers.get("User-Agent", "")),
        address_hash=vault.keyed_index("address", queries.address_of(request)),
    )
    request.session[queries.SITTING] = str(sitting)
    request.session[NEXT] = next_path
    request.sitting = row  # type: ignore[attr-defined]  # our own attribute


def step_up(*, actor: Actor, request: HttpRequest, answer: str) -> Answer:
    """Judge a second factor, or the password of who has none, given again (AU-09)."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    account = Account.objects.get(pk=actor.id)
    turn = take_turn(account.sign_in_index, actor.address, everywhere=domain.CODES_EVERYWHERE)
    plain = domain.plain_code(answer)
    if turn.busy or (turn.wait and not domain.is_recovery_code(plain)):
        return turn.answer
    if not _confirms(actor, account, answer):
        turn.failed()
        return Answer(Outcome.WRONG)
    turn.succeeded()
    request.session.cycle_key()
    SignedInSession.objects.filter(pk=actor.session).update(step_up_at=queries.clock())
    return Answer(Outcome.IN)


def _confirms(actor: Actor, account: Account, answer: str) -> bool:
    if queries.is_enrolled(account.id):
        return factors.accepts(actor, account.id, answer, domain.STEPPED_UP, {})
    if account.has_usable_password():
        right, factor = hashers.check_password(answer, account.password), "password"
    else:
        from counselling.accounts.actions import words  # noqa: PLC0415 it ends sittings itself

        right, factor = words.is_word(account.id, answer), "word"
    audit.actions.record(
        actor=actor,
        kind=domain.STEPPED_UP if right else domain.FACTOR_FAILED,
        about=("accounts_account", account.id),
        outcome="ok" if right else "refused",
        detail={"factor": factor},
    )
    return right


def sign_out(*, actor: Actor, request: HttpRequest) -> None:
    """End the sitting one is in; the browser's session is forgotten (AU-13)."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    sitting = queries.sitting_of(request)
    if sitting is not None and _end(sitting, Ended.SIGNED_OUT):
        audit.actions.record(actor=actor, kind=domain.SIGNED_OUT, about=(_TABLE, sitting.id))
    leave(request)


def end_session(*, actor: Actor, session_id: UUID) -> None:
    """End another sitting of one's own; its next request is anonymous (AU-15)."""
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    found = SignedInSession.objects.filter(pk=session_id, account=actor.id, ended_at=None).first()
    if found is None:
        raise NotThere(_TABLE, session_id)
    _end(found, Ended.BY_OWNER)
    audit.actions.record(actor=actor, kind=domain.SESSION_ENDED, about=(_TABLE, session_id))


def end_sessions_of(*, actor: Actor, person_id: UUID) -> int:
    """End every sitting of a colleague, say when a laptop is lost (AU-15)."""
    require(actor, Permission.MANAGE_STAFF)
    require_step_up(actor, db.now())
    person = queries.person(person_id)
    ended = end_all(person.id, Ended.BY_STAFF)
    audit.actions.record(
        actor=actor,
        kind=domain.SESSION_ENDED,
        about=("accounts_account", person.id),
        detail={"ended": ended},
    )
    return ended


def end_all(owner: UUID, how: Ended, *, but: str = "") -> int:
    """End the sittings of an account, all but one if that is said."""
    lasting = SignedInSession.objects.filter(account=owner, ended_at=None)
    if but:
        lasting = lasting.exclude(pk=but)
    return lasting.update(ended_at=queries.clock(), ended_how=how.value)


# -- limits ------------------------------------------------------------------------------------


def hold_limits(request: HttpRequest) -> None:
    """Let a sitting sleep or end that idled or lasted too long; leave one ended elsewhere (AU-12).

    It runs before there is an actor: what it ends, it ends in the name of whose sitting it is.
    """
    if queries.SITTING not in request.session and SESSION_KEY not in request.session:
        return
    sitting = queries.sitting_of(request)
    if sitting is None:
        if not sleeping.sleeps_on(request):
            leave(request)
        return
    at = queries.clock()
    limits = queries.limits_for(sitting.account.kind)
    over = domain.decide_end(sitting.began_at, sitting.seen_at, at, limits)
    if over is not None and domain.decide_sleep(over, sitting.began_at, at, limits):
        actor = queries.actor_for(request)
        with db.as_actor(actor):
            sleeping.put_to_sleep(actor, request, sitting, "idle")
    elif over is not None:
        _time_out(request, sitting, over)
    elif (at - sitting.seen_at).total_seconds() >= SEEN_EVERY:
        SignedInSession.objects.filter(pk=sitting.pk).update(seen_at=at)


def _time_out(request: HttpRequest, sitting: SignedInSession, how: Ended) -> None:
    actor = queries.actor_for(request)
    with db.as_actor(actor):
        if _end(sitting, how):
            audit.actions.record(
                actor=actor,
                kind=domain.TIMED_OUT,
                about=(_TABLE, sitting.id),
                reason=how.value.replace(" ", "-"),
            )
    leave(request)


def _end(sitting: SignedInSession, how: Ended) -> bool:
    lasting = SignedInSession.objects.filter(pk=sitting.pk, ended_at=None)
    return lasting.update(ended_at=queries.clock(), ended_how=how.value) == 1


def leave(request: HttpRequest) -> None:
    """Forget everything the browser's session held; the next page is anonymous."""
    request.session.flush()
    request.user = AnonymousUser()
    request.sitting = None  # type: ignore[attr-defined]  # our own attribute
