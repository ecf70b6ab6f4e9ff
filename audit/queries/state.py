"""Give how the log stands: what the last verification found, and how far sealing has come."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import connection

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

_LAST: Final = """
SELECT at, whole, events, waiting, witnessed, number, event_id, sentence, doubted,
    (SELECT max(w.at) FROM audit_verification w WHERE w.part = 'all' AND NOT w.doubted)
FROM audit_verification ORDER BY at DESC LIMIT 1
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Verification:
    """What the last run of the verifier found."""

    at: datetime.datetime
    whole: bool
    events: int
    waiting: int
    witnessed: datetime.datetime | None
    number: int | None
    event: UUID | None
    sentence: str
    # found once, and looked for a second time before it counts
    doubted: bool = False
    # when all of the log was read; `at` may tell of what was new since
    all_at: datetime.datetime | None = None

    @property
    def restored(self) -> str:
        """Say which restores a whole log went through; it is said as long as there is the log."""
        return self.sentence.partition("; ")[2].rstrip(".") if self.whole else ""


def last_verification() -> Verification | None:
    """Give the last verification, for the badge; None before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        row = cursor.fetchone()
    return Verification(*row) if row else None


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """How far sealing has come: entries sealed, events waiting, and since when the oldest waits."""

    sealed: int
    waiting: int
    oldest: datetime.datetime | None


def standing() -> Standing:
    """Give how far sealing has come; an open transaction anywhere holds it back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed, waiting, oldest FROM audit_standing()")
        return Standing(*cursor.fetchone())
