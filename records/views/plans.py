"""A client's safety plan: the page of it, its editor, its versions, and the card to take along."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import clients.queries
from counselling import db
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, Stale
from records import actions, queries
from records.forms import PlanForm
from records.views.cards import card_page, card_pdf

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from django.http import HttpRequest

    from counselling.access import Actor
    from records.actions import PlanDraftPage


@require_safe
def safety(request: HttpRequest, case_id: UUID, client_id: UUID) -> HttpResponse:
    """Show the newest plan, its versions, and that dangers to life were recorded."""
    actor = actor_of(request)
    plan, name = actions.open_current_plan(actor=actor, case_id=case_id, client_id=client_id)
    facts = {"plan": plan, "name": name} | _around(request, actor, case_id, client_id)
    return render(request, "records/safety.html", facts)


def _around(
    request: HttpRequest, actor: Actor, case_id: UUID, client_id: UUID
) -> dict[str, object]:
    versions = queries.plan_versions(case_id, client_id)
    given = queries.plan_given(case_id, client_id)
    draft = queries.plan_draft(case_id, client_id)
    dangers = queries.dangers_of(case_id, client_id)
    people = {one.author for one in versions} | {one.author for one in dangers}
    people |= {one.by for one in (given, draft) if one is not None}
    names = accounts.names_before(request, people)
    at = db.now()
    return {
        "case_id": case_id,
        "client_id": client_id,
        "versions": [(one, names.get(one.author, "")) for one in versions],
        "given": given,
        "given_by": names.get(given.by, "") if given else "",
        "draft": draft,
        "draft_by": names.get(draft.by, "") if draft else "",
        "dangers": [
            (one, names.get(one.author, ""), one.telling.due(at), one.telling.shown(at))
            for one in dangers
        ],
        "may_write": actor.may(Permission.WRITE_NOTE) and queries.writes_in(case_id),
        "has_portal": clients.queries.has_portal(client_id),
    }


@require_safe
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show one version as it was signed."""
    shown = actions.open_plan(actor=actor_of(request), plan_id=plan_id)
    author = accounts.names_before(request, {shown.author}).get(shown.author, "")
    newest = queries.plan_versions(shown.case, shown.client)[0]
    facts = {"plan": shown, "author": author, "newest": newest}
    return render(request, "records/plan.html", facts)


