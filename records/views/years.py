"""A client's notes of a year: on one page, on paper, as a PDF; and a single note on paper."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

import clients.queries
import consent.actions
from counselling.access import Permission, actor_of, require, require_step_up
from counselling.accounts import queries as accounts
from counselling.db import now
from records import actions
from records.domain import STATE_WORDS, Outlet
from records.views import papers, said
from records.views.members import writers
from records.views.notes import body_facts

_DIGITS = 4

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.http import HttpRequest

    from records.actions import YearNote, YearPage


@require_safe
def year(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Show every signed note of a year, each with what stands under it."""
    page = actions.open_year(actor=actor_of(request), client_id=client_id, year=_asked_for(request))
    facts = _facts(request, page) | {
        "client": clients.queries.client_row(client_id),
        "before": max((one for one in page.years if one < page.year), default=None),
        "after": min((one for one in page.years if one > page.year), default=None),
    }
    return render(request, "records/year.html", facts)


def _asked_for(request: HttpRequest) -> int | None:
    """Give the year that the address names; a year that is none is not there."""
    said = request.GET.get("year", "")
    if not said:
        return None
    return int(said) if said.isascii() and said.isdigit() and len(said) == _DIGITS else -1


@require_safe
def year_print(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Show the same as it is printed."""
    page = actions.open_year(
        actor=actor_of(request),
        client_id=client_id,
        year=_asked_for(request),
        outlet=Outlet.PRINT,
    )
    back = f"{reverse('records:year', args=[client_id])}?year={page.year}"
    return render(request, "records/notes_print.html", _facts(request, page) | {"back": back})


@require_safe
def note_print(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Show one note as it is printed."""
    page = actions.open_paper(actor=actor_of(request), note_id=note_id, outlet=Outlet.PRINT)
    back = reverse("records:note", args=[note_id])
    return render(request, "records/notes_print.html", _facts(request, page) | {"back": back})


@require_http_methods(["GET", "HEAD", "POST"])
def year_copy(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Say what a PDF of a year is for, and make it."""
    actor, of_year = actor_of(request), _asked_for(request)
    require(actor, Permission.READ_NOTE)
    clients.queries.client_row(client_id)
    back = reverse("records:year", args=[client_id])
    if request.method != "POST":
        return _asked(request, f"{back}?year={of_year}" if of_year else back)
    page = actions.open_year(actor=actor, client_id=client_id, year=of_year, outlet=Outlet.EXPORT)
    return _pdf(request, page)


@require_http_methods(["GET", "HEAD", "POST"])
def note_copy(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Say what a PDF of a note is for, and make it."""
    back = reverse("records:note", args=[note_id])
    if request.method != "POST":
        actions.open_note(actor=actor_of(request), note_id=note_id, purpose="before a PDF")
        return _asked(request, back)
    page = actions.open_paper(actor=actor_of(request), note_id=note_id, outlet=Outlet.EXPORT)
    return _pdf(request, page)


def _asked(request: HttpRequest, back: str) -> HttpResponse:
    """Ask for the second factor before the question, so that the answer is one click."""
    require_step_up(actor_of(request), now())
    return render(request, "records/notes_copy.html", {"back": back})


def _pdf(request: HttpRequest, page: YearPage) -> HttpResponse:
    """Give a download that no cache keeps, under a name that says nothing."""
    facts = _facts(request, page)
    made_for = accounts.name_of(request)
    content = consent.actions.render_notes(papers.paper_of(page, facts["notes"], made_for))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="notes-{now():%Y-%m-%d}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _facts(request: HttpRequest, page: YearPage) -> dict[str, Any]:
    people = {who for one in page.notes for who in writers(one.page)}
    people |= {who for one in page.notes for who in said.people_in(one.page.amendments)}
    authors = accounts.names_before(request, people)
    return {
        "year": page.year,
        "reference": page.reference,
        "years": page.years,
        "names": page.names,
        "notes": [
            _note(one, authors) | {"which": which}
            for one, which in zip(page.notes, _told_apart(page.notes), strict=True)
        ],
    }


def _told_apart(notes: Sequence[YearNote]) -> list[str]:
    """Number the notes of one minute, whose headings would be the same; leave the others alone."""
    minutes = [f"{one.page.session_at:%Y%m%d%H%M}" for one in notes]
    alike, so_far = Counter(minutes), Counter[str]()
    said = []
    for minute in minutes:
        so_far[minute] += 1
        said.append(f"note {so_far[minute]} of {alike[minute]}" if alike[minute] > 1 else "")
    return said


def _note(one: YearNote, authors: dict[UUID, str]) -> dict[str, Any]:
    return body_facts(one.page, authors) | {
        "state": STATE_WORDS[one.state],
        "is_final": one.state in {"signed", "co_signed"},
        "told": one.told,
    }
