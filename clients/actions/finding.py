"""Find people by name or reference: one event, which holds whom somebody saw, never what for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
from clients import queries
from clients.actions.naming import name_token
from clients.actions.opening import names_under
from clients.domain import events
from clients.domain.naming import looked_for
from counselling.access import Permission, require
from counselling.accounts.actions import allowances

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from clients.queries import CaseRow
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class People:
    """The cases that were found with the names of those in them; `more` if there are others."""

    cases: tuple[CaseRow, ...]
    names: Mapping[UUID, str] = dataclasses.field(repr=False)
    more: bool


def find_people(*, actor: Actor, typed: str) -> People:
    """Find cases by a reference, or by the beginnings of somebody's names.

    What the actor may not see is not found. Raises TooOften for who tries name after name.
    """
    require(actor, Permission.SEE_CONTACT)
    allowances.spend(actor, allowances.NAMES)
    by_reference = queries.caseload(actor, reference=typed).rows
    by_name = queries.cases_named({name_token(one) for one in looked_for(typed)})
    cases = tuple({row.id: row for row in (*by_reference, *by_name.rows)}.values())
    people = {one for row in cases for one in row.present}
    grant = audit.actions.record(
        actor=actor,
        kind=events.PEOPLE_SEARCHED,
        clients=people,
        purpose="search",
        relation=queries.relation_to_all(actor, [row.id for row in cases]),
        detail={"cases": len(cases)},
    )
    return People(cases, names_under(grant, people) if people else {}, by_name.more)
