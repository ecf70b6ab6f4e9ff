"""Whom somebody cares for now: the people of the cases assigned to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from clients.models import Assignment, CaseMember
from counselling import db

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


def clients_of(actor: Actor) -> list[UUID]:
    """Give the clients in the cases that the actor is assigned to now: one question."""
    at = db.now()
    running = Assignment.objects.filter(person_id=actor.id, since__lte=at).filter(
        Q(until=None) | Q(until__gt=at)
    )
    present = CaseMember.objects.filter(until=None, case_id__in=running.values("case_id"))
    return list(present.values_list("client_id", flat=True).distinct())
