"""The editor of a session's note, and its autosave."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from counselling.access import Permission, actor_of, require
from counselling.errors import Invalid, Stale
from records import actions, queries
from records.domain import AddendumKind, Attendance, Locked, Modality, NoteState
from records.domain.layout import lay_out
from records.forms import AddendumForm, DraftForm
from records.views import locked
from records.views.beside import agreed, layouts, preview, wanted_layout
from records.views.members import (
    NAMED,
    for_members,
    parts_by_name,
    together_in,
    typed_elsewhere,
)
from records.views.safety_beside import safety_of, wanted_safety

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from counselling.access import Actor
    from records.actions import DraftPage
    from records.queries import SessionRow, Together


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Show the editor; save what is typed; go on to signing."""
    actor = actor_of(request)
    require(actor, Permission.WRITE_NOTE)
    session = queries.session_row(actor, session_id)
    if note := queries.note_of_session(actor, session_id):
        return _elsewhere(request, actor, note)
    if request.method == "POST":
        return _posted(request, actor, session)
    page = actions.open_draft(actor=actor, session_id=session_id)
    if page.state is NoteState.LOCKED:
        return redirect("records:signature", session_id)
    form = _form(page, session, together_in(actor, session))
    return _editor(request, actor, session, form, page)


def _form(page: DraftPage, session: SessionRow, together: Together) -> DraftForm:
    return DraftForm(
        together=together,
        initial={
            **for_members(page, together, _likely(session)),
            "record_part": page.record_part,
            "process_part": page.process_part,
            "risk": page.risk,
            "structure": page.structure,
            "attendance": _likely(session),
            "modality": session.modality,
            "version": page.version,
            "tab": uuid4(),
        },
    )


def _likely(session: SessionRow) -> str:
    """Prefill "attended" once the session has begun; saving is what says it."""
    begun = session.starts_at <= timezone.now()
    return Attendance.ATTENDED if begun and session.attendance == "expected" else session.attendance


def _posted(request: HttpRequest, actor: Actor, session: SessionRow) -> HttpResponse:
    form = DraftForm(request.POST, together=together_in(actor, session))
    quiet = request.headers.get("Accept", "").startswith("application/json")
    if not form.is_valid():
        if quiet:
            return JsonResponse({"errors": form.errors}, status=422)
        return _wrong(request, actor, session, form)
    if quiet and request.POST.get("act") == "preview":
        return preview(form.cleaned_data["record_part"])
    try:
        saved = _save(request, actor, session, form)
    except (Stale, Locked) as late:
        answer = locked.kept if isinstance(late, Locked) else _conflict
        return answer(request, actor, session, form, quiet=quiet)
    except Invalid as wrong:
        form.add_error(wrong.field, wrong.message)
        return _wrong(request, actor, session, form)
    if saved.named and request.POST.get("act") == "keep":
        messages.warning(request, NAMED)
    return _saved(saved) if quiet else _after_saving(request, actor, session, form)


def _saved(saved: actions.Saved) -> HttpResponse:
    at = timezone.localtime(saved.saved_at)
    return JsonResponse({"version": saved.version, "saved_at": f"{at:%H:%M:%S}"})


def _wrong(
    request: HttpRequest, actor: Actor, session: SessionRow, form: DraftForm
) -> HttpResponse:
    """Show what is wrong at its field; what was typed stays."""
    page = actions.open_draft(actor=actor, session_id=session.id)
    return _editor(request, actor, session, form, page, status=422)


def _save(
    request: HttpRequest, actor: Actor, session: SessionRow, form: DraftForm
) -> actions.Saved:
    said = form.cleaned_data
    typed = actions.Typed(
        said["record_part"],
        said["process_part"],
        form.chosen_structure,
        form.chosen_risk,
        said["tab"],
        form.typed_parts,
    )
    if to := wanted_layout(request):
        laid = lay_out(typed.record_part, to)
        typed = dataclasses.replace(typed, structure=to, record_part=laid)
    # first what may be refused: a refusal must leave nothing half done
    saved = actions.save_draft(
        actor=actor,
        session_id=session.id,
        version=said["version"],
        typed=typed,
        leaving="act" in request.POST,
    )
    if "attendance" in form.fields:
        _say_who_came(actor, session, form)
    return saved


