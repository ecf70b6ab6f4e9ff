"""Read a safety plan, make a card of it, and say whether the client has it in their space."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
import clients.actions
from counselling import vault
from counselling.access import Permission, require, require_two_secrets
from counselling.accounts.actions import allowances
from counselling.db import now
from counselling.errors import Invalid, NotThere
from records.actions.members import (
    about_member,
    require_member,
    require_reading,
    require_writing,
)
from records.domain.plans import (
    PLAN_GIVEN,
    PLAN_OPENED,
    PLAN_PRINTED,
    PLAN_TAKEN_BACK,
    SECTION_WORDS,
    Content,
    Section,
    content_of,
    lines_of,
)
from records.models import Plan, PlanGiving
from records.queries.plans import plan_given

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class PlanShown:
    """One version of a plan, opened; `name` is the client's, where a page of staff's needs it."""

    id: UUID
    case: UUID
    client: UUID
    author: UUID
    number: int
    signed_at: datetime.datetime
    content: Content = dataclasses.field(repr=False)
    name: str = dataclasses.field(default="", repr=False)

    @property
    def sections(self) -> list[tuple[str, tuple[str, ...]]]:
        """Give what was filled in: a heading and its lines, in the order in which they help."""
        found = ((SECTION_WORDS[one], lines_of(self.content[one])) for one in Section)
        return [(heading, lines) for heading, lines in found if lines]


def open_current_plan(
    *, actor: Actor, case_id: UUID, client_id: UUID, purpose: str = "care"
) -> tuple[PlanShown | None, str]:
    """Open the newest version of a client's plan in a case, if there is one, and their name.

    Raises NotThere for a case that is hidden or none, and for somebody who is not in it.
    """
    require(actor, Permission.READ_NOTE)
    require_member(case_id, client_id)
    require_reading(case_id)
    found = Plan.objects.filter(case_id=case_id, client_id=client_id)
    newest = found.order_by("-number").first()
    if newest is not None:
        shown = _opened(actor, newest, PLAN_OPENED, purpose)
        return shown, shown.name
    names = clients.actions.names_for(actor=actor, client_ids=[client_id], purpose="safety plan")
    return None, names.get(client_id, "")


def open_plan(*, actor: Actor, plan_id: UUID, purpose: str = "care") -> PlanShown:
    """Open one version; raises NotThere for one that is hidden or none."""
    require(actor, Permission.READ_NOTE)
    return _opened(actor, _plan(plan_id), PLAN_OPENED, purpose)


def print_plan(*, actor: Actor, plan_id: UUID) -> PlanShown:
    """Open one version to lay it out as a card to take along; raises NotThere, TooOften."""
    require(actor, Permission.READ_NOTE)
    allowances.spend(actor, allowances.DOCUMENTS)
    return _opened(actor, _plan(plan_id), PLAN_PRINTED, "a card to take along")


def give_plan(*, actor: Actor, plan_id: UUID) -> None:
    """Show the client the newest version in their space; what they had before is gone from there.

    Raises NotThere, Refused for who only reads the case, Invalid for a version that is not newest.
    """
    require(actor, Permission.WRITE_NOTE)
    plan = _plan(plan_id)
    require_writing(plan.case_id)
    newer = Plan.objects.filter(
        case_id=plan.case_id, client_id=plan.client_id, number__gt=plan.number
    )
    if newer.exists():
        raise Invalid("There is a newer version. Show that one.")
    _word(actor, plan, shown=True)


def take_plan_back(*, actor: Actor, plan_id: UUID) -> None:
    """Take the plan out of the client's space; raises NotThere, Refused."""
    require(actor, Permission.WRITE_NOTE)
    plan = _plan(plan_id)
    require_writing(plan.case_id)
    _word(actor, plan, shown=False)


def open_own_plan(*, actor: Actor) -> list[PlanShown]:
    """Open what the client has in their space, the newest first; empty if nothing was given."""
    require(actor, Permission.SEE_OWN_FILE)
    require_two_secrets(actor)
    plans = list(Plan.objects.order_by("-signed_at"))
    return _own(actor, plans, PLAN_OPENED) if plans else []


def print_own_plan(*, actor: Actor, plan_id: UUID) -> PlanShown:
    """Open one the client has, to lay it out as a card; raises NotThere, TooOften."""
    require(actor, Permission.SEE_OWN_FILE)
    require_two_secrets(actor)
    allowances.spend(actor, allowances.DOCUMENTS)
    (shown,) = _own(actor, [_plan(plan_id)], PLAN_PRINTED)
    return shown


def _own(actor: Actor, plans: list[Plan], kind: EventKind) -> list[PlanShown]:
    grant = audit.actions.record(
        actor=actor,
        kind=kind,
        client=plans[0].client_id,
        rows=[one.id for one in plans],
        relation="self",
    )
    return [_shown(one, grant) for one in plans]


def plans_under(grant: vault.Grant, client_id: UUID) -> list[PlanShown]:
    """Open a client's plans under a grant somebody has: the page's one event names the client.

    The newest version in each case the actor sees; the newest of them first.
    """
    found = Plan.objects.filter(client_id=client_id).order_by("case_id", "-number")
    plans = sorted(found.distinct("case_id"), key=lambda one: one.signed_at, reverse=True)
    return [_shown(one, grant) for one in plans]


def _plan(plan_id: UUID) -> Plan:
    found = Plan.objects.filter(id=plan_id).first()
    if found is None:
        raise NotThere("records_plan", plan_id)
    return found


def _opened(actor: Actor, plan: Plan, kind: EventKind, purpose: str) -> PlanShown:
    grant = audit.actions.record(
        actor=actor,
        kind=kind,
        about=("plan", plan.id),
        purpose=purpose,
        detail={"version": plan.number},
        **about_member(actor, plan.case_id, plan.client_id),
    )
    names = clients.actions.names_under(grant, [plan.client_id])
    return _shown(plan, grant, names)


def _shown(plan: Plan, grant: vault.Grant, names: Mapping[UUID, str] | None = None) -> PlanShown:
    return PlanShown(
        plan.id,
        plan.case_id,
        plan.client_id,
        plan.author_id,
        plan.number,
        plan.signed_at,
        content_of(vault.open_json(plan.content, grant)),
        (names or {}).get(plan.client_id, ""),
    )


def _word(actor: Actor, plan: Plan, *, shown: bool) -> None:
    """Note that the client has this version from now on, or none; twice the same is said once."""
    given = plan_given(plan.case_id, plan.client_id)
    if (given is not None and given.plan == plan.id) if shown else given is None:
        return
    row = PlanGiving(
        plan_id=plan.id,
        case_id=plan.case_id,
        client_id=plan.client_id,
        by_id=actor.id,
        shown=shown,
        at=now(),
    )
    row.save(force_insert=True)
    audit.actions.record(
        actor=actor,
        kind=PLAN_GIVEN if shown else PLAN_TAKEN_BACK,
        about=("plan", plan.id),
        rows=[row.id],
        detail={"version": plan.number},
        **about_member(actor, plan.case_id, plan.client_id),
    )
