"""A session's facts: when, how, and whether it took place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

import clients.actions
import clients.queries
from counselling.access import Permission, actor_of, require
from counselling.errors import Invalid
from records import actions, queries
from records.domain import ATTENDANCE_WORDS, Attendance, Modality
from records.forms import AppointmentForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor
    from records.queries import SessionRow


@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Change a session: the whole form here, or one word of it from a list of sessions."""
    actor = actor_of(request)
    require(actor, Permission.LOG_SESSION)
    row = queries.session_row(actor, session_id)
    if row.has_note:
        return redirect("records:note", row.note)
    form = AppointmentForm(
        _whole(request, row) if request.method == "POST" else None, initial=_initial(row)
    )
    if form.is_valid() and _changed(actor, row, form):
        words = ATTENDANCE_WORDS[Attendance(form.cleaned_data["attendance"])].lower()
        messages.success(request, f"Kept: {form.starts_at:%H:%M}, {words}.")
        return redirect(f"{reverse('today')}?day={form.starts_at:%Y-%m-%d}")
    return _page(request, actor, row, form)


def _initial(row: SessionRow) -> dict[str, object]:
    return AppointmentForm.initial_of(row.starts_at, row.ends_at, row.modality, row.attendance)


def _whole(request: HttpRequest, row: SessionRow) -> dict[str, str]:
    """Fill what a short form leaves out with what stands there."""
    stands = {name: str(value) for name, value in _initial(row).items()}
    return stands | request.POST.dict()


def _changed(actor: Actor, row: SessionRow, form: AppointmentForm) -> bool:
    said = form.cleaned_data
    try:
        actions.change_session(
            actor=actor,
            session_id=row.id,
            starts_at=form.starts_at if form.moves else row.starts_at,
            ends_at=form.ends_at if form.moves else row.ends_at,
            modality=Modality(said["modality"]),
            attendance=Attendance(said["attendance"]),
        )
    except Invalid as wrong:
        form.add_error(wrong.field, wrong.message)
        return False
    return True


def _page(
    request: HttpRequest, actor: Actor, row: SessionRow, form: AppointmentForm
) -> HttpResponse:
    case = clients.queries.case_row(row.case)
    names = clients.actions.names_for(
        actor=actor, client_ids=set(case.present), purpose="changing a session"
    )
    facts = {"form": form, "session": row, "case": case, "names": names}
    return render(request, "records/session.html", facts, status=422 if form.errors else 200)
