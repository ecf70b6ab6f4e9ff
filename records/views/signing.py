"""The page before signing: what becomes final, and who may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from counselling.access import Permission, actor_of, require
from counselling.errors import Invalid, Stale
from records import access, actions, queries
from records.domain import (
    ATTENDANCE_WORDS,
    MODALITY_WORDS,
    RISK_WORDS,
    Attendance,
    Modality,
    NoteState,
    Risk,
)
from records.forms import SignForm
from records.views import locked
from records.views.members import parts_by_name
from records.views.safety_beside import plan_is_missing

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor
    from records.queries import SessionRow


@require_http_methods(["GET", "HEAD", "POST"])
def signature(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Say what becomes final, and sign."""
    actor = actor_of(request)
    require(actor, Permission.WRITE_NOTE)
    session = queries.session_row(actor, session_id)
    if note := queries.note_of_session(actor, session_id):
        return redirect("records:note", note)
    if request.method == "POST":
        return _sign(request, actor, session)
    page = actions.open_draft(actor=actor, session_id=session_id, purpose="before signing")
    if page.version == 0:
        return redirect("records:draft", session_id)
    if page.state is NoteState.LOCKED:
        return locked.shown(request, actor, session, page)
    facts = {
        "form": SignForm(initial={"version": page.version}, people=page.names.items()),
        "page": page,
        "parts": parts_by_name(page),
        "session": session,
        "left": locked.left(page),
        "trainee": access.signs_as_trainee(actor),
        "risk": RISK_WORDS[Risk(page.risk)] if page.risk else "not said yet",
        "plan_is_missing": plan_is_missing(session, page.risk),
        "modality": MODALITY_WORDS[Modality(session.modality)],
        "attendance": ATTENDANCE_WORDS[Attendance(session.attendance)],
    }
    return render(request, "records/signature.html", facts)


def _sign(request: HttpRequest, actor: Actor, session: SessionRow) -> HttpResponse:
    form = SignForm(request.POST, people=locked.present(session))
    if not form.is_valid():
        return redirect("records:signature", session.id)
    if queries.is_locked(actor, session.id):
        return locked.sign(request, actor, session)
    try:
        note = actions.sign_draft(
            actor=actor, session_id=session.id, version=form.cleaned_data["version"]
        )
    except (Stale, Invalid):
        # saved elsewhere since, or something is missing: the editor shows which
        return redirect("records:draft", session.id)
    if form.chosen_readers:
        locked.let_read(request, actor, note, form.chosen_readers)
    return locked.after_signing(request, session, note)
