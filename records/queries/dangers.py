"""Which dangers to life were recorded and when the client is told; opens nothing sealed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Prefetch

from counselling.errors import NotThere
from records.domain.dangers import AdditionKind, Telling, telling
from records.models import Danger, DangerAddition
from records.queries.writing import writable_cases

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet


@dataclasses.dataclass(frozen=True, slots=True)
class DangerRow:
    """One record of a danger, as a list of staff's shows it."""

    id: UUID
    case: UUID
    client: UUID
    author: UUID
    signed_at: datetime.datetime
    telling: Telling
    additions: int


def dangers_of(case_id: UUID, client_id: UUID) -> list[DangerRow]:
    """Give what was recorded about a client in a case, the newest first."""
    found = _dangers().filter(case_id=case_id, client_id=client_id)
    return [_row(one) for one in found.order_by("-signed_at")]


def danger_row(danger_id: UUID) -> DangerRow:
    """Give one; raises NotThere."""
    found = _dangers().filter(id=danger_id).first()
    if found is None:
        raise NotThere("records_danger", danger_id)
    return _row(found)


def tellings_due(at: datetime.datetime) -> list[DangerRow]:
    """Give whom the actor has to tell within two days, or should have told; the oldest first."""
    found = _dangers().filter(case_id__in=writable_cases())
    due = [row for row in map(_row, found) if row.telling.due(at)]
    return sorted(due, key=lambda one: one.telling.told_at)


def told_dangers() -> frozenset[UUID]:
    """Give the records the client who asks has been told of: row security lets no other through."""
    return frozenset(Danger.objects.values_list("id", flat=True))


def dangers_told_of(rows: Collection[UUID]) -> frozenset[UUID]:
    """Give those of the records whose client has been told of them, whoever asks."""
    asked = "SELECT one FROM unnest(%s::uuid[]) one WHERE records_danger_told_at(one) <= now()"
    with connection.cursor() as cursor:
        cursor.execute(asked, [list(rows)])
        return frozenset(row[0] for row in cursor.fetchall())


def _dangers() -> QuerySet[Danger]:
    added = DangerAddition.objects.defer("content").order_by("signed_at", "id")
    return Danger.objects.defer("threat", "consulted", "told").prefetch_related(
        Prefetch("additions", queryset=added)
    )


def telling_of(row: Danger) -> Telling:
    """Give how things stand with the client, from a record fetched with its additions in order."""
    added = [(AdditionKind(one.kind), one.told_at) for one in row.additions.all()]
    return telling(row.signed_at, row.told_at, added)


def _row(one: Danger) -> DangerRow:
    return DangerRow(
        one.id,
        one.case_id,
        one.client_id,
        one.author_id,
        one.signed_at,
        telling_of(one),
        len(one.additions.all()),
    )
