"""Who stands how to whom: the word that goes into events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clients.access import is_guardian
from clients.models import Assignment
from clients.queries.cases import assignment_row_of, parts_of
from clients.queries.cover import stands_in
from counselling import db
from counselling.access import Actor, ActorKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from clients.queries.cases import AssignmentRow, CaseRow


ASSIGNED: Final = "assigned"
COVER: Final = "cover"
EMERGENCY: Final = "emergency"
OFFERED: Final = "offered"
SUPERVISION: Final = "supervision"
SELF: Final = "self"
INTAKE: Final = "intake"
GUARDIAN: Final = "guardian"
_STANDING_IN: Final = frozenset({Role.COUNSELLOR, Role.TRAINEE})
_BY_ROLE: Final = (
    (Role.FRONT_DESK, "front desk"),
    (Role.PRIVACY_OFFICER, "privacy officer"),
    (Role.SUPERVISOR, SUPERVISION),
)


def relation(actor: Actor, case_id: UUID) -> str:
    """Say in a word why the actor may see a case, for events; "" if there is no reason."""
    found = Assignment.objects.filter(case_id=case_id, person_id=actor.id)
    return _asked(actor, found, [case_id])


def relation_in(actor: Actor, case: CaseRow) -> str:
    """Say the same of a case that was fetched with its assignments."""
    own = [one for one in case.assignments if one.person == actor.id]
    return _relation(actor, own, [case.id])


def relation_to_all(actor: Actor, cases: Iterable[UUID]) -> str:
    """Say the same of several cases; "" if it is not the same for all."""
    ids = set(cases)
    mine: dict[UUID, list[AssignmentRow]] = {one: [] for one in ids}
    for one in Assignment.objects.filter(case_id__in=ids, person_id=actor.id):
        mine[one.case_id].append(assignment_row_of(one))
    words = {_relation(actor, rows, [case]) for case, rows in mine.items()}
    return words.pop() if len(words) == 1 else ""


def relation_to_client(actor: Actor, client_id: UUID) -> str:
    """Say in a word why the actor may see a client, for events; "" if there is no reason."""
    cases = parts_of(client_id).values_list("case_id", flat=True)
    found = Assignment.objects.filter(case_id__in=cases, person_id=actor.id)
    return _asked(actor, found, cases)


def _asked(actor: Actor, assignments: QuerySet[Assignment], cases: Iterable[UUID]) -> str:
    """Ask only where the answer matters."""
    staff = actor.kind is ActorKind.STAFF
    rows = [assignment_row_of(one) for one in assignments] if staff else []
    return _relation(actor, rows, cases)


def _relation(actor: Actor, assignments: Sequence[AssignmentRow], cases: Iterable[UUID]) -> str:
    if actor.kind is not ActorKind.STAFF:
        return _from_outside(actor)
    if db.emergency() is not None:
        return EMERGENCY
    at = db.now()
    if any(one.running(at) for one in assignments):
        return ASSIGNED
    if actor.roles & _STANDING_IN and stands_in(actor.id, cases):
        return COVER
    if any(one.offered for one in assignments):
        return OFFERED
    return next((word for role, word in _BY_ROLE if role in actor.roles), INTAKE)


def _from_outside(actor: Actor) -> str:
    if is_guardian(actor):
        return GUARDIAN
    return SELF if actor.kind in {ActorKind.CLIENT, ActorKind.LINK} else actor.kind.value
