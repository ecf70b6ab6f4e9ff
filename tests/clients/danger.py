"""What stories of cover and of emergencies have in common."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from clients import actions, queries
from clients.domain.emergency import Reason
from counselling.db import as_actor
from tests.people import fresh
from tests.raw import superuser

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

SENTENCE = "Her sister rang: she has said goodbye to everybody."


def begin_emergency(actor: Actor, client: UUID, *, sentence: str = SENTENCE) -> UUID:
    """Begin an hour with somebody's file, by their reference."""
    with superuser() as root:
        row = root.execute(
            "SELECT reference FROM clients_client WHERE id = %s", [client]
        ).fetchone()
    assert row is not None
    who = fresh(actor)
    with as_actor(who):
        made = actions.open_in_emergency(
            actor=who, reason=Reason.SELF_HARM, sentence=sentence, reference=row[0]
        )
    assert made is not None
    return made


def hours_pass(access: UUID, hours: float) -> None:
    """Let an access have begun so much earlier, past every trigger."""
    back = datetime.timedelta(hours=hours)
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        root.execute(
            "UPDATE clients_emergencyaccess SET began_at = began_at - %(back)s, "
            "ends_at = ends_at - %(back)s, told_at = told_at - %(back)s WHERE id = %(id)s",
            {"back": back, "id": access},
        )


def handed_over(world: World, *, days: int = 7) -> UUID:
    """Let Sam stand in for Dana in Mara's case, from now."""
    with as_actor(world.dana) as at:
        (made,) = actions.hand_over(
            actor=world.dana,
            case_ids=[world.mara_case],
            person_id=world.sam.id,
            since=at,
            until=at + datetime.timedelta(days=days),
        )
    return made


def case_seen(actor: Actor, case: UUID) -> bool:
    """Say whether a case is there for somebody."""
    with as_actor(actor):
        return case in queries.cases_by_id([case])
