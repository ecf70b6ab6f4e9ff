"""Wrong answers are counted by name and address, known or not, and slow down who gives them.

By both together first: nobody makes the owner wait who sits elsewhere. Then, much more patiently,
by each alone: who tries one password at every door, and who tries one door from everywhere.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import connection

from counselling import vault
from counselling.accounts import domain, queries
from counselling.accounts.actions import allowances
from counselling.accounts.domain import FROM_ONE_ADDRESS, PASSWORDS, Allowance, Answer, Outcome
from counselling.accounts.models import SignedInSession, Throttle

if TYPE_CHECKING:
    import datetime

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
    # whose counts a wrong answer adds to besides; always in this order, so that nobody deadlocks
    besides: tuple[tuple[Allowance, str], ...] = ()

    @property
    def answer(self) -> Answer:
        """Say that this answer was not judged, and when another one may be."""
        return Answer(Outcome.BUSY if self.busy else Outcome.WAIT, self.wait)

    def failed(self) -> None:
        """Count a wrong answer."""
        rows = Throttle.objects.filter(pk=self.key)
        rows.update(failures=self.failures + 1, last_at=queries.clock())
        for allowance, whose in self.besides:
            allowances.count(allowance, whose)

    def succeeded(self) -> None:
        """Forget the wrong answers before a right one, and everybody's of yesterday."""
        Throttle.objects.filter(pk=self.key).update(failures=0)
        old = queries.clock() - domain.FORGOTTEN_AFTER
        forgotten = Throttle.objects.select_for_update(skip_locked=True).filter(last_at__lt=old)
        ids = list(forgotten.exclude(pk=self.key).values_list("pk", flat=True))
        Throttle.objects.filter(pk__in=ids).delete()


def take_turn(
    name: str,
    address: str,
    patience: domain.Patience = PASSWORDS,
    everywhere: Allowance | None = None,
) -> Turn:
    """Take the turn of an answer: two for one name from one address are never judged at once.

    `everywhere` limits the wrong answers for the name wherever they come from.

    Nobody queues: judging takes a while, and who waits would hold a connection others need (AU-05).
    """
    at = queries.clock()
    key = vault.keyed_index(_PURPOSE, f"{name}|{domain.neighbourhood(address)}")
    if not _is_free(key):
        return Turn(key, 0, wait=1, busy=True)
    Throttle.objects.bulk_create([Throttle(key=key, last_at=at)], ignore_conflicts=True)
    row = Throttle.objects.select_for_update().filter(pk=key).first()
    if row is None:  # forgotten by another's success in this very moment
        return take_turn(name, address, patience, everywhere)
    last = _last(row, at)
    failures = domain.decide_failures(row.failures, last, at)
    wait = domain.decide_left(failures, last, at, patience)
    besides = [(FROM_ONE_ADDRESS, domain.neighbourhood(address))]
    if everywhere is not None:
        besides.append((everywhere, name))
    strangers = max(allowances.wait_for(*one) for one in besides)
    if strangers and not _is_at_home(name, address):
        wait = max(wait, strangers)
    return Turn(key, failures, wait, besides=tuple(besides))


def _last(row: Throttle, at: datetime.datetime) -> datetime.datetime:
    """Give when the last wrong answer was; after the clock went back, now: the wait begins anew.

    Else somebody would wait until the clock is where it was.
    """
    if row.last_at <= at:
        return row.last_at
    Throttle.objects.filter(pk=row.pk).update(last_at=at)
    return at


def _is_at_home(name: str, address: str) -> bool:
    """Say whether this name was signed in lately from this address.

    Who is there does not wait for strangers, elsewhere or behind the same address: else one guest
    in the waiting room would keep the whole practice out.
    """
    return SignedInSession.objects.filter(
        account__sign_in_index=name,
        address_hash=vault.keyed_index("address", address),
        began_at__gt=queries.clock() - domain.REMEMBERED,
    ).exists()


def _is_free(key: str) -> bool:
    """Take the lock of a key until the transaction ends, unless somebody has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        return bool(cursor.fetchone()[0])
