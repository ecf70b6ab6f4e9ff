"""A note as one member's record holds it, what is added to a part, and who led a session too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once
from counselling.errors import Invalid
from records import actions, queries
from records.forms import AddendumForm
from records.forms.parts import LEFT
from records.views.notes import note_facts

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_safe
def member_note(request: HttpRequest, client_id: UUID, note_id: UUID) -> HttpResponse:
    """Show a note as the record of one member holds it: the shared part and theirs (AC-05)."""
    page = actions.open_note(actor=actor_of(request), note_id=note_id, of=client_id)
    facts = note_facts(request, page) | {"of": client_id, "about": page.names.get(client_id, LEFT)}
    return render(request, "records/note.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def part_addendum(request: HttpRequest, part_id: UUID) -> HttpResponse:
    """Sign a correction, a late entry or "entered in error" under one member's part."""
    actor = actor_of(request)
    require(actor, Permission.WRITE_NOTE)
    part = queries.part_row(part_id)
    form = AddendumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_to_part(
                actor=actor, part_id=part_id, kind=form.chosen_kind, text=form.cleaned_data["text"]
            )
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            messages.success(request, "Signed. It stands under this part from now on.")
            return redirect("records:note", part.note)
    page = actions.open_note(actor=actor, note_id=part.note, of=part.client, purpose="adding to it")
    facts = note_facts(request, page) | {
        "form": form,
        "name": page.names.get(part.client, LEFT),
        "may_add": False,
    }
    return render(request, "records/part_addendum.html", facts, status=422 if form.errors else 200)
