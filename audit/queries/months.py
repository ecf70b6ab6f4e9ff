"""Say how far the log reaches: its first month, and the first one ahead that is missing."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

# three months are made ahead; with less than two left somebody has not made them lately
LEFT: Final = datetime.timedelta(days=56)
_MONTHS: Final = "SELECT first, missing, now() FROM audit_months()"


@dataclasses.dataclass(frozen=True, slots=True)
class Months:
    """The first month of the log, and how long it is until an event would find none."""

    first: datetime.date
    missing: datetime.date
    left: datetime.timedelta

    @property
    def few(self) -> bool:
        """Say whether months should have been made by now."""
        return self.left < LEFT


def months() -> Months:
    """Look which months there are."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS)
        first, missing, at = cursor.fetchone()
    begins = datetime.datetime.combine(missing, datetime.time(), datetime.UTC)
    return Months(first, missing, max(begins - at, datetime.timedelta()))


def months_due() -> Iterator[tuple[UUID, ...]]:
    """Give one empty task where months are to be made; they need no id."""
    if months().few:
        yield ()
