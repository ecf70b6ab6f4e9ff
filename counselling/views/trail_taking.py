"""Take away what the trail shows, as a table or as FHIR, by the same filter."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.conf import settings
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

import audit.actions
import clients.queries
from audit.domain import instant, taken
from counselling.access import Permission, actor_of, require, require_step_up
from counselling.accounts.actions import allowances
from counselling.db import as_actor, now
from counselling.errors import Invalid
from counselling.views import trail, trail_filter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from uuid import UUID

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from audit.actions import Taking
    from audit.domain import Entry
    from counselling.access import Actor

TABLE: Final = "csv"
FHIR: Final = "fhir"
# a spreadsheet takes the file for what it is by this, and for its own alphabet without it
MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
COLUMNS: Final = (
    "When (UTC)", "Person", "As", "What", "Account", "Outcome", "Case", "Client", "Why", "Kind",
    "Act", "Thing", "Row", "Address", "Sitting", "Request", "Event",
)  # fmt: skip


class TakingForm(forms.Form):
    """In which form."""

    form = forms.ChoiceField(
        label="As",
        choices=[
            (TABLE, "a table (CSV), for a spreadsheet"),
            (FHIR, "FHIR R5, a bundle of audit events, for another system"),
        ],
        widget=forms.RadioSelect,
        initial=TABLE,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def taking(request: HttpRequest) -> HttpResponseBase:
    """Ask in which form, and send it; that it left is an event before the first byte does."""
    actor = actor_of(request)
    require(actor, Permission.REVIEW_TRAIL)
    require_step_up(actor, now())
    asking = trail_filter.TrailFilter(request.GET, people=trail_filter.people_for(actor))
    asked = trail_filter.asked_of(actor, asking) if asking.is_valid() else None
    if asked is None:
        return HttpResponseRedirect(f"{reverse('trail')}?{request.GET.urlencode()}")
    form = TakingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        allowances.spend(actor, allowances.EXPORTS)
        try:
            begun = audit.actions.begin_taking(actor=actor, form=form.cleaned_data["form"], **asked)
            return _file(actor, begun, form.cleaned_data["form"])
        except Invalid as error:
            form.add_error("form", error.message)
    facts: dict[str, Any] = {
        "form": form,
        "asked": in_words(asking),
        "most": f"{audit.actions.MOST_TAKEN:,}",
    }
    facts["years"] = settings.LOG_KEPT_YEARS
    facts["back"] = f"{reverse('trail')}?{request.GET.urlencode()}"
    return render(request, "trail_taking.html", facts, status=422 if form.errors else 200)


def in_words(asking: forms.Form) -> list[tuple[str, str]]:
    """Say what is asked for, as the filter says it."""
    said = []
    for field in asking:
        value = asking.cleaned_data[field.name]
        if value:
            known = dict(getattr(field.field, "choices", ()))
            if isinstance(value, datetime.date):
                value = date_format(value, "j F Y")
            said.append((str(field.label), str(known.get(value, value))))
    return said


def _file(actor: Actor, begun: Taking, form: str) -> StreamingHttpResponse:
    table = form == TABLE
    parts = _table(actor, begun) if table else _bundle(actor, begun)
    name = f"trail-{begun.at:%Y-%m-%d}.{'csv' if table else 'json'}"
    return download(parts, "text/csv" if table else "application/fhir+json", name)


def download(parts: Iterable[str], kind: str, name: str) -> StreamingHttpResponse:
    """Give a download that no cache keeps, under a name that says nothing."""
    response = StreamingHttpResponse(parts, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _table(actor: Actor, begun: Taking) -> Iterator[str]:
    yield MARK + taken.line(COLUMNS)
    yield from _pieces(actor, begun, _lines)


def _as_shown(entries: list[Entry]) -> list[Entry]:
    """Leave out the ids of files that the reviewer cannot name: to who knew one it is a name."""
    seen = set(clients.queries.client_references(_people(entries)))
    return [
        one
        if _people([one]) <= seen and (one.case is None or one.case_label)
        else _unsaid(one, seen)
        for one in entries
    ]


def _people(entries: list[Entry]) -> set[UUID]:
    return {one for entry in entries for one in (*entry.clients, entry.client) if one}


def _unsaid(entry: Entry, seen: set[UUID]) -> Entry:
    return dataclasses.replace(
        entry,
        client=entry.client if entry.client in seen else None,
        clients=tuple(one for one in entry.clients if one in seen),
        case=entry.case if entry.case_label else None,
        row=None,
        rows=(),
        detail={},
        sealed={},
    )


def _lines(entries: list[Entry]) -> str:
    return "".join(taken.line(_cells(line)) for line in trail.lines_of(entries))


def _cells(line: trail.Line) -> tuple[str, ...]:
    one = line.event
    return (
        instant(one.when), one.who_label, line.role, one.sentence, line.account, line.outcome,
        one.case_label, line.client, line.why, one.kind, one.action.value, one.thing,
        str(one.row or ""), one.address[:8], one.session, one.request, str(one.id),
    )  # fmt: skip


def _bundle(actor: Actor, begun: Taking) -> Iterator[str]:
    yield taken.begin(begun.at, begun.event)
    numbers = itertools.count()
    yield from _pieces(actor, begun, lambda entries: _events(entries, numbers))
    yield taken.end(empty=next(numbers) == 0)


def _events(entries: list[Entry], numbers: Iterator[int]) -> str:
    called = clients.queries.client_references(_people(entries))
    return "".join(
        taken.event(entry, called, first=number == 0)
        for entry, number in zip(entries, numbers, strict=False)
    )


def _pieces(actor: Actor, begun: Taking, write: Callable[[list[Entry]], str]) -> Iterator[str]:
    """Give piece after piece, each made in an act of its own, which is over before it is sent.

    However slowly somebody fetches it, nothing in the database waits for them.
    """
    before: str | None = None
    while before != "":
        with as_actor(actor):
            page = audit.actions.go_on_taking(actor=actor, taking=begun, before=before)
            text = write(_as_shown(page.entries))
        yield text
        before = page.reached or (page.entries[-1].cursor if page.entries else "")
