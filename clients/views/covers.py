"""Hand cases over for a while, see who stands in for whom, end it early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients import actions, forms, queries
from clients.views.shown import shown
from counselling import db
from counselling.access import Permission, Role, actor_of, require
from counselling.accounts import queries as people
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor
    from counselling.accounts.domain import Person

ASK = ["GET", "HEAD", "POST"]


@require_safe
def covers(request: HttpRequest) -> HttpResponse:
    """Show who stands in for whom, now or soon, as far as it concerns the actor."""
    actor = actor_of(request)
    require(actor, Permission.ARRANGE_COVER if _arranges(actor) else Permission.ACCEPT_ASSIGNMENT)
    rows = queries.covers(actor, [one.id for one in _supervised(actor)])
    cases = queries.cases_by_id({one.case for one in rows})
    names = people.names({one for row in rows for one in (row.owner, row.person)})
    at = db.now()
    lines = [
        {
            "row": row,
            "case": cases.get(row.case),
            "owner": names.get(row.owner, ""),
            "person": names.get(row.person, ""),
            "runs": row.since <= at,
            "mine": row.person == actor.id,
        }
        for row in rows
    ]
    context = {"lines": lines, "arranges": _arranges(actor)}
    return render(request, "clients/covers.html", context)


def _arranges(actor: Actor) -> bool:
    return actor.may(Permission.ARRANGE_COVER)


def _supervised(actor: Actor) -> list[Person]:
    return people.supervisees(actor) if Role.SUPERVISOR in actor.roles else []


@require_http_methods(ASK)
@once
def cover_new(request: HttpRequest) -> HttpResponse:
    """Choose cases, a colleague and days; a supervisor chooses first whose cases."""
    actor = actor_of(request)
    require(actor, Permission.ARRANGE_COVER)
    others = [one for one in _supervised(actor) if one.id != actor.id]
    owner = _owner(request, actor, others)
    form = _form(request, actor, owner) if owner is not None else None
    if form is not None and form.is_valid():
        try:
            made = _handed_over(actor, owner, form)
        except Invalid as no:
            form.add_error(no.field if no.field in form.fields else None, no.message)
        else:
            count = "One case is" if made == 1 else f"{made} cases are"
            messages.success(request, f"{count} handed over. Both of you are told.")
            return redirect("clients:covers")
    context = {
        "form": form,
        "owner": owner,
        "others": others,
        "own": Role.COUNSELLOR in actor.roles,
        "is_own": owner == actor.id,
        "owner_name": next((one.name for one in others if one.id == owner), ""),
        "back": reverse("clients:covers"),
    }
    return render(request, "clients/cover_new.html", context)


def _owner(request: HttpRequest, actor: Actor, others: list[Person]) -> UUID | None:
    """Say whose cases are handed over: one's own unless a supervisee is named."""
    named = request.GET.get("for", "")
    if not named:
        return actor.id if Role.COUNSELLOR in actor.roles else None
    found = next((one.id for one in others if str(one.id) == named), None)
    if found is None and named != str(actor.id):
        raise NotThere("accounts_account")
    return found or actor.id


def _form(request: HttpRequest, actor: Actor, owner: UUID) -> forms.CoverForm:
    at = db.now()
    rows = [row for row in queries.cases_assigned_to(owner) if owner in row.assigned(at)]
    cases = [
        (str(one.row.id), f"{', '.join(name for _, name in one.members)} ({one.row.reference})")
        for one in shown(request, rows, "handing over")
    ]
    able = [one for one in people.counsellors() if one.id not in {owner, actor.id}]
    today = timezone.localtime(at).date()
    posted = request.POST if request.method == "POST" else None
    return forms.CoverForm(posted, cases=cases, people=able, initial={"since": today})


def _handed_over(actor: Actor, owner: UUID | None, form: forms.CoverForm) -> int:
    said: dict[str, Any] = form.cleaned_data
    made = actions.hand_over(
        actor=actor,
        case_ids=[UUID(one) for one in said["cases"]],
        person_id=said["person"],
        since=form.since_instant(),
        until=form.until_instant(),
        owner_id=owner,
    )
    return len(made)


@require_POST
def cover_end(request: HttpRequest, cover_id: UUID) -> HttpResponse:
    """End a standing in today."""
    actor = actor_of(request)
    try:
        actions.end_cover(actor=actor, cover_id=cover_id)
    except Invalid as no:
        messages.error(request, no.message)
    else:
        messages.success(request, "Ended.")
    return redirect("clients:covers")
