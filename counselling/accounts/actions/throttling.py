"""Wrong answers are counted by name and address, known or not, and slow down who gives them."""

from __future__ import annotations

import dataclasses
from typing import Final

from django.db import connection

from counselling import vault
from counselling.accounts import domain, queries
from counselling.accounts.domain import PASSWORDS, Answer, Outcome
from counselling.accounts.models import Throttle

_PURPOSE: Final = "throttle"


@dataclasses.dataclass(frozen=True, slots=True)
class Turn:
    """One answer's turn: how long it must wait, and what comes of it.

    `busy` says that another answer for the same name from there is being judged this very moment.
    """

    key: str
    failures: int
    wait: int
    busy: bool = False

    @property
    def answer(self) -> Answer:
        """Say that this answer was not judged, and when another one may be."""
        return Answer(Outcome.BUSY if self.busy else Outcome.WAIT, self.wait)

    def failed(self) -> None:
        """Count a wrong answer."""
        rows = Throttle.objects.filter(pk=self.key)
        rows.update(failures=self.failures + 1, last_at=queries.clock())

    def succeeded(self) -> None:
        """Forget the wrong answers before a right one, and everybody's of yesterday."""
        Throttle.objects.filter(pk=self.key).update(failures=0)
        old = queries.clock() - domain.FORGOTTEN_AFTER
        forgotten = Throttle.objects.select_for_update(skip_locked=True).filter(last_at__lt=old)
        ids = list(forgotten.exclude(pk=self.key).values_list("pk", flat=True))
        Throttle.objects.filter(pk__in=ids).delete()


def take_turn(name: str, address: str, patience: domain.Patience = PASSWORDS) -> Turn:
    """Take the turn of an answer: two for one name from one address are never judged at once.

    Nobody queues: judging takes a while, and who waits would hold a connection others need (AU-05).
    """
    at = queries.clock()
    key = vault.keyed_index(_PURPOSE, f"{name}|{domain.neighbourhood(address)}")
    if not _is_free(key):
        return Turn(key, 0, wait=1, busy=True)
    Throttle.objects.bulk_create([Throttle(key=key, last_at=at)], ignore_conflicts=True)
    row = Throttle.objects.select_for_update().filter(pk=key).first()
    if row is None:  # forgotten by another's success in this very moment
        return take_turn(name, address, patience)
    failures = domain.decide_failures(row.failures, row.last_at, at)
    return Turn(key, failures, domain.decide_left(failures, row.last_at, at, patience))


def _is_free(key: str) -> bool:
    """Take the lock of a key until the transaction ends, unless somebody has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        return bool(cursor.fetchone()[0])
