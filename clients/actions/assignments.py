"""Offer a case, accept or decline it, give it back: nobody is given a case without their word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

import audit.actions
from clients import queries
from clients.actions.cases import all_or_told, moved, to_change
from clients.domain import events
from clients.domain.cases import BEFORE_CARE, Capacity, CaseState
from clients.models import Assignment
from counselling import db
from counselling.access import Permission, Role, require
from counselling.accounts import queries as people
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor


def offer_assignment(*, actor: Actor, case_id: UUID, person_id: UUID) -> UUID:
    """Offer a case to a counsellor or trainee, in that capacity.

    To oneself only what one took in oneself: the database refuses anything else.
    """
    require(actor, Permission.OFFER_ASSIGNMENT)
    case = to_change(case_id)
    if case.state == CaseState.CLOSED.value:
        raise Invalid("This case is closed. Start a new one.")
    capacity = _capacity(person_id)
    running = Assignment.objects.filter(case_id=case_id, person_id=person_id)
    if running.filter(until=None, declined_at=None).exists():
        raise Invalid("This case has been offered to them already.", "person")
    if not _may_offer(case_id, person_id, capacity):
        message = "You cannot offer this case to this person. Ask the front desk to."
        raise Refused("not-yours-to-offer", message, case=case_id)
    made = Assignment.objects.create(
        case_id=case_id,
        person_id=person_id,
        capacity=capacity.value,
        offered_by_id=actor.id,
        offered_at=db.now(),
    )
    _record(actor, events.ASSIGNMENT_OFFERED, made, {"own intake": person_id == actor.id})
    return made.pk


def _capacity(person_id: UUID) -> Capacity:
    """Say as what somebody may be assigned; a trainee's notes wait for a supervisor."""
    found = people.people([person_id]).get(person_id)
    roles = found.roles if found is not None and found.is_active else frozenset()
    if Role.COUNSELLOR in roles:
        return Capacity.COUNSELLOR
    if Role.TRAINEE in roles:
        return Capacity.TRAINEE
    raise Invalid("Choose a counsellor or a trainee.", "person")


def _may_offer(case_id: UUID, person_id: UUID, capacity: Capacity) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clients_may_offer(%s, %s, %s)", [case_id, person_id, capacity.value])
        return bool(cursor.fetchone()[0])


def accept_assignment(*, actor: Actor, assignment_id: UUID) -> UUID:
    """Accept a case that was offered; care begins, so an enquiry opens. Gives the case."""
    require(actor, Permission.ACCEPT_ASSIGNMENT)
    offer = _own_offer(actor, assignment_id)
    offer.accepted_at = offer.since = db.now()
    offer.save(update_fields=["accepted_at", "since"])
    case = to_change(offer.case_id)
    opens = CaseState(case.state) in BEFORE_CARE
    if opens:
        moved(actor, case, CaseState.OPEN)
    _record(actor, events.ASSIGNMENT_ACCEPTED, offer, {"opened": opens})
    return case.pk


def decline_assignment(*, actor: Actor, assignment_id: UUID) -> None:
    """Decline a case that was offered; no reason is asked, and it is out of sight at once."""
    require(actor, Permission.ACCEPT_ASSIGNMENT)
    offer = _own_offer(actor, assignment_id)
    _record(actor, events.ASSIGNMENT_DECLINED, offer, {})
    offer.declined_at = db.now()
    offer.save(update_fields=["declined_at"])


def _own_offer(actor: Actor, assignment_id: UUID) -> Assignment:
    offer = _locked(assignment_id)
    if offer.person_id != actor.id:
        message = "This case was offered to somebody else."
        raise Refused("offered-to-another", message, case=offer.case_id)
    if offer.accepted_at or offer.declined_at or offer.until:
        raise Invalid("This offer has been answered or taken back.")
    return offer


def end_assignment(*, actor: Actor, assignment_id: UUID) -> None:
    """End an assignment, or take back an offer: one's own, or as the front desk."""
    require(actor, Permission.MANAGE_CASES)
    found = _locked(assignment_id)
    if found.until or found.declined_at:
        raise Invalid("This assignment has already ended.")
    was = "accepted" if found.since else "offered"
    with all_or_told():
        _record(actor, events.ASSIGNMENT_ENDED, found, {"was": was})
        found.until = db.now()
        found.save(update_fields=["until"])


def _locked(assignment_id: UUID) -> Assignment:
    found = Assignment.objects.select_for_update().filter(pk=assignment_id).first()
    if found is not None:
        return found
    seen = Assignment.objects.filter(pk=assignment_id).values_list("case_id", flat=True).first()
    if seen is None:
        raise NotThere("clients_assignment", assignment_id)
    message = "This assignment is somebody else's."
    raise Refused("not-yours-to-change", message, case=seen)


def _record(
    actor: Actor,
    kind: EventKind,
    assignment: Assignment,
    detail: Mapping[str, str | int | bool | None],
) -> None:
    clients = queries.members(assignment.case_id)
    audit.actions.record(
        actor=actor,
        kind=kind,
        client=clients[0] if len(clients) == 1 else None,
        clients=clients,
        case=assignment.case_id,
        about=("clients_assignment", assignment.pk),
        relation=queries.relation(actor, assignment.case_id),
        detail={"person": str(assignment.person_id), "capacity": assignment.capacity, **detail},
    )
