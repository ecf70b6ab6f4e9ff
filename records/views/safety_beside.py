"""Whose safety plan stands beside the editor of a note, and whether one was signed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final
from uuid import UUID

from records import queries
from records.domain import Risk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from records.queries import PlanRow, SessionRow


_LEADS_TO: Final = {"plan": "records:plan-draft", "danger": "records:danger-new"}


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """Somebody in the case, and the newest version of their plan in it."""

    client: UUID
    name: str
    plan: PlanRow | None


def safety_of(case_id: UUID, names: Mapping[UUID, str]) -> list[Kept]:
    """Give everybody in the case with their plan, nothing of it opened."""
    plans = {one.client: one for one in queries.current_plans(names) if one.case == case_id}
    return [Kept(one, name, plans.get(one)) for one, name in names.items()]


def plan_is_missing(session: SessionRow, risk: str) -> bool:
    """Say whether a note says that the plan was updated, and no version was signed since."""
    if risk != Risk.PLAN_UPDATED:
        return False
    return not queries.plan_signed_since(session.case, session.starts_at)


def wanted_safety(request: HttpRequest, session: SessionRow) -> tuple[str, UUID, UUID] | None:
    """Give the page whose button was pressed beside the risk line, if one was."""
    name, _, typed = request.POST.get("act", "").partition("-")
    if name not in _LEADS_TO:
        return None
    try:
        return _LEADS_TO[name], session.case, UUID(typed)
    except ValueError:
        return None
