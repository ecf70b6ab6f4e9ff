"""Count what somebody does, and refuse for a while what would be too often (WH-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings

from counselling import vault
from counselling.access import ActorKind
from counselling.accounts import domain, queries
from counselling.accounts.domain import Allowance
from counselling.accounts.models import Throttle
from counselling.errors import TooOften

if TYPE_CHECKING:
    from counselling.access import Actor

_PURPOSE: Final = "allowance"
_WINDOW: Final = 600
# what costs much: opening many notes at once, looking through all of them, decrypting files,
# writing to people, trying names, taking a part of the log away
DOCUMENTS: Final = "documents"
PREVIEWS: Final = "previews"
LETTERS: Final = "letters"
REFERENCES: Final = "references"
SEARCHES: Final = "searches"
EXPORTS: Final = "exports"
NAMES: Final = "names"


def spend(actor: Actor, costly: str) -> None:
    """Count one costly act of somebody at a browser; raises TooOften, and counts no more then.

    What no request asked for is the machine's own work, and has its own limits.
    """
    if actor.request:
        each: int = settings.IN_TEN_MINUTES[costly]
        allowance = Allowance(costly, burst=each, regain=max(1, _WINDOW // each))
        count(allowance, str(actor.id), refuse=True)


def spend_here(actor: Actor, allowance: Allowance) -> None:
    """Count one for the address of the actor; raises TooOften, and counts no more then.

    Only what leads nowhere is asked here: whoever shares an address with a guesser and has a good
    link is not kept waiting, and nobody's password comes back on the page that says to wait.
    """
    count(allowance, _where(actor), refuse=True)


def _where(actor: Actor) -> str:
    """Give whose turns count: a person's own, or for a stranger those of the address."""
    if actor.kind in {ActorKind.STAFF, ActorKind.CLIENT}:
        return str(actor.id)
    return domain.neighbourhood(actor.address)


def wait_for(allowance: Allowance, whose: str) -> int:
    """Give the seconds until the next turn, 0 if there is one now."""
    row = Throttle.objects.filter(pk=_key(allowance, whose)).first()
    if row is None:
        return 0
    return domain.decide_spent(allowance, row.failures, row.last_at, queries.clock()).wait


def count(allowance: Allowance, whose: str, *, refuse: bool = False) -> None:
    """Count one; with `refuse` raise TooOften instead when there is no turn left."""
    key, at = _key(allowance, whose), queries.clock()
    Throttle.objects.bulk_create([Throttle(key=key, last_at=at)], ignore_conflicts=True)
    row = Throttle.objects.select_for_update().filter(pk=key).first()
    if row is None:  # forgotten in this very moment, since nothing was counted for a day
        return
    now = domain.decide_spent(allowance, row.failures, row.last_at, at)
    if refuse and now.wait:
        raise TooOften(now.wait)
    Throttle.objects.filter(pk=key).update(failures=now.count + 1, last_at=now.since)


def _key(allowance: Allowance, whose: str) -> str:
    return vault.keyed_index(_PURPOSE, f"{allowance.name}|{whose}")
