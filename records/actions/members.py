"""Whom an event about one member of a case concerns: them, and nobody else in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from clients import queries as clients
from counselling.errors import NotThere, Refused
from records.queries.writing import readable_cases, writes_in

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


class AboutMember(TypedDict):
    """The part of an event that says whom it concerns."""

    client: UUID
    case: UUID
    relation: str


def about_member(actor: Actor, case_id: UUID, client_id: UUID) -> AboutMember:
    """Name one client of a case, and the relation that allows the act."""
    return {
        "client": client_id,
        "case": case_id,
        "relation": clients.relation(actor, case_id),
    }


def require_member(case_id: UUID, client_id: UUID) -> None:
    """Raise NotThere for a case that is hidden or none, and for a client who is not in it."""
    if client_id not in clients.case_row(case_id).present:
        raise NotThere("clients_client", client_id)


def require_reading(case_id: UUID) -> None:
    """Raise NotThere for a case whose record is hidden, though the case itself may be seen."""
    if case_id not in readable_cases():
        raise NotThere("clients_case", case_id)


def require_writing(case_id: UUID) -> None:
    """Raise Refused for a case the actor reads and does not write in."""
    if not writes_in(case_id):
        raise Refused("not-assigned", "This case is not assigned to you.", case=case_id)
