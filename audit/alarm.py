"""Who is told when the log is found not to be whole; the log itself knows nobody (BR-03)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from counselling.access import Actor

log = logging.getLogger("counselling.audit")

BROKEN: Final = "log-broken"
UNSEEN: Final = "log-unseen"
# what privacy officers and administrators are told alike, and whoever reviews from outside
ALL_OF_US: Final = frozenset({BROKEN, UNSEEN})


class Tell(Protocol):
    """Tells people, in the running transaction of the actor, that they must look; says no more."""

    def __call__(self, *, actor: Actor, code: str) -> None:
        """Tell them."""


_told: Final[list[Tell]] = []


def on_broken(tell: Tell) -> None:
    """Have people told when a verification finds something; an app that knows people calls this."""
    if tell not in _told:
        _told.append(tell)


def sound(actor: Actor, code: str = BROKEN) -> None:
    """Tell whoever is to be told."""
    if not _told:
        log.error("verify.nobody-to-tell")
    for tell in _told:
        tell(actor=actor, code=code)
