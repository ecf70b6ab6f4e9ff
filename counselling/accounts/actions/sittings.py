"""Sittings: begun at sign-in, held to their limits, ended here or elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth.models import AnonymousUser

import audit.actions
from counselling import db
from counselling.accounts import domain, queries
from counselling.accounts.models import SignedInSession

if TYPE_CHECKING:
    from django.http import HttpRequest

    from counselling.accounts.domain import Ended

SEEN_EVERY: Final = 15


def hold_limits(request: HttpRequest) -> None:
    """End a sitting that idled or lasted too long, and leave one that was ended elsewhere.

    It runs before there is an actor: what it ends, it ends in the name of whose sitting it is.
    """
    if queries.SITTING not in request.session and not request.user.is_authenticated:
        return
    sitting = queries.sitting_of(request)
    if sitting is None:
        _leave(request)
        return
    at = queries.clock()
    limits = queries.limits_for(sitting.account.kind)
    over = domain.decide_end(sitting.began_at, sitting.seen_at, at, limits)
    if over is not None:
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
                about=("accounts_signedinsession", sitting.id),
                reason=how.value.replace(" ", "-"),
            )
    _leave(request)


def _end(sitting: SignedInSession, how: Ended) -> bool:
    lasting = SignedInSession.objects.filter(pk=sitting.pk, ended_at=None)
    return lasting.update(ended_at=queries.clock(), ended_how=how.value) == 1


def _leave(request: HttpRequest) -> None:
    """Forget everything the browser's session held; the next page is anonymous."""
    request.session.flush()
    request.user = AnonymousUser()
    request.sitting = None  # type: ignore[attr-defined] our own attribute
