"""Which notes there are to look through, without opening one."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.utils import timezone

from records.models import Note

if TYPE_CHECKING:
    from uuid import UUID

    from records.domain.searching import Asked

_LEFT_WAITING: Final = "SELECT set_config('idle_in_transaction_session_timeout', %s, true)"


def notes_to_search(asked: Asked) -> list[tuple[UUID, UUID]]:
    """Give (note, case) of all signed notes one may read about these days, newest first."""
    found = Note.objects.all()
    if asked.since:
        found = found.filter(session__starts_at__gte=_midnight(asked.since))
    if asked.until:
        found = found.filter(session__starts_at__lt=_midnight(asked.until, days=1))
    return list(found.order_by("-signed_at", "-id").values_list("id", "case_id"))


def _midnight(day: datetime.date, days: int = 0) -> datetime.datetime:
    begins = datetime.datetime.combine(day + datetime.timedelta(days), datetime.time.min)
    return timezone.make_aware(begins)


def end_if_left_waiting(seconds: int) -> None:
    """Have PostgreSQL end this transaction if nobody goes on with it for so long."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_WAITING, [f"{seconds}s"])
