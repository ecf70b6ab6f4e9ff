"""A second person who does not come in time is written to, and so is the next role: once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import audit.actions
from consent.actions._gated import written
from consent.domain import basis_events as events
from consent.models import BasisOverdue
from consent.queries.bases import basis_row
from counselling import db
from counselling.access import Permission, Role, require
from counselling.accounts import actions as accounts
from counselling.accounts import queries as people

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

# neutral: that something has waited too long, and no name
LETTER: Final = "emergency_overdue"


def press_basis(*, actor: Actor, basis_id: UUID) -> bool:
    """Write to who could decide about a basis, and to who finds somebody else; True if it was due.

    Runs as often as it likes: there is one row for each basis.
    """
    require(actor, Permission.RUN_JOB)
    row = basis_row(basis_id)
    if not row.overdue or BasisOverdue.objects.filter(basis_id=basis_id).exists():
        return False
    written(BasisOverdue(basis_id=basis_id, client_id=row.client, at=db.now()))
    asked = _who_could(row.by) - {row.by}
    accounts.write_to_colleagues(actor=actor, people=asked, letter=LETTER)
    audit.actions.record(
        actor=actor,
        kind=events.BASIS_PRESSED,
        client=row.client,
        case=row.case,
        about=("consent_legal_basis", basis_id),
        detail={"told": len(asked)},
    )
    return True


def _who_could(stated_by: UUID) -> set[UUID]:
    """Give who supervises who stated it, the privacy officers, and who looks after the staff."""
    roles = {Role.PRIVACY_OFFICER, Role.ADMINISTRATOR}
    over = {one.id for one in people.staff() if one.is_active and roles & set(one.roles)}
    return over | {one.id for one in people.supervisors_of(stated_by)}
