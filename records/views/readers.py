"""Who of a case may read a note in their own space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

import clients.actions
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid
from records import access, actions, queries
from records.forms import ReadersForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor


@require_http_methods(["GET", "HEAD", "POST"])
@once
def readers(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Let people of the case read a note, or take it back; nobody is chosen beforehand."""
    actor = actor_of(request)
    require(actor, Permission.WRITE_NOTE)
    row = queries.note_to_read(note_id)
    history = queries.readers(note_id)
    now = {one.client for one in history if one.until is None}
    mine = access.may_open_to_clients(actor, row.author)
    offered = [*queries.could_read(row)] if mine else sorted(now, key=str)
    people = _named(actor, {*offered, *(one.client for one in history)})
    choices = [(str(one), people.get(one, "")) for one in offered]
    # nobody ticked is an answer too
    data = request.POST if request.method == "POST" else None
    form = ReadersForm(data, people=choices, initial={"readers": [str(one) for one in now]})
    if request.method == "POST" and form.is_valid():
        chosen = {UUID(one) for one in form.cleaned_data["readers"]}
        try:
            actions.set_readers(actor=actor, note_id=note_id, client_ids=chosen)
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            messages.success(request, "They can read it now." if chosen else "Nobody can read it.")
            return redirect("records:note", note_id)
    facts = _facts(note_id, row, history, people, form)
    return render(request, "records/readers.html", facts, status=422 if form.errors else 200)


def _named(actor: Actor, people: set[UUID]) -> dict[UUID, str]:
    return dict(
        clients.actions.names_for(actor=actor, client_ids=people, purpose="who may read a note")
    )


def _facts(
    note_id: UUID,
    row: queries.NoteToRead,
    history: list[queries.ReadingRow],
    people: dict[UUID, str],
    form: ReadersForm,
) -> dict[str, Any]:
    staff = accounts.names(
        {one.author for one in history} | {one.until_by for one in history if one.until_by}
    )
    return {
        "form": form,
        "offered": bool(form.people),
        "note": row,
        "back": reverse("records:note", args=[note_id]),
        "history": [
            {
                "row": one,
                "name": people.get(one.client, ""),
                "by": staff.get(one.author, ""),
                "until_by": staff.get(one.until_by, "") if one.until_by else "",
            }
            for one in history
        ],
    }
