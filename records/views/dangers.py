"""A danger to life: writing it down beside the risk line, reading it, adding to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import clients.actions
import clients.queries
from counselling import db
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere
from records import actions, queries
from records.domain.dangers import (
    ADDITION_WORDS,
    ENDANGERED_WORDS,
    LONGEST_DELAY,
)
from records.forms import DangerAdditionForm, DangerForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from records.actions import DangerPage


@require_http_methods(["GET", "HEAD", "POST"])
@once
def danger_new(request: HttpRequest, case_id: UUID, client_id: UUID) -> HttpResponse:
    """Write a danger down: what, who was consulted, who was told what, when the client is told."""
    actor = actor_of(request)
    require(actor, Permission.WRITE_NOTE)
    if client_id not in clients.queries.case_row(case_id).present:
        raise NotThere("clients_client", client_id)
    form = DangerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.record_danger(
                actor=actor, case_id=case_id, client_id=client_id, facts=_facts(form)
            )
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            messages.success(request, "Written down. It stays as it is; you can add to it.")
            return redirect("records:danger", made)
    names = clients.actions.names_for(actor=actor, client_ids=[client_id], purpose="danger to life")
    facts = {
        "form": form,
        "name": names.get(client_id, ""),
        "case_id": case_id,
        "client_id": client_id,
        "longest": LONGEST_DELAY.days,
    }
    return render(request, "records/danger_new.html", facts, status=422 if form.errors else 200)


def _facts(form: DangerForm) -> actions.DangerFacts:
    said = form.cleaned_data
    told = [actions.WasTold(whom, what, db.now()) for whom, what in form.pairs]
    return actions.DangerFacts(
        form.chosen_endangered, said["threat"], said["consulted"], told, form.until
    )


@require_safe
def danger(request: HttpRequest, danger_id: UUID) -> HttpResponse:
    """Show a record with all that was added."""
    actor = actor_of(request)
    page = actions.open_danger(actor=actor, danger_id=danger_id)
    return render(request, "records/danger.html", _shown(request, page))


def _shown(request: HttpRequest, page: DangerPage) -> dict[str, object]:
    actor, at = actor_of(request), db.now()
    names = accounts.names_before(request, {page.author, *(one.author for one in page.additions)})
    return {
        "danger": page,
        "author": names.get(page.author, ""),
        "endangered": ENDANGERED_WORDS[page.endangered],
        "additions": [
            (ADDITION_WORDS[one.kind], one, names.get(one.author, "")) for one in page.additions
        ],
        "shown": page.telling.shown(at),
        "due": page.telling.due(at),
        "states": actor.may(Permission.STATE_BASIS) and queries.writes_in(page.case),
        "may_add": actor.may(Permission.WRITE_NOTE) and queries.writes_in(page.case),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@once
def danger_addition(request: HttpRequest, danger_id: UUID) -> HttpResponse:
    """Put under a record what came later, that the client was told, or that it has to wait."""
    actor = actor_of(request)
    require(actor, Permission.WRITE_NOTE)
    form = DangerAdditionForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.add_to_danger(
                actor=actor,
                danger_id=danger_id,
                kind=form.chosen_kind,
                text=said["text"],
                whom=said["whom"],
                until=form.until,
            )
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            messages.success(request, "Written down under the record.")
            return redirect("records:danger", danger_id)
    page = actions.open_danger(actor=actor, danger_id=danger_id, purpose="adding to it")
    facts = _shown(request, page) | {"form": form, "longest": LONGEST_DELAY.days}
    return render(
        request, "records/danger_addition.html", facts, status=422 if form.errors else 200
    )
