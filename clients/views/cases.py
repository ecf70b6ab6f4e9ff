"""One case: who is in it, who cares for it, where it stands; and each change of these."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients import actions, forms, queries
from clients.domain import IN_CARE, MOVES, CaseKind, CaseState
from clients.queries import relations
from clients.views.shown import shown
from counselling import db
from counselling.access import Permission, Role, actor_of, require
from counselling.accounts import queries as people
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor

ASK = ["GET", "HEAD", "POST"]


@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show one case; it opens the names of who is in it and nothing else."""
    actor = actor_of(request)
    require(actor, Permission.SEE_CONTACT)
    row = queries.case_row(case_id)
    moments = queries.timeline_of_case(case_id)
    standing = queries.covers_of([case_id])
    names = people.names(
        {one.person for one in moments if one.person}
        | {one.person for one in row.assignments}
        | {one for cover in standing for one in (cover.person, cover.owner)}
    )
    context = {
        "case": shown(request, [row], "case")[0],
        "members": [one for one in row.members if one.until is None],
        "running": [
            (one, names.get(one.person, ""), _may_end(actor, one))
            for one in row.assignments
            if one.running(db.now()) or one.offered
        ],
        "covers": [(one, names.get(one.person, ""), names.get(one.owner, "")) for one in standing],
        "moments": [(one, names.get(one.person, "") if one.person else "") for one in moments],
        "may": _may(actor, row),
    }
    return render(request, "clients/case.html", context)


def _may(actor: Actor, row: queries.CaseRow) -> dict[str, bool]:
    """Say which buttons are worth showing; the actions and the database ask again."""
    manages = actor.may(Permission.MANAGE_CASES) and (
        Role.FRONT_DESK in actor.roles
        or actor.id in row.assigned(db.now())
        or bool(queries.stands_in(actor.id, [row.id]))
        or (actor.id == row.created_by and not any(one.accepted_at for one in row.assignments))
    )
    living = row.state is not CaseState.CLOSED
    return {
        "change": manages and living,
        "offer": manages and living and actor.may(Permission.OFFER_ASSIGNMENT),
        "join": manages and living and row.kind is not CaseKind.INDIVIDUAL,
        "take_in": actor.may(Permission.TAKE_IN_CLIENT),
        "read": actor.may(Permission.READ_NOTE) and queries.relation_in(actor, row) in _READS,
    }


# what one does in a case whose notes and plans one reads
_READS: Final = frozenset({relations.ASSIGNED, relations.COVER, relations.SUPERVISION})


def _may_end(actor: Actor, one: queries.AssignmentRow) -> bool:
    """Say whether ending is worth showing: an offer to oneself is declined instead."""
    mine = one.person == actor.id and not one.offered
    return mine or Role.FRONT_DESK in actor.roles or one.offered_by == actor.id


