"""Tell a person, not only a log, when something stored is not what was sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
from counselling import vault
from counselling.access import Permission, Role, require
from counselling.accounts import domain, queries
from counselling.accounts.actions import mail

if TYPE_CHECKING:
    from counselling.access import Actor


def alert_privacy_officers(*, actor: Actor, code: str) -> None:
    """Write to every privacy officer that the log holds something they must look at (BR-03)."""
    require(actor, Permission.RUN_JOB)
    officers = [
        one.id for one in queries.staff() if one.is_active and Role.PRIVACY_OFFICER in one.roles
    ]
    grant = audit.actions.record(
        actor=actor,
        kind=domain.ALERTED,
        rows=officers,
        holders=[vault.holders.staff(one) for one in officers],
        reason=code,
    )
    for one in officers:
        mail.tell(grant, one, "alert")
