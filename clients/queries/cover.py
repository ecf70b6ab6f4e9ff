"""Who stands in for whom, and until when."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Q

from clients.models import Cover
from counselling import db
from counselling.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.access import Actor

_MOMENT: Final = datetime.timedelta(microseconds=1)


@dataclasses.dataclass(frozen=True, slots=True)
class CoverRow:
    """One case that somebody looks after for a colleague between dates."""

    id: UUID
    case: UUID
    owner: UUID
    person: UUID
    arranged_by: UUID
    since: datetime.datetime
    until: datetime.datetime

    @property
    def last(self) -> datetime.datetime:
        """Give an instant of the last day: `until` is the first that it does not hold."""
        return self.until - _MOMENT


def _row(one: Cover) -> CoverRow:
    return CoverRow(
        one.pk, one.case_id, one.owner_id, one.person_id, one.arranged_by_id, one.since, one.until
    )


def cover_row(cover_id: UUID) -> CoverRow:
    """Give one; raises NotThere for a hidden one and for none alike."""
    found = Cover.objects.filter(pk=cover_id).first()
    if found is None:
        raise NotThere("clients_cover", cover_id)
    return _row(found)


def covers(actor: Actor, supervised: Iterable[UUID] = ()) -> list[CoverRow]:
    """Give what runs or is to come: handed over, taken over, arranged, and of the supervised."""
    mine = Q(owner=actor.id) | Q(person=actor.id) | Q(arranged_by=actor.id)
    found = Cover.objects.filter(mine | Q(owner__in=list(supervised)))
    left = found.filter(until__gt=db.now(), ended_at=None)
    return [_row(one) for one in left.order_by("since", "until", "pk")]


def covers_of(cases: Iterable[UUID]) -> list[CoverRow]:
    """Give who stands in, or is going to, in these cases, as far as the actor sees them."""
    found = Cover.objects.filter(case_id__in=list(cases), until__gt=db.now(), ended_at=None)
    return [_row(one) for one in found.order_by("since", "pk")]


def stood_in(client_cases: Iterable[UUID]) -> list[CoverRow]:
    """Give everybody who ever stood in for somebody in these cases, for the client's page."""
    return [_row(one) for one in Cover.objects.filter(case_id__in=list(client_cases))]


def is_handed_over(case_id: UUID, since: datetime.datetime, until: datetime.datetime) -> bool:
    """Say whether somebody stands in already on one of these days."""
    meets = Cover.objects.filter(case_id=case_id, ended_at=None, since__lt=until, until__gt=since)
    return meets.exists()


def stands_in(person: UUID, cases: Iterable[UUID]) -> set[UUID]:
    """Give those of the cases in which a person stands in for somebody now."""
    at = db.now()
    runs = Cover.objects.filter(person=person, case_id__in=cases, since__lte=at)
    runs = runs.filter(until__gt=at).filter(Q(ended_at=None) | Q(ended_at__gt=at))
    return set(runs.values_list("case_id", flat=True))


def may_cover(case_id: UUID, owner: UUID, person: UUID) -> bool:
    """Ask the database whether the actor may hand this case of `owner` to `person`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clients_may_cover(%s, %s, %s)", [case_id, owner, person])
        return bool(cursor.fetchone()[0])