@require_http_methods(ASK)
@once
def case_new(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Start a case for somebody who is known."""
    actor = actor_of(request)
    require(actor, Permission.MANAGE_CASES)
    row = queries.client_row(client_id)
    form = forms.CaseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        kind = CaseKind(form.cleaned_data["kind"])
        made = actions.open_case(actor=actor, client_id=client_id, kind=kind)
        return redirect("clients:case", made)
    context = {"form": form, "client": row, "back": reverse("client", args=[client_id])}
    return render(request, "clients/case_new.html", context)


@require_http_methods(ASK)
def state(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Move a case; who closes it may not see it any more, so the way leads to the caseload."""
    actor = actor_of(request)
    require(actor, Permission.MANAGE_CASES)
    row = queries.case_row(case_id)
    form = forms.StateForm(request.POST if request.method == "POST" else None, moves=_moves(row))
    if form.is_valid():
        then = CaseState(form.cleaned_data["state"])
        try:
            actions.change_case_state(actor=actor, case_id=case_id, state=then)
        except Invalid as no:
            form.add_error(no.field, no.message)
        else:
            messages.success(request, f"Case {row.reference} is {then.value} now.")
            return _after(case_id, gone=then is CaseState.CLOSED)
    context = {
        "form": form,
        "row": row,
        "left": _left(actor, row),
        "waits": not row.assigned(db.now()),
        "back": reverse("clients:case", args=[case_id]),
    }
    return render(request, "clients/case_state.html", context)


def _left(actor: Actor, row: queries.CaseRow) -> list[dict[str, object]]:
    """Say what whoever cares for a case has not finished in it."""
    left = queries.left_open(row.id, row.assigned(db.now()))
    names = people.names(left)
    return [
        {"name": names.get(one, ""), "own": one == actor.id, "lines": lines}
        for one, lines in left.items()
    ]


def _moves(row: queries.CaseRow) -> frozenset[CaseState]:
    """Give where a case can go; nobody is in care with no one."""
    return MOVES[row.state] if row.assigned(db.now()) else MOVES[row.state] - IN_CARE


def _after(case_id: UUID, *, gone: bool) -> HttpResponse:
    return redirect("clients:caseload") if gone else redirect("clients:case", case_id)


@require_http_methods(ASK)
def member_new(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Bring somebody known into a case, by their reference."""
    actor = actor_of(request)
    require(actor, Permission.MANAGE_CASES)
    row = queries.case_row(case_id)
    form = forms.MemberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _add(actor, case_id, form.cleaned_data["reference"])
        except Invalid as no:
            form.add_error(no.field, no.message)
        else:
            return redirect("clients:case", case_id)
    context = {
        "form": form,
        "row": row,
        "may_take_in": actor.may(Permission.TAKE_IN_CLIENT),
        "back": reverse("clients:case", args=[case_id]),
    }
    return render(request, "clients/member_new.html", context)


def _add(actor: Actor, case_id: UUID, reference: str) -> None:
    client_id = queries.client_by_reference(reference)
    if client_id is None:
        raise Invalid("Nobody you can see has this reference.", "reference")
    actions.add_member(actor=actor, case_id=case_id, client_id=client_id)


@require_http_methods(ASK)
def member_end(request: HttpRequest, case_id: UUID, member_id: UUID) -> HttpResponse:
    """End somebody's part in a case."""
    actor = actor_of(request)
    require(actor, Permission.MANAGE_CASES)
    row = queries.case_row(case_id)
    member = next((one for one in row.members if one.id == member_id), None)
    if member is None:
        raise NotThere("clients_casemember", member_id)
    if request.method == "POST":
        _told(request, lambda: actions.end_member(actor=actor, member_id=member_id))
        return redirect("clients:case", case_id)
    names = actions.names_for(actor=actor, client_ids=[member.client], purpose="case")
    context = {
        "row": row,
        "name": names.get(member.client, ""),
        "back": reverse("clients:case", args=[case_id]),
    }
    return render(request, "clients/member_end.html", context)


@require_http_methods(ASK)
def assignment_new(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Offer a case to a counsellor or a trainee."""
    actor = actor_of(request)
    require(actor, Permission.OFFER_ASSIGNMENT)
    row = queries.case_row(case_id)
    busy = {one.person for one in row.assignments if one.offered or one.running(db.now())}
    busy |= queries.not_offered(case_id)
    able = [one for one in people.counsellors() if one.id not in busy]
    form = forms.OfferForm(request.POST if request.method == "POST" else None, people=able)
    if form.is_valid():
        person = form.cleaned_data["person"]
        try:
            actions.offer_assignment(actor=actor, case_id=case_id, person_id=person)
        except Invalid as no:
            form.add_error(no.field, no.message)
        else:
            messages.success(request, "Offered. It counts once it is accepted.")
            return redirect("clients:case", case_id)
    context = {"form": form, "row": row, "back": reverse("clients:case", args=[case_id])}
    return render(request, "clients/assignment_new.html", context)


@require_POST
def acceptance(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Accept a case that was offered."""
    actor = actor_of(request)
    row = queries.assignment_row(assignment_id)
    _told(request, lambda: actions.accept_assignment(actor=actor, assignment_id=assignment_id))
    return redirect("clients:case", row.case)


@require_POST
def decline(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Decline a case that was offered."""
    actor = actor_of(request)
    _told(request, lambda: actions.decline_assignment(actor=actor, assignment_id=assignment_id))
    return redirect("clients:caseload")


@require_http_methods(ASK)
def assignment_end(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """End an assignment, or take an offer back."""
    actor = actor_of(request)
    require(actor, Permission.MANAGE_CASES)
    row = queries.assignment_row(assignment_id)
    if request.method == "POST":
        end = functools.partial(actions.end_assignment, actor=actor, assignment_id=assignment_id)
        return _after(row.case, gone=_told(request, end) and row.person == actor.id)
    left = {} if row.offered else queries.left_open(row.case, [row.person])
    context = {
        "row": row,
        "case": queries.case_row(row.case),
        "left": left.get(row.person, []),
        "name": people.names([row.person]).get(row.person, ""),
        "own": row.person == actor.id,
        "back": reverse("clients:case", args=[row.case]),
    }
    return render(request, "clients/assignment_end.html", context)


def _told(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Do one act of one button and say whether it is done; what is against it is told next page."""
    try:
        act()
    except Invalid as no:
        messages.error(request, no.message)
        return False
    return True
