"""Who sits in on a session and whether sound is recorded: offered only where all there agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

import clients.actions
import clients.queries
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.errors import Invalid
from records import actions, queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor
    from records.queries import SessionRow


@require_http_methods(["GET", "HEAD", "POST"])
def presence(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Show and change the facts of a session that need the word of everybody there."""
    actor = actor_of(request)
    require(actor, Permission.LOG_SESSION)
    row = queries.session_row(actor, session_id)
    if request.method == "POST":
        messages.success(request, _done(request, actor, row))
        return redirect("records:presence", session_id)
    found = queries.presence_of(session_id, row.case)
    names = clients.actions.names_for(
        actor=actor, client_ids=found.there, purpose="who is in a session"
    )
    staff = accounts.names([one.person for one in found.sitting])
    observing = queries.stands(found.there, queries.OBSERVER)
    recording = queries.stands(found.there, queries.RECORDING)
    facts = {
        "session": row,
        "found": found,
        "mine": row.person == actor.id,
        "observing": observing,
        "recording": recording,
        "to_ask_observing": [(one, names.get(one, "")) for one in observing.not_agreed],
        "to_ask_recording": [(one, names.get(one, "")) for one in recording.not_agreed],
        "names": names,
        "trainees": [one for one in queries.trainees() if one.id != actor.id],
        "sitting": [(one, staff.get(one.person, "")) for one in found.sitting],
        "kept": next((one for one in found.recordings if one.erased_at is None), None),
        "case": clients.queries.case_row(row.case),
    }
    return render(request, "records/presence.html", facts)


def _done(request: HttpRequest, actor: Actor, row: SessionRow) -> str:
    """Do what the pressed button says, and give the words for it."""
    act = request.POST.get("act", "")
    if act == "sit-in":
        person = _uuid(request, "person")
        actions.let_sit_in(actor=actor, session_id=row.id, person_id=person)
        return "Noted: a trainee sits in."
    if act == "leave":
        actions.end_sitting_in(actor=actor, sitting_id=_uuid(request, "row"))
        return "Noted: the trainee left."
    if act == "record":
        actions.begin_recording(actor=actor, session_id=row.id)
        return "Noted: sound is recorded."
    if act == "erase":
        actions.erase_recording(actor=actor, recording_id=_uuid(request, "row"))
        return "Noted: the recording is erased."
    raise Invalid("Choose what to note.")


def _uuid(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Invalid("Choose a trainee of the practice.", name) from None
