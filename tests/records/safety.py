"""What the stories of safety have in common: a plan signed, a danger written down."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import records.actions
from counselling.db import as_actor
from records.actions import DangerFacts, TypedPlan, WasTold
from records.domain.dangers import AdditionKind, Endangered
from records.domain.plans import content_of

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

SOON = datetime.timedelta(days=5)


def type_plan(
    actor: Actor,
    case: UUID,
    client: UUID,
    version: int = 0,
    *,
    follows: int = 0,
    tab: str = "",
    **said: str,
) -> int:
    """Save the draft of a plan; gives its version."""
    typed = TypedPlan(content_of(said or {"signs": "I stop answering."}), follows, tab)
    with as_actor(actor):
        return records.actions.save_plan_draft(
            actor=actor, case_id=case, client_id=client, version=version, typed=typed
        )[0]


def signed_plan(
    actor: Actor, case: UUID, client: UUID, *, follows: int = 0, give: bool = False, **said: str
) -> UUID:
    """Write a plan and sign it; gives the id of the version."""
    version = type_plan(actor, case, client, follows=follows, **said)
    with as_actor(actor):
        return records.actions.sign_plan(
            actor=actor, case_id=case, client_id=client, version=version, give=give
        )


def recorded_danger(
    actor: Actor,
    case: UUID,
    client: UUID,
    *,
    threat: str = "She has counted the pills and named tonight.",
    consulted: str = "Vera Lindqvist by telephone, 14:05: do not leave her alone.",
    whom: str = "Dr Eva Stone, on call",
    what: str = "That she is in danger tonight, and where she is.",
    later: datetime.timedelta | None = SOON,
) -> UUID:
    """Write a danger down; the client is told `later`, or knows already."""
    with as_actor(actor) as at:
        facts = DangerFacts(
            Endangered.CLIENT, threat, consulted, [WasTold(whom, what, at)], later and at + later
        )
        return records.actions.record_danger(
            actor=actor, case_id=case, client_id=client, facts=facts
        )


def added(
    actor: Actor,
    danger: UUID,
    kind: AdditionKind,
    text: str = "By telephone, at five.",
    *,
    whom: str = "",
    later: datetime.timedelta | None = None,
) -> UUID:
    """Put something under a record."""
    with as_actor(actor) as at:
        return records.actions.add_to_danger(
            actor=actor,
            danger_id=danger,
            kind=kind,
            text=text,
            whom=whom,
            until=later and at + later,
        )
