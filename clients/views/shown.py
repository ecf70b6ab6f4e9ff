"""How cases look on pages: names, words and chips put to rows."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from clients import actions
from clients.access import may_use_emergency
from clients.domain import KIND_WORDS, WORDS, CaseState
from counselling import db
from counselling.access import Permission, actor_of
from counselling.accounts import queries as people

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.http import HttpRequest

    from clients.queries import AssignmentRow, CaseRow
    from counselling.access import Actor

CHIPS: Final[Mapping[CaseState, str]] = {
    CaseState.ENQUIRY: "wait",
    CaseState.WAITING: "wait",
    CaseState.OPEN: "yes",
    CaseState.PAUSED: "no",
    CaseState.CLOSED: "no",
}


@dataclasses.dataclass(frozen=True, slots=True)
class ShownCase:
    """A case with the names a page needs."""

    row: CaseRow
    kind: str
    state: str
    chip: str
    members: tuple[tuple[UUID, str], ...]
    people: tuple[str, ...]
    waits_for: tuple[str, ...]
    my_offer: AssignmentRow | None


def offered(actor: Actor) -> dict[str, bool]:
    """Say what the list of cases offers somebody besides its cases."""
    return {
        "may_hand_over": actor.may(Permission.ARRANGE_COVER),
        "may_take_in": actor.may(Permission.TAKE_IN_CLIENT),
        "may_use_emergency": may_use_emergency(actor),
    }


def shown(request: HttpRequest, rows: Sequence[CaseRow], purpose: str) -> list[ShownCase]:
    """Put names to cases: one event for all clients, one question for all staff but oneself."""
    actor = actor_of(request)
    clients = {one for row in rows for one in row.present}
    names = actions.names_for(actor=actor, client_ids=clients, purpose=purpose)
    return shown_with(request, rows, names)


def shown_with(
    request: HttpRequest, rows: Sequence[CaseRow], names: Mapping[UUID, str]
) -> list[ShownCase]:
    """Put names that are open already to cases."""
    actor = actor_of(request)
    staff = people.names_before(request, {one.person for row in rows for one in row.assignments})
    return [_shown(actor, row, names, staff) for row in rows]


def _shown(
    actor: Actor, row: CaseRow, names: Mapping[UUID, str], staff: Mapping[UUID, str]
) -> ShownCase:
    return ShownCase(
        row=row,
        kind=KIND_WORDS[row.kind],
        state=WORDS[row.state],
        chip=CHIPS[row.state],
        members=tuple((one, names[one]) for one in row.present if one in names),
        people=tuple(staff.get(one, "") for one in row.assigned(db.now())),
        waits_for=tuple(staff.get(one.person, "") for one in row.assignments if one.offered),
        my_offer=row.offer_to(actor.id),
    )
