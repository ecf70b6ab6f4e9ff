"""Whom an event about a case concerns, and by which right the actor acts there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from clients import queries as clients
from counselling import vault

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import Model

    from counselling.access import Actor


class About(TypedDict):
    """The part of an event that says whom it concerns."""

    client: UUID | None
    clients: list[UUID]
    case: UUID
    relation: str


def about_case(actor: Actor, case: UUID) -> About:
    """Name the one client of a case, or all of them, and the relation that allows the act."""
    members = list(clients.members(case))
    return {
        "client": members[0] if len(members) == 1 else None,
        "clients": members if len(members) > 1 else [],
        "case": case,
        "relation": clients.relation(actor, case),
    }


def people_of(about: About) -> list[UUID]:
    """Give the clients an event concerns, one or several."""
    return about["clients"] or ([about["client"]] if about["client"] else [])


def stored(row: Model, *columns: str) -> dict[str, str]:
    """Name each sealed value of a saved row with the hash of what was stored."""
    table = row._meta.db_table
    return {f"{table}/{row.pk}/{name}": vault.fingerprint(row, name) for name in columns}
