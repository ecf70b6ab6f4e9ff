"""A signed note, what is added under it, and a session newly logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

import clients.actions
import clients.queries
from counselling import db
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid
from records import access, actions, queries
from records.domain import (
    ADDENDUM_WORDS,
    ATTENDANCE_WORDS,
    MODALITY_WORDS,
    RISK_WORDS,
    Attendance,
    Modality,
    Risk,
)
from records.forms import AddendumForm, SessionForm
from records.views import judged, said
from records.views.members import notes_beside, shown_by_name, who_came, writers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from clients.queries import CaseRow
    from counselling.access import Actor
    from records.actions import NotePage


@require_safe
def note(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Show a signed note with everything that stands under it."""
    actor = actor_of(request)
    page = actions.open_note(actor=actor, note_id=note_id)
    return render(request, "records/note.html", note_facts(request, page))


def note_facts(request: HttpRequest, page: NotePage) -> dict[str, object]:
    """Give what every page about a signed note shows of it."""
    actor = actor_of(request)
    beside = notes_beside(page)
    people = writers(page) | said.people_in(page.amendments) | set(beside.values())
    authors = accounts.names_before(request, people)
    return (
        body_facts(page, authors)
        | judged.standing(actor_of(request), page)
        | {
            "case": page.case,
            "names": page.names,
            "came": who_came(page),
            "beside": [(one, authors.get(author, "")) for one, author in beside.items()],
            "may_add": access.may_add_to(actor, page.author, in_error=False),
            "readers": [page.names.get(one, "a client") for one in queries.reading_now(page.id)],
            "may_open": access.may_open_to_clients(actor, page.author),
        }
    )


def body_facts(page: NotePage, authors: Mapping[UUID, str]) -> dict[str, Any]:
    """Put a note and all that stands under it into words; it asks nothing."""
    return {
        "note": page,
        "author": authors.get(page.author, ""),
        "addenda": [
            {
                "word": ADDENDUM_WORDS[one.kind],
                "author": authors.get(one.author, ""),
                "signed_at": one.signed_at,
                "text": one.text,
                "in_error": one.kind == "entered_in_error",
            }
            for one in page.addenda
        ],
        "parts": shown_by_name(page, authors),
        "risk": RISK_WORDS[Risk(page.risk)] if page.risk else "",
        "modality": MODALITY_WORDS[Modality(page.modality)],
        "attendance": ATTENDANCE_WORDS[Attendance(page.attendance)],
        "in_error": any(one.kind == "entered_in_error" for one in page.addenda),
        "said": said.facts(page.amendments, authors, page.names),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@once
def addendum(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Sign a correction, a late entry or "entered in error" under a note."""
    actor = actor_of(request)
    require(actor, Permission.WRITE_NOTE)
    form = AddendumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_addendum(
                actor=actor,
                note_id=note_id,
                kind=form.chosen_kind,
                text=form.cleaned_data["text"],
            )
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            messages.success(request, "Signed. It stands under the note from now on.")
            return redirect("records:note", note_id)
    page = actions.open_note(actor=actor, note_id=note_id, purpose="adding to it")
    facts = note_facts(request, page) | {"form": form}
    return render(request, "records/addendum.html", facts, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_session(request: HttpRequest) -> HttpResponse:
    """Log a session with the people of a case."""
    actor = actor_of(request)
    require(actor, Permission.LOG_SESSION)
    form = SessionForm(request.POST or None, cases=_cases(actor), initial=_soon(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            session = actions.log_session(
                actor=actor,
                case_id=UUID(said["case"]),
                starts_at=form.starts_at,
                ends_at=form.ends_at,
                modality=Modality(said["modality"]),
                attendance=Attendance(said["attendance"]),
            )
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            return redirect("records:draft", session)
    return render(
        request, "records/session_new.html", {"form": form}, status=422 if form.errors else 200
    )


def _soon(request: HttpRequest) -> dict[str, object]:
    at = timezone.localtime()
    return {"date": at.date(), "time": f"{at:%H}:00", "case": request.GET.get("case", "")}


def _cases(actor: Actor) -> list[tuple[str, str]]:
    """Offer the cases assigned to the actor, with the people in them by name."""
    rows = _assigned(actor)
    people = sorted({one for row in rows for one in row.present})
    names = clients.actions.names_for(actor=actor, client_ids=people, purpose="choosing a case")
    return [
        (str(row.id), f"{', '.join(names[one] for one in row.present)} ({row.reference})")
        for row in rows
    ]


def _assigned(actor: Actor) -> list[CaseRow]:
    rows: list[CaseRow] = []
    standing = {one.case for one in clients.queries.covers(actor) if one.person == actor.id}
    more, number = True, 0
    while more:
        number += 1
        page = clients.queries.caseload(actor, page=number)
        rows += [
            row for row in page.rows if actor.id in row.assigned(db.now()) or row.id in standing
        ]
        more = page.more
    return rows
