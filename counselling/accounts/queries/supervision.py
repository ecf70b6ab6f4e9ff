"""Who supervises whom: now, before, from a day to come; and which trainee has nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counselling.access import Role
from counselling.accounts.domain import Arrangement
from counselling.accounts.models import Supervision, live
from counselling.accounts.queries.asking import clock
from counselling.accounts.queries.people import people, staff

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from counselling.access import Actor
    from counselling.accounts.domain import Person


def _live() -> QuerySet[Supervision]:
    return Supervision.objects.filter(live(clock()))


def supervisees(actor: Actor) -> list[Person]:
    """Give whom the actor supervises."""
    return sorted(people(supervisee_ids(actor)).values(), key=lambda one: one.name)


def supervisee_ids(actor: Actor) -> set[UUID]:
    """Give the same by their ids alone: one question instead of three."""
    return set(_live().filter(supervisor=actor.id).values_list("supervisee", flat=True))


def supervisors_of(person_id: UUID) -> list[Person]:
    """Give who supervises a person."""
    return supervisors_of_all([person_id]).get(person_id, [])


def supervisors_of_all(ids: Iterable[UUID]) -> dict[UUID, list[Person]]:
    """Give the same of many; who closed their account or stopped supervising is none any more."""
    pairs = list(_live().filter(supervisee__in=list(ids)).values_list("supervisee", "supervisor"))
    known = people({supervisor for _, supervisor in pairs})
    found: dict[UUID, list[Person]] = {}
    for supervisee, supervisor in pairs:
        one = known[supervisor]
        if one.is_active and Role.SUPERVISOR in one.roles and one not in found.get(supervisee, ()):
            found.setdefault(supervisee, []).append(one)
    for some in found.values():
        some.sort(key=lambda one: one.name)
    return found


def supervisions_of(person_id: UUID) -> list[Arrangement]:
    """Give every supervision a person is or was part of, on either side, the latest first."""
    mine = Supervision.objects.all()
    found = mine.filter(supervisor=person_id) | mine.filter(supervisee=person_id)
    rows = list(found.order_by("-since", "-id"))
    known = people({one for row in rows for one in (row.supervisor_id, row.supervisee_id)})
    at = clock()
    return [
        Arrangement(
            row.id,
            known[row.supervisor_id],
            known[row.supervisee_id],
            row.since,
            row.until,
            has_ended=row.until is not None and row.until <= at,
            is_to_come=row.since > at,
        )
        for row in rows
    ]


def trainees_alone() -> list[Person]:
    """Give the trainees whom nobody supervises: their notes wait and nobody can co-sign them."""
    trainees = [one for one in staff() if one.is_active and Role.TRAINEE in one.roles]
    guided = supervisors_of_all([one.id for one in trainees])
    return [one for one in trainees if one.id not in guided]