def _say_who_came(actor: Actor, session: SessionRow, form: DraftForm) -> None:
    actions.set_attendance(
        actor=actor,
        session_id=session.id,
        attendance=Attendance(form.cleaned_data["attendance"]),
        modality=Modality(form.cleaned_data["modality"]),
    )
    if came := form.said_roster:
        actions.set_roster(actor=actor, session_id=session.id, came=came)


def _after_saving(
    request: HttpRequest, actor: Actor, session: SessionRow, form: DraftForm
) -> HttpResponse:
    act = request.POST.get("act")
    if act == "keep":
        return redirect("today")
    if act == "preview":
        page = actions.open_draft(actor=actor, session_id=session.id)
        _follow(request, form, page)
        return _editor(request, actor, session, form, page)
    if safety := wanted_safety(request, session):
        return redirect(*safety)
    if wanted_layout(request):
        return redirect("records:draft", session.id)
    if form.check_complete():
        return redirect("records:signature", session.id)
    page = actions.open_draft(actor=actor, session_id=session.id)
    _follow(request, form, page)
    return _editor(request, actor, session, form, page, status=422)


def _conflict(
    request: HttpRequest, actor: Actor, session: SessionRow, form: DraftForm, *, quiet: bool
) -> HttpResponse:
    """Show both texts: the one another tab saved, and the one typed here, which is kept."""
    if quiet:
        return JsonResponse({"conflict": True}, status=409)
    page = actions.open_draft(actor=actor, session_id=session.id, purpose="two tabs")
    _follow(request, form, page)
    return _editor(request, actor, session, form, page, status=409, other=page)


def _follow(request: HttpRequest, form: DraftForm, page: DraftPage) -> None:
    """Let the typed words follow on the version that is stored now."""
    data = request.POST.copy()
    data["version"] = str(page.version)
    data["tab"] = str(uuid4())
    form.data = data


def _editor(
    request: HttpRequest,
    actor: Actor,
    session: SessionRow,
    form: DraftForm,
    page: DraftPage,
    *,
    status: int = 200,
    other: DraftPage | None = None,
) -> HttpResponse:
    form.name_members(page.names)
    facts = {
        "form": form,
        "session": session,
        "left": locked.left(page),
        "names": page.names,
        "named": page.named,
        "spelled": page.spelled,
        "other_parts": parts_by_name(other) if other else [],
        "agreed": agreed(page.names),
        "layouts": layouts(form),
        "preview": request.POST.get("act") == "preview" and form.cleaned_data["record_part"],
        "last": queries.last_note(session.case, session.starts_at),
        "safety": safety_of(session.case, page.names),
        "saved_at": page.saved_at,
        "other": other,
    }
    return render(request, "records/draft.html", facts, status=status)


def _elsewhere(request: HttpRequest, actor: Actor, note: UUID) -> HttpResponse:
    """Lead to the signed note; words typed in an editor still open elsewhere are not lost."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"signed": True}, status=409)
    typed = request.POST.get("record_part", "").replace("\r\n", "\n")
    if not typed.strip() and not any(name.startswith("part_") for name in request.POST):
        return redirect("records:note", note)
    page = actions.open_note(actor=actor, note_id=note, purpose="signed in another tab")
    parts = typed_elsewhere(request, page)
    if not parts and typed.strip() == page.record_part.replace("\r\n", "\n").strip():
        return redirect("records:note", note)
    form = AddendumForm(initial={"kind": AddendumKind.LATE_ENTRY, "text": typed})
    facts = {
        "form": form,
        "note": page,
        "typed_parts": parts,
        "alone": request.POST.get("process_part", ""),
    }
    return render(request, "records/signed_meanwhile.html", facts, status=409)