@require_safe
def card(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Lay the plan out as a card, to be printed."""
    shown = actions.print_plan(actor=actor_of(request), plan_id=plan_id)
    return card_page(request, shown, "records/card.html")


@require_safe
def card_file(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Give the card as a PDF whose name says nothing."""
    return card_pdf(actions.print_plan(actor=actor_of(request), plan_id=plan_id))


@require_POST
def giving(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show the client this version in their space, or take the plan out of it."""
    actor = actor_of(request)
    require(actor, Permission.WRITE_NOTE)
    row = queries.plan_row(plan_id)
    if request.POST.get("act") == "take":
        actions.take_plan_back(actor=actor, plan_id=plan_id)
        messages.success(request, "Taken out of their space. A card on paper stays with them.")
    else:
        try:
            actions.give_plan(actor=actor, plan_id=plan_id)
        except Invalid as wrong:
            messages.error(request, wrong.message)
        else:
            messages.success(request, "They find it in their space from now on.")
    return redirect("records:safety", row.case, row.client)


# -- the editor ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@once
def plan_draft(request: HttpRequest, case_id: UUID, client_id: UUID) -> HttpResponse:
    """Show the editor; save what is typed; sign a version."""
    actor = actor_of(request)
    require(actor, Permission.WRITE_NOTE)
    if request.method == "POST":
        return _posted(request, actor, case_id, client_id)
    page = actions.open_plan_draft(actor=actor, case_id=case_id, client_id=client_id)
    return _editor(request, PlanForm(initial=_stands(page)), page)


def _stands(page: PlanDraftPage) -> dict[str, object]:
    return page.content | {"version": page.version, "follows": page.newest, "tab": uuid4()}


def _posted(request: HttpRequest, actor: Actor, case_id: UUID, client_id: UUID) -> HttpResponse:
    form = PlanForm(request.POST)
    quiet = request.headers.get("Accept", "").startswith("application/json")
    if not form.is_valid():
        if quiet:
            return JsonResponse({"errors": form.errors}, status=422)
        return _again(request, actor, form, case_id, client_id)
    try:
        version, saved_at = _save(request, actor, form, case_id, client_id)
    except Stale:
        return _conflict(request, actor, form, case_id, client_id, quiet=quiet)
    if quiet:
        at = timezone.localtime(saved_at)
        return JsonResponse({"version": version, "saved_at": f"{at:%H:%M:%S}"})
    if request.POST.get("act") != "sign":
        return redirect("records:safety", case_id, client_id)
    return _sign(request, actor, form, case_id, client_id, version)


def _save(
    request: HttpRequest, actor: Actor, form: PlanForm, case_id: UUID, client_id: UUID
) -> tuple[int, datetime.datetime]:
    said = form.cleaned_data
    return actions.save_plan_draft(
        actor=actor,
        case_id=case_id,
        client_id=client_id,
        version=said["version"],
        typed=actions.TypedPlan(form.content, said["follows"], said["tab"]),
        leaving="act" in request.POST,
    )


def _sign(
    request: HttpRequest,
    actor: Actor,
    form: PlanForm,
    case_id: UUID,
    client_id: UUID,
    version: int,
) -> HttpResponse:
    if not form.check_complete():
        return _again(request, actor, form, case_id, client_id)
    try:
        actions.sign_plan(
            actor=actor,
            case_id=case_id,
            client_id=client_id,
            version=version,
            give=form.cleaned_data["give"],
        )
    except Stale:
        return _conflict(request, actor, form, case_id, client_id, quiet=False)
    messages.success(request, "Signed. This version stays as it is; a newer one can follow it.")
    return redirect("records:safety", case_id, client_id)


def _again(
    request: HttpRequest, actor: Actor, form: PlanForm, case_id: UUID, client_id: UUID
) -> HttpResponse:
    """Show what is wrong at its step; what was typed stays."""
    page = actions.open_plan_draft(actor=actor, case_id=case_id, client_id=client_id)
    _follow(request, form, page)
    return _editor(request, form, page, status=422)


def _conflict(
    request: HttpRequest,
    actor: Actor,
    form: PlanForm,
    case_id: UUID,
    client_id: UUID,
    *,
    quiet: bool,
) -> HttpResponse:
    """Show both texts: what is stored now, and what was typed here, which is kept."""
    if quiet:
        return JsonResponse({"conflict": True}, status=409)
    page = actions.open_plan_draft(
        actor=actor, case_id=case_id, client_id=client_id, purpose="two pages"
    )
    _follow(request, form, page)
    return _editor(request, form, page, status=409, other=page)


def _follow(request: HttpRequest, form: PlanForm, page: PlanDraftPage) -> None:
    """Let the typed words follow on what is stored now."""
    data = request.POST.copy()
    data["version"], data["follows"] = str(page.version), str(page.newest)
    data["tab"] = str(uuid4())
    form.data = data


def _editor(
    request: HttpRequest,
    form: PlanForm,
    page: PlanDraftPage,
    *,
    status: int = 200,
    other: PlanDraftPage | None = None,
) -> HttpResponse:
    facts = {
        "form": form,
        "page": page,
        "other": other,
        "sections": _sections(other) if other else [],
        "has_portal": clients.queries.has_portal(page.client),
        "by": accounts.names_before(request, {page.by}).get(page.by, "") if page.by else "",
    }
    return render(request, "records/plan_draft.html", facts, status=status)


def _sections(page: PlanDraftPage) -> list[tuple[str, str]]:
    return [(str(step.label), page.content[step.name]) for step in PlanForm().steps]
