"""Notes of supervision: about whom, the editor with its autosave, and a signed one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.errors import Invalid, NotThere, Stale
from records import access, actions, queries
from records.forms.supervision import SupervisionForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from counselling.access import Actor
    from records.actions import SupervisionDraftPage

_CONFLICT: Final = 409


@require_safe
def supervisee(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show what the supervisor noted about somebody, newest first."""
    actor = actor_of(request)
    require(actor, Permission.SUPERVISE)
    facts = {
        "who": _name(actor, person_id),
        "person": person_id,
        "notes": queries.notes_about(actor, person_id),
        "begun": queries.is_writing_about(actor, person_id),
        "supervised": person_id in {one.id for one in accounts.supervisees(actor)},
    }
    return render(request, "records/supervisee.html", facts)


def _name(actor: Actor, person_id: UUID) -> str:
    """Name whom the actor supervises or has written about; nobody else is there."""
    known = {one.id for one in accounts.supervisees(actor)} | queries.people_noted(actor)
    name = accounts.names([person_id]).get(person_id) if person_id in known else None
    if name is None:
        raise NotThere("accounts_account", person_id)
    return name


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show the editor of a note of supervision; save what is typed; sign."""
    actor = actor_of(request)
    require(actor, Permission.SUPERVISE)
    who = _name(actor, person_id)
    if request.method == "POST":
        return _posted(request, actor, person_id, who)
    page = actions.open_supervision_draft(actor=actor, supervisee_id=person_id)
    form = SupervisionForm(
        initial={"text": page.text, "version": page.version, "tab": uuid4(), "shared": "no"}
    )
    return _editor(request, person_id, who, form, page)


def _posted(request: HttpRequest, actor: Actor, person_id: UUID, who: str) -> HttpResponse:
    form = SupervisionForm(request.POST)
    quiet = request.headers.get("Accept", "").startswith("application/json")
    saved, status = None, 422
    if form.is_valid():
        try:
            saved = _write(request, actor, person_id, form)
        except Stale:
            status = _CONFLICT
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
    if quiet:
        wrong_now = {"conflict": True} if status == _CONFLICT else {"errors": form.errors}
        return JsonResponse(saved or wrong_now, status=200 if saved else status)
    if saved is None:
        return _again(request, actor, person_id, who, form, status=status)
    words = "Signed." if request.POST.get("act") == "sign" else "Kept as a draft."
    messages.success(request, words)
    return redirect("records:supervisee", person_id)


def _write(
    request: HttpRequest, actor: Actor, person_id: UUID, form: SupervisionForm
) -> dict[str, object]:
    said = form.cleaned_data
    version, saved_at = actions.save_supervision_draft(
        actor=actor, supervisee_id=person_id, version=said["version"], text=said["text"],
        tab=said["tab"], leaving="act" in request.POST,
    )  # fmt: skip
    if request.POST.get("act") == "sign":
        actions.sign_supervision_note(
            actor=actor, supervisee_id=person_id, version=version, shared=form.is_shared
        )
    return {"version": version, "saved_at": f"{timezone.localtime(saved_at):%H:%M:%S}"}


def _again(
    request: HttpRequest,
    actor: Actor,
    person_id: UUID,
    who: str,
    form: SupervisionForm,
    *,
    status: int,
) -> HttpResponse:
    """Show the editor with what was typed; it follows on what is stored now."""
    page = actions.open_supervision_draft(actor=actor, supervisee_id=person_id)
    data = request.POST.copy()
    data["version"], data["tab"] = str(page.version), str(uuid4())
    form.data = data
    other = page if status == _CONFLICT else None
    return _editor(request, person_id, who, form, page, status=status, other=other)


def _editor(
    request: HttpRequest,
    person_id: UUID,
    who: str,
    form: SupervisionForm,
    page: SupervisionDraftPage,
    *,
    status: int = 200,
    other: SupervisionDraftPage | None = None,
) -> HttpResponse:
    facts = {
        "form": form, "who": who, "person": person_id, "saved_at": page.saved_at, "other": other,
    }  # fmt: skip
    return render(request, "records/supervision_draft.html", facts, status=status)


@require_safe
def supervision_note(request: HttpRequest, supervision_note_id: UUID) -> HttpResponse:
    """Show a signed note of supervision to who wrote it, and to whom it was shared with."""
    actor = actor_of(request)
    require(actor, access.reading_supervision(actor))
    page = actions.open_supervision_note(actor=actor, supervision_note_id=supervision_note_id)
    names = accounts.names([page.supervisor, page.supervisee])
    facts = {
        "page": page,
        "supervisor": names.get(page.supervisor, ""),
        "supervisee": names.get(page.supervisee, ""),
        "own": page.supervisor == actor.id,
    }
    return render(request, "records/supervision_note.html", facts)
