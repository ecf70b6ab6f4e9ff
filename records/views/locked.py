"""A note whose text is fixed, since it was begun more than 72 hours ago: it can be signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render

import clients.queries
from counselling.errors import Invalid, Stale
from records import access, actions, queries
from records.domain import (
    ATTENDANCE_WORDS,
    LOCKS_AFTER,
    MODALITY_WORDS,
    RISK_WORDS,
    Attendance,
    Modality,
    Risk,
)
from records.forms import LockedForm
from records.forms.parts import LEFT
from records.views.members import parts_by_name

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from counselling.access import Actor
    from records.actions import DraftPage
    from records.forms import DraftForm
    from records.queries import LeftCase, SessionRow


def shown(request: HttpRequest, actor: Actor, session: SessionRow, page: DraftPage) -> HttpResponse:
    """Show what was written, what can still be done with it, and what was never said."""
    form = LockedForm(
        initial={"version": page.version},
        missing=_missing(session, page),
        people=page.names.items(),
    )
    return _page(request, actor, session, page, form)


def left(page: DraftPage) -> LeftCase | None:
    """Give the case as who has left it still knows it: no name is open to them."""
    return None if page.names else queries.left_cases().get(page.case)


def _missing(session: SessionRow, page: DraftPage) -> frozenset[str]:
    empty = {
        "record_part": not _written(page).strip(),
        "risk": not page.risk,
        "attendance": session.attendance == Attendance.EXPECTED and not page.beside,
    }
    return frozenset(name for name, is_empty in empty.items() if is_empty)


def _written(page: DraftPage) -> str:
    """Give all that makes it a note; who led beside may have written for themselves alone."""
    alone = page.process_part if page.beside else ""
    return "".join([page.record_part, alone, *page.parts.values()])


def _page(
    request: HttpRequest,
    actor: Actor,
    session: SessionRow,
    page: DraftPage,
    form: LockedForm,
    *,
    status: int = 200,
) -> HttpResponse:
    facts = {
        "form": form,
        "page": page,
        "parts": parts_by_name(page),
        "session": session,
        "left": left(page),
        "locked_at": page.begun_at + LOCKS_AFTER if page.begun_at else None,
        "trainee": access.signs_as_trainee(actor),
        "risk": RISK_WORDS[Risk(page.risk)] if page.risk else "",
        "modality": MODALITY_WORDS[Modality(session.modality)],
        "attendance": ATTENDANCE_WORDS[Attendance(session.attendance)],
    }
    return render(request, "records/locked.html", facts, status=status)


def kept(
    request: HttpRequest, actor: Actor, session: SessionRow, form: DraftForm, *, quiet: bool
) -> HttpResponse:
    """Say that it is locked to a page that still wanted to save; no typed word is lost."""
    if quiet:
        return JsonResponse({"locked": True}, status=409)
    page = actions.open_draft(actor=actor, session_id=session.id, purpose="locked meanwhile")
    facts = {
        "session": session,
        "page": page,
        "parts": {
            word: text
            for word, name, before in (
                ("Record", "record_part", page.record_part),
                ("For me alone", "process_part", page.process_part),
            )
            if (text := _lines(form.cleaned_data[name])) and text != _lines(before)
        }
        | {
            f"About {page.names.get(client, LEFT)}": text
            for client, text in form.typed_parts.items()
            if text.strip() and _lines(text) != _lines(page.parts.get(client, ""))
        },
    }
    return render(request, "records/locked_meanwhile.html", facts, status=409)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def sign(request: HttpRequest, actor: Actor, session: SessionRow) -> HttpResponse:
    """Sign what was fixed, with what it never said."""
    page = actions.open_draft(actor=actor, session_id=session.id, purpose="before signing")
    form = LockedForm(request.POST, missing=_missing(session, page), people=page.names.items())
    if form.is_valid():
        try:
            note = _signed(actor, session, form)
        except Stale:
            return redirect("records:draft", session.id)
        except Invalid as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, wrong.message)
        else:
            if form.chosen_readers:
                let_read(request, actor, note, form.chosen_readers)
            return after_signing(request, session, note)
    return _page(request, actor, session, page, form, status=422)


def _signed(actor: Actor, session: SessionRow, form: LockedForm) -> UUID:
    if attendance := form.said_attendance:
        actions.set_attendance(
            actor=actor,
            session_id=session.id,
            attendance=attendance,
            modality=Modality(session.modality),
        )
    said = form.cleaned_data
    return actions.sign_draft(
        actor=actor,
        session_id=session.id,
        version=said["version"],
        missing=actions.Missing(said.get("record_part", ""), form.said_risk),
    )


def after_signing(request: HttpRequest, session: SessionRow, note: UUID) -> HttpResponse:
    """Lead to the note, or home for who has left the case: it is out of their sight now."""
    if session.case not in clients.queries.cases_by_id([session.case]):
        messages.success(request, "Signed. It belongs to the case, which you no longer see.")
        return redirect("today")
    return redirect("records:note", note)


def present(session: SessionRow) -> list[tuple[UUID, str]]:
    """Give whom a note could be opened to; nobody by who has left the case."""
    cases = clients.queries.cases_by_id([session.case])
    return [(one, "") for row in cases.values() for one in row.present]


def let_read(request: HttpRequest, actor: Actor, note: UUID, people: set[UUID]) -> None:
    """Open a note that was just signed to whom its author chose."""
    try:
        actions.set_readers(actor=actor, note_id=note, client_ids=people)
    except Invalid as wrong:
        messages.warning(request, f"Signed, and open to nobody: {wrong.message}")
