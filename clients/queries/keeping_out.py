"""Files that are sealed and people who are shut out, as far as the actor may know."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection

from clients.domain.keeping_out import SealKind
from clients.models import Assignment, Case, LetIn, SealedFile, ShutOut
from counselling import db
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class ShutOutRow:
    """Whom a client shut out, since when, and until when if that is over."""

    id: UUID
    client: UUID
    person: UUID
    since: datetime.datetime
    by: UUID
    until: datetime.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class SealedRow:
    """That a file is sealed, why in a word, and whose own it is."""

    id: UUID
    client: UUID
    kind: SealKind
    person: UUID | None
    since: datetime.datetime
    by: UUID


@dataclasses.dataclass(frozen=True, slots=True)
class LetInRow:
    """Who was let into a sealed file, and since when."""

    id: UUID
    client: UUID
    person: UUID
    since: datetime.datetime
    by: UUID


def shut_out_of(client_id: UUID) -> list[ShutOutRow]:
    """Give whom a client has ever shut out, those first who are so now."""
    rows = ShutOut.objects.filter(client_id=client_id)
    found = [
        ShutOutRow(one.pk, one.client_id, one.person, one.since, one.by, one.until) for one in rows
    ]
    return sorted(found, key=lambda one: (one.until is not None, -one.since.timestamp()))


def shut_out_row(row_id: UUID) -> ShutOutRow:
    """Give one that still holds; raises NotThere for a hidden one and for none alike."""
    one = ShutOut.objects.filter(pk=row_id).first()
    if one is None:
        raise NotThere("clients_shutout", row_id)
    return ShutOutRow(one.pk, one.client_id, one.person, one.since, one.by, one.until)


def sealed_file(client_id: UUID) -> SealedRow | None:
    """Say whether a file is sealed, to who may know."""
    one = SealedFile.objects.filter(client_id=client_id, until=None).first()
    if one is None:
        return None
    return SealedRow(one.pk, one.client_id, SealKind(one.kind), one.person, one.since, one.by)


def let_in(client_id: UUID) -> list[LetInRow]:
    """Give who was let into a sealed file and still is, those first who came first."""
    rows = LetIn.objects.filter(client_id=client_id, until=None).order_by("since", "pk")
    return [LetInRow(one.pk, one.client_id, one.person, one.since, one.by) for one in rows]


def let_in_row(row_id: UUID) -> LetInRow:
    """Give one; raises NotThere for a hidden one and for none alike."""
    one = LetIn.objects.filter(pk=row_id, until=None).first()
    if one is None:
        raise NotThere("clients_letin", row_id)
    return LetInRow(one.pk, one.client_id, one.person, one.since, one.by)


def not_offered(case_id: UUID) -> set[UUID]:
    """Give whom a case is not to be offered to; why, the database does not say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clients_not_offered(%s)", [case_id])
        return {row[0] for row in cursor.fetchall()}


def cares_for(client_id: UUID, person_id: UUID) -> bool:
    """Say whether somebody is assigned to, or offered, a case that the actor knows of a client."""
    cares = Assignment.objects.filter(person_id=person_id, until=None, declined_at=None)
    return cares.filter(case__members__client_id=client_id).exists()


def with_nobody() -> list[tuple[UUID, datetime.datetime]]:
    """Give open cases the actor sees that had somebody and have nobody now, and since when."""
    at = db.now()
    cared = Assignment.objects.exclude(since=None)
    running = cared.exclude(until__lte=at)
    found = Case.objects.filter(state__in=("open", "paused"), pk__in=cared.values("case_id"))
    left: dict[UUID, datetime.datetime] = {}
    alone = found.exclude(pk__in=running.values("case_id")).values_list("pk", flat=True)
    ended = cared.filter(case_id__in=alone).values_list("case_id", "until")
    for case, until in ended:
        if until is not None:
            left[case] = max(until, left.get(case, until))
    return sorted(left.items(), key=lambda one: one[1])
