"""Pages of accountings: what went in a period, who asked, what an official had held back."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import clients.actions
import clients.queries
from consent import actions, queries
from consent.domain.accounting import YEARS, AskedHow, Form, Statement, years_before
from consent.views.accounting_kept import file
from consent.views.law_fields import AskedForm, FileForm, LongerForm, PeriodForm, SuspensionForm
from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere
from counselling.speech import say

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


def _about(request: HttpRequest, client_id: UUID) -> dict[str, Any]:
    names = clients.actions.names_for(
        actor=actor_of(request), client_ids=[client_id], purpose="an accounting"
    )
    return {"client": clients.queries.client_row(client_id), "name": names.get(client_id, "")}


def _six_years() -> tuple[datetime.date, datetime.date]:
    today = timezone.localdate()
    return years_before(today, YEARS), today


@require_safe
def accounting(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Everything that went about a client in a period, and who asked to know."""
    actor = actor_of(request)
    require(actor, Permission.ACCOUNT_FOR)
    clients.queries.client_row(client_id)
    since, until = _six_years()
    form = PeriodForm(request.GET if "since" in request.GET else None, initial=_initial())
    lines: list[actions.Accounted] = []
    if not form.is_bound or form.is_valid():
        said = form.cleaned_data if form.is_bound else {"since": since, "until": until}
        since, until = said["since"], said["until"]
        try:
            lines = actions.account_for(
                actor=actor, client_id=client_id, since=since, until=until,
                only_law=bool(said.get("law")),
            )  # fmt: skip
        except Invalid as wrong:
            form.add_error(wrong.field or None, wrong.message)
    facts = _about(request, client_id) | {
        "form": form,
        # as in the client's own list; the file tells it in the order of time
        "lines": lines[::-1],
        "since": since,
        "until_day": until,
        "asked": queries.asked_accountings(client_id),
        "given": queries.given_accountings(client_id),
        "suspensions": queries.suspensions_of(client_id),
        "may_suspend": actor.may(Permission.RELEASE) and any(one.hidden for one in lines),
        "hidden": sum(one.hidden for one in lines),
    }
    return render(request, "consent/accounting.html", facts, status=400 if form.errors else 200)


def _initial() -> dict[str, datetime.date]:
    since, until = _six_years()
    return {"since": since, "until": until}


@require_POST
def accounting_file(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Give the accounting for the client: what they may know of by now."""
    require(actor_of(request), Permission.ACCOUNT_FOR)
    clients.queries.client_row(client_id)
    return given(request, client_id)


def given(request: HttpRequest, client_id: UUID, request_id: UUID | None = None) -> HttpResponse:
    """Make the file that a form asks for; a wrong one is none."""
    form = FileForm(request.POST)
    if not form.is_valid():
        raise Invalid(say("Choose a period."))
    said = form.cleaned_data
    kind = Form(said["form"])
    content = actions.give_accounting(
        actor=actor_of(request), client_id=client_id, since=said["since"], until=said["until"],
        form=kind, request_id=request_id,
    )  # fmt: skip
    return file(content, kind, f"accounting-{timezone.localdate():%Y-%m-%d}.{kind.value}")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def accounting_new(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Note that a client asked for an accounting."""
    actor = actor_of(request)
    require(actor, Permission.ACCOUNT_FOR)
    clients.queries.client_row(client_id)
    initial = _initial() | {"asked_on": timezone.localdate()}
    form = AskedForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data | {"how": AskedHow(form.cleaned_data["how"])}
        try:
            made = actions.ask_accounting(actor=actor, client_id=client_id, **said)
        except Invalid as wrong:
            form.add_error(wrong.field or None, wrong.message)
        else:
            messages.success(request, "Written down. It is due in 60 days.")
            return redirect("consent:accounting-request", made)
    facts = _about(request, client_id) | {"form": form}
    status = 400 if form.errors else 200
    return render(request, "consent/accounting_new.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def accounting_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One accounting that was asked for: give it, or take thirty days more."""
    actor = actor_of(request)
    require(actor, Permission.ACCOUNT_FOR)
    row = queries.asked_row(request_id)
    form = LongerForm(request.POST if request.POST.get("act") == "longer" else None)
    if request.POST.get("act") == "give":
        return given(request, row.client, request_id)
    if form.is_valid():
        actions.extend_accounting(actor=actor, request_id=request_id, why=form.cleaned_data["why"])
        messages.success(request, "Thirty days more. Tell the client why, in writing.")
        return redirect("consent:accounting-request", request_id)
    asked = actions.read_asked_accountings(actor=actor, client_id=row.client)
    facts = _about(request, row.client) | {
        "row": row,
        "form": form,
        "why_longer": next(one.why_longer for one in asked if one.row.id == row.id),
        "given": [one for one in queries.given_accountings(row.client) if one.request == row.id],
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "consent/accounting_request.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def suspension_new(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Write down that an official had lines held back."""
    actor = actor_of(request)
    require(actor, Permission.RELEASE)
    clients.queries.client_row(client_id)
    lines = _may_hold_back(request, client_id)
    form = SuspensionForm(request.POST or None, lines=lines)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            _suspend(request, client_id, said)
        except Invalid as wrong:
            form.add_error(wrong.field or None, wrong.message)
        else:
            messages.success(request, "Held back. The client is told when that ends.")
            return redirect("client", client_id)
    facts = _about(request, client_id) | {
        "form": form,
        "lines": lines,
        "suspensions": queries.suspensions_of(client_id),
    }
    status = 400 if form.errors else 200
    return render(request, "consent/suspension_new.html", facts, status=status)


def _may_hold_back(request: HttpRequest, client_id: UUID) -> dict[str, str]:
    """Give what went by law and the client does not know of yet, each in a line."""
    shared = actions.read_disclosures(actor=actor_of(request), client_id=client_id)
    told = queries.told_at(one.row.id for one in shared)
    return {
        str(one.row.id): f"{timezone.localdate(one.row.at):%-d %B %Y}, {one.recipient.name}, "
        f"{one.row.what}"
        for one in shared
        if one.row.basis is not None and told[one.row.id] > timezone.now()
    }


def _suspend(request: HttpRequest, client_id: UUID, said: dict[str, Any]) -> None:
    from uuid import UUID  # noqa: PLC0415 only a type elsewhere in this module

    zone = ZoneInfo(settings.TIME_ZONE)
    actions.suspend_accounting(
        actor=actor_of(request),
        client_id=client_id,
        disclosures=[UUID(one) for one in said["disclosures"]],
        statement=Statement(said["statement"]),
        # from the beginning of that day on it is told
        until=datetime.datetime.combine(said["until"], datetime.time(), zone),
        official=said["official"],
        words=said["words"],
    )


@require_POST
def own_accounting_file(request: HttpRequest) -> HttpResponse:
    """Give a client their own accounting, at once."""
    actor = actor_of(request)
    require(actor, Permission.SEE_OWN_FILE)
    client = clients.queries.client_of_account(actor.id)
    if client is None:
        raise NotThere("clients_client")
    return given(request, client)
