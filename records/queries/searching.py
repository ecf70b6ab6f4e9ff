"""Which notes there are to look through, and how to walk through them; nothing is opened."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Count
from django.db.models.expressions import RawSQL
from django.utils import timezone

from counselling import vault
from counselling.wire import MARK
from records.models import Addendum, Note, NotePart, PartAddendum, ProcessNote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.db.backends.utils import CursorWrapper
    from django.db.models import QuerySet

    from records.domain.searching import Asked

# a few first, so that something shows soon; then as many as are quick to fetch together
FIRST: Final = 50
AT_ONCE: Final = 500
# no more than it takes to open a note, and no model for each: that is a third of the time
_COLUMNS: Final = ("record_part", "id", "case_id")
_LEFT: Final = "SELECT note_id FROM records_left_waiting()"
_WALK: Final = "DECLARE notes_newest_first NO SCROLL CURSOR FOR "
_STEP: Final = f"FETCH FORWARD {{size}} FROM notes_newest_first {MARK}"
_LEFT_WAITING: Final = "SELECT set_config('idle_in_transaction_session_timeout', %s, true)"


def notes_to_search(asked: Asked) -> dict[UUID, int]:
    """Count the signed notes one may read about sessions of these days, case by case."""
    counted = _asked(asked).values("case_id").annotate(notes=Count("id")).order_by()
    return dict(counted.values_list("case_id", "notes"))


def notes_newest_first(asked: Asked) -> Iterator[list[tuple[UUID, UUID, vault.Sealed]]]:
    """Give the same notes, the newest first and some at a time, from a cursor of PostgreSQL's.

    Each is its id, its case and its sealed text.
    """
    ordered = _asked(asked).order_by("-session__starts_at", "-id").values_list(*_COLUMNS)
    sql, parameters = ordered.query.sql_with_params()
    bind, size = vault.Binder(Note, "record_part"), FIRST
    with connection.cursor() as cursor:
        cursor.execute(_WALK + sql, parameters)
        while rows := _step(cursor, size):
            yield [(note, case, bind(stored, note, case)) for stored, note, case in rows]
            size = AT_ONCE


def _step(cursor: CursorWrapper, size: int) -> list[tuple[bytes, UUID, UUID]]:
    cursor.execute(_STEP.format(size=size))
    rows: list[tuple[bytes, UUID, UUID]] = cursor.fetchall()
    return rows


def told_of(notes: list[UUID]) -> dict[UUID, tuple[UUID, datetime.datetime]]:
    """Give who wrote notes, and when their sessions were."""
    found = Note.objects.filter(id__in=notes).values_list("id", "author_id", "session__starts_at")
    return {note: (author, at) for note, author, at in found} if notes else {}


def _asked(asked: Asked) -> QuerySet[Note]:
    # what only waits for a judgement is not looked through
    found = Note.objects.exclude(id__in=RawSQL(_LEFT, []))  # noqa: S611 a constant
    if asked.since:
        found = found.filter(session__starts_at__gte=_midnight(asked.since))
    if asked.until:
        found = found.filter(session__starts_at__lt=_midnight(asked.until, days=1))
    return found


def _midnight(day: datetime.date, days: int = 0) -> datetime.datetime:
    begins = datetime.datetime.combine(day + datetime.timedelta(days), datetime.time.min)
    return timezone.make_aware(begins)


class Beside:
    """What stands beside and under notes: asked for only where there is something."""

    def __init__(self) -> None:
        """Find out once which notes have an addendum, a member's part or an own part."""
        self._added = set(Addendum.objects.values_list("note_id", flat=True))
        self._parts = set(NotePart.objects.values_list("note_id", flat=True))
        # nobody's but the author's: that is what the policy of its table says
        self._own = set(ProcessNote.objects.values_list("note_id", flat=True))

    def addenda(self, notes: set[UUID]) -> list[Addendum]:
        """Give the addenda of some notes, the oldest first."""
        some = notes & self._added
        return list(Addendum.objects.filter(note_id__in=some).order_by("signed_at")) if some else []

    def parts(self, notes: set[UUID]) -> list[NotePart]:
        """Give the members' parts of some notes."""
        some = notes & self._parts
        return list(NotePart.objects.filter(note_id__in=some).order_by("id")) if some else []

    def added_to_parts(self, parts: list[NotePart]) -> list[PartAddendum]:
        """Give what was added under members' parts."""
        ids = [one.id for one in parts]
        found = PartAddendum.objects.filter(part_id__in=ids).select_related("part")
        return list(found.order_by("signed_at")) if ids else []

    def own(self, notes: set[UUID]) -> list[ProcessNote]:
        """Give the parts for the author alone."""
        some = notes & self._own
        return list(ProcessNote.objects.filter(note_id__in=some)) if some else []


def end_if_left_waiting(seconds: int) -> None:
    """Have PostgreSQL end this transaction if nobody goes on with it for so long."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_WAITING, [f"{seconds}s"])
