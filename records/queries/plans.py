"""Which versions of a safety plan there are, and which of them the client has; opens nothing."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from counselling.errors import NotThere
from records.models import Plan, PlanDraft, PlanGiving

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class PlanRow:
    """One signed version."""

    id: UUID
    case: UUID
    client: UUID
    author: UUID
    number: int
    signed_at: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class PlanGiven:
    """The version a client has in their space, since when and from whom."""

    plan: UUID
    number: int
    by: UUID
    at: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class PlanDraftRow:
    """That a plan is being written: since when it was saved, by whom."""

    by: UUID
    saved_at: datetime.datetime


def plan_versions(case_id: UUID, client_id: UUID) -> list[PlanRow]:
    """Give every version of a client's plan in a case, the newest first."""
    found = Plan.objects.filter(case_id=case_id, client_id=client_id)
    return [_row(one) for one in found.order_by("-number").defer("content")]


def current_plans(client_ids: Iterable[UUID]) -> list[PlanRow]:
    """Give the newest version in each case of these clients that the actor sees."""
    found = Plan.objects.filter(client_id__in=list(client_ids)).defer("content")
    newest = found.order_by("client_id", "case_id", "-number").distinct("client_id", "case_id")
    return [_row(one) for one in newest]


def plan_row(plan_id: UUID) -> PlanRow:
    """Give one version; raises NotThere."""
    found = Plan.objects.filter(id=plan_id).defer("content").first()
    if found is None:
        raise NotThere("records_plan", plan_id)
    return _row(found)


def plan_draft(case_id: UUID, client_id: UUID) -> PlanDraftRow | None:
    """Say whether a plan is being written; only who writes in the case is told."""
    found = PlanDraft.objects.filter(case_id=case_id, client_id=client_id).defer("content").first()
    return None if found is None else PlanDraftRow(found.by_id, found.saved_at)


def plan_given(case_id: UUID, client_id: UUID) -> PlanGiven | None:
    """Give which version the client has, if one was shown to them and not taken back."""
    found = PlanGiving.objects.filter(case_id=case_id, client_id=client_id)
    newest = found.select_related("plan").defer("plan__content").order_by("-at", "-id").first()
    if newest is None or not newest.shown:
        return None
    return PlanGiven(newest.plan_id, newest.plan.number, newest.by_id, newest.at)


def plan_signed_since(case_id: UUID, since: datetime.datetime) -> bool:
    """Say whether a version of anybody's plan in a case was signed since an instant."""
    return Plan.objects.filter(case_id=case_id, signed_at__gte=since).exists()


def has_own_plan() -> bool:
    """Say whether the client who asks has a plan in their space; no row is theirs otherwise."""
    return Plan.objects.exists()


def _row(one: Plan) -> PlanRow:
    return PlanRow(one.id, one.case_id, one.client_id, one.author_id, one.number, one.signed_at)
