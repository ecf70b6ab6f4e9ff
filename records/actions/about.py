"""Whom an event about a case concerns, and by which right the actor acts there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

from clients import queries as clients
from counselling import vault
from records import queries

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import Model

    from clients.queries import CaseRow
    from counselling.access import Actor
    from records.queries import LeftNote


# who has left the case, and finishes what they had not signed
FINISHING: Final = "finishing"


class About(TypedDict):
    """The part of an event that says whom it concerns."""

    client: UUID | None
    clients: list[UUID]
    case: UUID
    relation: str


def about_case(actor: Actor, case: UUID) -> About:
    """Name the one client of a case, or all of them, and the relation that allows the act."""
    found = clients.members(case)
    if not found and (left := queries.left_cases().get(case)):
        return _about(case, list(left.clients), FINISHING)
    return _about(case, found, clients.relation(actor, case))


def about_note(actor: Actor, note: UUID, case: UUID) -> About:
    """Name the same of a note, also where it only waits for a judgement and its case is hidden."""
    if not clients.members(case) and (left := queries.left_notes().get(note)):
        return about_left(left)
    return about_case(actor, case)


def about_left(left: LeftNote) -> About:
    """Name the same of such a note: by who supervises its author, or by the author who answers."""
    return _about(left.id, list(left.clients), FINISHING if left.own else clients.SUPERVISION)


def about_row(actor: Actor, case: CaseRow) -> About:
    """Name the same of a case that was fetched with its members and assignments."""
    return _about(case.id, list(case.present), clients.relation_in(actor, case))


def _about(case: UUID, members: list[UUID], relation: str) -> About:
    return {
        "client": members[0] if len(members) == 1 else None,
        "clients": members if len(members) > 1 else [],
        "case": case,
        "relation": relation,
    }


def people_of(about: About) -> list[UUID]:
    """Give the clients an event concerns, one or several."""
    return about["clients"] or ([about["client"]] if about["client"] else [])


def stored(row: Model, *columns: str) -> dict[str, str]:
    """Name each sealed value of a saved row with the hash of what was stored."""
    table = row._meta.db_table
    return {f"{table}/{row.pk}/{name}": vault.fingerprint(row, name) for name in columns}
