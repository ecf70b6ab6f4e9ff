"""Begin an emergency access, leave a note for the counsellor, end it; reading is in `records`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from clients import actions, forms, queries
from clients.access import may_use_emergency
from counselling import db
from counselling.access import Permission, actor_of, require, require_step_up
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

ASK = ["GET", "HEAD", "POST"]
# the same for a client who is none and for one that is not to be opened like this
NOT_FOUND: Final = (
    "No file can be opened with this. Check the reference, or the name and the date of birth."
)


@require_http_methods(ASK)
@once
def emergency_new(request: HttpRequest) -> HttpResponse:
    """Ask whom and why on one page, after a second factor, and open the file."""
    actor = actor_of(request)
    require(actor, Permission.USE_EMERGENCY)
    if not may_use_emergency(actor):
        raise Refused("not-permitted", "Trainees ask their supervisor: this is not theirs.")
    require_step_up(actor, db.now())
    form = forms.EmergencyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            access = actions.open_in_emergency(actor=actor, **form.said())
        except Invalid as no:
            form.add_error(no.field if no.field in form.fields else None, no.message)
        else:
            if access is not None:
                return redirect("records:emergency", access)
            form.add_error(None, NOT_FOUND)
    context = {
        "form": form,
        "running": queries.running_emergencies(actor),
        "suspended": queries.is_suspended(actor.id),
        "back": reverse("home"),
    }
    return render(request, "clients/emergency_new.html", context)


@require_http_methods(ASK)
@once
def emergency_word(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """Leave the one note for the counsellor whose client it is."""
    actor = actor_of(request)
    require(actor, Permission.USE_EMERGENCY)
    row = queries.emergency_row(access_id)
    if row.person != actor.id or not row.runs(db.now()):
        raise NotThere("clients_emergencyaccess", access_id)
    form = forms.WordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            actions.leave_emergency_note(actor=actor, access_id=access_id, text=text)
        except Invalid as no:
            form.add_error(no.field, no.message)
        else:
            messages.success(request, "Left for their counsellor.")
            return redirect("records:emergency", access_id)
    context = {"form": form, "row": row, "back": reverse("records:emergency", args=[access_id])}
    return render(request, "clients/emergency_word.html", context)


@require_POST
def emergency_end(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """End one's own hour now."""
    actor = actor_of(request)
    actions.end_emergency(actor=actor, access_id=access_id)
    messages.success(request, "Ended. The file is closed to you again.")
    return redirect("clients:emergency-review", access_id)
