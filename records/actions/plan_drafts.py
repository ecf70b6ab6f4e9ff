"""Write a safety plan: go on with its sealed draft, save what was typed, sign a version."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

import audit.actions
import clients.actions
from counselling import vault
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Stale
from records.actions.about import stored
from records.actions.beginning import keep_first
from records.actions.members import about_member, require_member, require_writing
from records.actions.plans import give_plan
from records.domain import AUTOSAVE_EVENT_EVERY
from records.domain.plans import (
    PLAN_BEGUN,
    PLAN_DRAFT_OPENED,
    PLAN_SAVED,
    PLAN_SIGNED,
    TOO_LONG,
    Content,
    content_of,
    is_empty,
    too_long,
)
from records.models import Plan, PlanDraft

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class PlanDraftPage:
    """What stands in the editor of a plan: the draft, or the newest version to go on from."""

    case: UUID
    client: UUID
    name: str = dataclasses.field(repr=False)
    content: Content = dataclasses.field(repr=False)
    # of the draft; 0 while there is none
    version: int
    # the newest signed version
    newest: int
    saved_at: datetime.datetime | None
    by: UUID | None


@dataclasses.dataclass(frozen=True, slots=True)
class TypedPlan:
    """What was typed, on which page, and which signed version was known there."""

    content: Content = dataclasses.field(repr=False)
    follows: int = 0
    tab: str = ""


def open_plan_draft(
    *, actor: Actor, case_id: UUID, client_id: UUID, purpose: str = "writing"
) -> PlanDraftPage:
    """Open what is being written; where nothing is, the newest version to go on from.

    Raises NotThere for a case that is hidden or somebody not in it, Refused for who only reads it.
    """
    require(actor, Permission.WRITE_NOTE)
    require_member(case_id, client_id)
    require_writing(case_id)
    draft, newest = _draft(case_id, client_id), _newest(case_id, client_id)
    grant = audit.actions.record(
        actor=actor,
        kind=PLAN_DRAFT_OPENED,
        about=None if draft is None else ("plan_draft", draft.id),
        rows=[] if newest is None else [newest.id],
        purpose=purpose,
        **about_member(actor, case_id, client_id),
    )
    stands = draft or newest
    content = {} if stands is None else vault.open_json(stands.content, grant)
    return PlanDraftPage(
        case_id,
        client_id,
        clients.actions.names_under(grant, [client_id]).get(client_id, ""),
        content_of(content),
        0 if draft is None else draft.version,
        0 if newest is None else newest.number,
        None if draft is None else draft.saved_at,
        None if draft is None else draft.by_id,
    )


def save_plan_draft(
    *,
    actor: Actor,
    case_id: UUID,
    client_id: UUID,
    version: int,
    typed: TypedPlan,
    leaving: bool = False,
) -> tuple[int, datetime.datetime]:
    """Seal what was typed; gives the new version of the draft and the instant it is safe from.

    Leaves an event when begun, then at most once a minute, and on leaving. Raises what
    open_plan_draft raises, Stale when another page saved since `version`, Invalid when too long.
    """
    require(actor, Permission.WRITE_NOTE)
    if (section := too_long(typed.content)) is not None:
        raise Invalid(TOO_LONG, str(section))
    require_member(case_id, client_id)
    require_writing(case_id)
    draft = _draft(case_id, client_id, lock=True)
    if not _follows(draft, version, typed.tab):
        raise Stale
    if draft is None:
        return _begin(actor, case_id, client_id, typed)
    _write(actor, draft, typed)
    # `abs`: a clock that went back must not silence the log until it has caught up
    if leaving or abs(draft.saved_at - draft.event_at) >= AUTOSAVE_EVENT_EVERY:
        draft.event_at = draft.saved_at
        draft.save(update_fields=["event_at"])
        _record(actor, draft, PLAN_SAVED)
    return draft.version, draft.saved_at


def sign_plan(
    *, actor: Actor, case_id: UUID, client_id: UUID, version: int, give: bool = False
) -> UUID:
    """Make the draft the newest version, for ever; with `give` the client has it from now on.

    Raises NotThere without a draft, Stale when it was saved since `version` or a colleague signed
    a version meanwhile, Invalid when there is no word in it.
    """
    require(actor, Permission.WRITE_NOTE)
    require_member(case_id, client_id)
    require_writing(case_id)
    draft = _draft(case_id, client_id, lock=True)
    if draft is None:
        raise NotThere("records_plan_draft")
    newest = _newest(case_id, client_id)
    number = 0 if newest is None else newest.number
    if draft.version != version or draft.follows != number:
        raise Stale
    plan = _sign(actor, draft, number + 1)
    if give:
        give_plan(actor=actor, plan_id=plan.id)
    return plan.id


def _sign(actor: Actor, draft: PlanDraft, number: int) -> Plan:
    grant = audit.actions.record(
        actor=actor,
        kind=PLAN_DRAFT_OPENED,
        about=("plan_draft", draft.id),
        purpose="signing",
        **about_member(actor, draft.case_id, draft.client_id),
    )
    content = content_of(vault.open_json(draft.content, grant))
    if is_empty(content):
        raise Invalid("The plan is empty. Write at least one step before you sign.", "signs")
    plan = Plan(
        case_id=draft.case_id,
        client_id=draft.client_id,
        author_id=actor.id,
        number=number,
        content=content,
        signed_at=now(),
    )
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError:
        # a colleague signed at the same moment
        raise Stale from None
    draft.delete()
    audit.actions.record(
        actor=actor,
        kind=PLAN_SIGNED,
        about=("plan", plan.id),
        sealed=stored(plan, "content"),
        detail={"version": number},
        **about_member(actor, plan.case_id, plan.client_id),
    )
    return plan


def _draft(case_id: UUID, client_id: UUID, *, lock: bool = False) -> PlanDraft | None:
    found = PlanDraft.objects.filter(case_id=case_id, client_id=client_id)
    return (found.select_for_update() if lock else found).first()


def _newest(case_id: UUID, client_id: UUID) -> Plan | None:
    return Plan.objects.filter(case_id=case_id, client_id=client_id).order_by("-number").first()


def _follows(draft: PlanDraft | None, version: int, tab: str) -> bool:
    """Say whether a save follows on what is stored, or comes from the page that stored it."""
    if draft is None:
        return version == 0
    return draft.version == version or bool(tab and draft.tab == tab)


def _begin(
    actor: Actor, case_id: UUID, client_id: UUID, typed: TypedPlan
) -> tuple[int, datetime.datetime]:
    at = now()
    draft = PlanDraft(
        case_id=case_id,
        client_id=client_id,
        by_id=actor.id,
        content=typed.content,
        follows=typed.follows,
        tab=typed.tab,
        begun_at=at,
        saved_at=at,
        event_at=at,
    )
    keep_first(draft)
    _record(actor, draft, PLAN_BEGUN)
    return draft.version, at


def _write(actor: Actor, draft: PlanDraft, typed: TypedPlan) -> None:
    draft.content = typed.content
    draft.follows = typed.follows
    draft.tab = typed.tab
    draft.by_id = actor.id
    draft.version += 1
    draft.saved_at = now()
    draft.save(update_fields=["content", "follows", "tab", "by", "version", "saved_at"])


def _record(actor: Actor, draft: PlanDraft, kind: EventKind) -> None:
    audit.actions.record(
        actor=actor,
        kind=kind,
        about=("plan_draft", draft.id),
        sealed=stored(draft, "content"),
        **about_member(actor, draft.case_id, draft.client_id),
    )
