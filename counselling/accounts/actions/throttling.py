"""Wrong answers are counted by name and address, known or not, and slow down who gives them."""

from __future__ import annotations

import dataclasses
from typing import Final

from counselling import vault
from counselling.accounts import domain, queries
from counselling.accounts.models import Throttle

_PURPOSE: Final = "throttle"


@dataclasses.dataclass(frozen=True, slots=True)
class Turn:
    """One answer's turn: how long it must wait, and what comes of it."""

    key: str
    failures: int
    wait: int

    def failed(self) -> None:
        """Count a wrong answer."""
        rows = Throttle.objects.filter(pk=self.key)
        rows.update(failures=self.failures + 1, last_at=queries.clock())

    def succeeded(self) -> None:
        """Forget the wrong answers before a right one, and everybody's of yesterday."""
        Throttle.objects.filter(pk=self.key).update(failures=0)
        old = queries.clock() - domain.FORGOTTEN_AFTER
        Throttle.objects.filter(last_at__lt=old).exclude(pk=self.key).delete()


def take_turn(name: str, address: str) -> Turn:
    """Queue for an answer: two for one name from one address are never judged at once (AU-05)."""
    key, at = vault.keyed_index(_PURPOSE, f"{name}|{address}"), queries.clock()
    Throttle.objects.bulk_create([Throttle(key=key, last_at=at)], ignore_conflicts=True)
    row = Throttle.objects.select_for_update().filter(pk=key).first()
    if row is None:  # forgotten by another's success in this very moment
        return take_turn(name, address)
    failures = domain.decide_failures(row.failures, row.last_at, at)
    return Turn(key, failures, domain.decide_left(failures, row.last_at, at))
