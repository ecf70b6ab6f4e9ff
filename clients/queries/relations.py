"""Who stands how to whom: the word that goes into events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clients.models import Assignment
from clients.queries.cases import assignment_row_of, parts_of
from counselling import db
from counselling.access import Actor, ActorKind, Role

if TYPE_CHECKING:
    from uuid import UUID


ASSIGNED: Final = "assigned"
OFFERED: Final = "offered"
SUPERVISION: Final = "supervision"
SELF: Final = "self"
INTAKE: Final = "intake"
_BY_ROLE: Final = (
    (Role.FRONT_DESK, "front desk"),
    (Role.PRIVACY_OFFICER, "privacy officer"),
    (Role.SUPERVISOR, SUPERVISION),
)


def relation(actor: Actor, case_id: UUID) -> str:
    """Say in a word why the actor may see a case, for events; "" if there is no reason."""
    return _relation(actor, Assignment.objects.filter(case_id=case_id, person_id=actor.id))


def relation_to_client(actor: Actor, client_id: UUID) -> str:
    """Say in a word why the actor may see a client, for events; "" if there is no reason."""
    cases = parts_of(client_id).values("case_id")
    return _relation(actor, Assignment.objects.filter(case_id__in=cases, person_id=actor.id))


def _relation(actor: Actor, assignments: object) -> str:
    if actor.kind is not ActorKind.STAFF:
        return SELF if actor.kind in {ActorKind.CLIENT, ActorKind.LINK} else actor.kind.value
    at = db.now()
    rows = [assignment_row_of(one) for one in assignments]  # type: ignore[attr-defined]  # not in the stubs
    if any(one.running(at) for one in rows):
        return ASSIGNED
    if any(one.offered for one in rows):
        return OFFERED
    return next((word for role, word in _BY_ROLE if role in actor.roles), INTAKE)
