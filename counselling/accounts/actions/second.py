"""The second secret of a sitting that began with one: the agreed word, or a device (AU-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
from counselling.access import Permission, require
from counselling.accounts import domain
from counselling.accounts.actions import words
from counselling.accounts.actions.throttling import take_turn
from counselling.accounts.domain import Answer, Outcome
from counselling.accounts.models import Account, SignedInSession

if TYPE_CHECKING:
    from django.http import HttpRequest

    from counselling.access import Actor

_TABLE = "accounts_account"


def give_second(*, actor: Actor, request: HttpRequest, word: str) -> Answer:
    """Judge the agreed word of who came in by a password; a right one opens notes and forms.

    The browser's session gets a new id (AU-11).
    """
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    account = Account.objects.get(pk=actor.id)
    turn = take_turn(account.sign_in_index, actor.address, everywhere=domain.CODES_EVERYWHERE)
    if turn.wait:
        return turn.answer
    if not words.is_word(account.id, word):
        turn.failed()
        _record(actor, "refused")
        return Answer(Outcome.WRONG)
    turn.succeeded()
    request.session.cycle_key()
    proven(actor)
    _record(actor, "ok")
    return Answer(Outcome.IN)


def _record(actor: Actor, outcome: str) -> None:
    audit.actions.record(
        actor=actor,
        kind=domain.SECOND_GIVEN if outcome == "ok" else domain.WORD_WRONG,
        about=(_TABLE, actor.id),
        outcome=outcome,
        detail={"factor": "word"},
    )


def proven(actor: Actor) -> None:
    """Count two secrets for the sitting somebody acts in."""
    if actor.session:
        SignedInSession.objects.filter(pk=actor.session, account=actor.id).update(secrets=2)
