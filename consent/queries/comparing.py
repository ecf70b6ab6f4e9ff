"""When signed forms are compared with what is enforced, and how far a night has come."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from django.db import connection
from django.utils import timezone

from consent.models import Comparing

if TYPE_CHECKING:
    from collections.abc import Iterable

_NIGHTS: Final = UUID("9b1f5a2e-7c64-5d0e-8f3a-20a6c1de5b10")
# by night, when nobody waits; a night that was missed is made up for
NIGHT: Final = range(2, 5)
APART: Final = datetime.timedelta(hours=12)
MISSED: Final = datetime.timedelta(hours=30)
LATE: Final = datetime.timedelta(days=2)
# what is being signed now is left in peace
SETTLED: Final = datetime.timedelta(hours=1)


@dataclasses.dataclass(frozen=True, slots=True)
class ComparingRow:
    """How far a night's comparison has come."""

    id: UUID
    began_at: datetime.datetime
    ended_at: datetime.datetime | None
    compared: int
    differing: int

    @property
    def late(self) -> bool:
        """Say whether a night has gone by without one, so that it says nothing of today."""
        return timezone.now() - self.began_at > LATE


def due_comparing() -> Iterable[tuple[UUID]]:
    """Give the night's comparison if it is to begin or to go on; one at most."""
    at = timezone.now()
    last = Comparing.objects.order_by("-began_at").first()
    if last is not None and last.ended_at is None and at - last.began_at < MISSED:
        return [(last.pk,)] if last.due_at <= at else []
    since = None if last is None else at - last.began_at
    hour = timezone.localtime(at).hour
    night = hour in NIGHT and (since is None or since > APART)
    if not night and since is not None and since < MISSED:
        return []
    return [(night_of(at),)] if sealed_after(None, at - SETTLED) else []


def night_of(at: datetime.datetime) -> UUID:
    """Give the id of the comparison of a day; whoever begins it finds the same."""
    return uuid5(_NIGHTS, timezone.localtime(at).date().isoformat())


def sealed_after(after: UUID | None, began: datetime.datetime) -> list[tuple[UUID, UUID]]:
    """Give the next signed forms, as ids with their client's, for the machine alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT document, client FROM consent_sealed_after(%s, %s)", [after, began])
        return [(document, client) for document, client in cursor.fetchall()]


def last_comparing() -> ComparingRow | None:
    """Give how far the newest comparison has come."""
    one = Comparing.objects.order_by("-began_at").first()
    if one is None:
        return None
    return ComparingRow(one.pk, one.began_at, one.ended_at, one.compared, one.differing)
