"""The client's own pages: notes that were opened to them, and "This is not right"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import clients.queries
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere, Stale
from counselling.speech import say
from records import actions, queries
from records.domain import ADDENDUM_WORDS
from records.domain.amendments import AMENDMENT_WORDS, AmendmentState
from records.forms import NotRightForm, StatementForm
from records.views import said

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, QueryDict

    from counselling.access import Actor

YOU = say("You")


def _own(request: HttpRequest) -> tuple[Actor, UUID]:
    """Give who asks, and whose space this is."""
    actor = actor_of(request)
    require(actor, Permission.SEE_OWN_FILE)
    client = clients.queries.client_of_account(actor.id)
    if client is None:
        raise NotThere("clients_client")
    return actor, client


@require_safe
def own_notes(request: HttpRequest) -> HttpResponse:
    """List what the client may read, and what they said is not right."""
    _, client = _own(request)
    page = queries.own_readings(client, page=_number(request))
    before = queries.own_amendments(client)
    people = accounts.names_for_clients({one.author for one in page.rows})
    facts = {
        "notes": [(one, people.get(one.author, "")) for one in page.rows],
        "page": page,
        "said": [(one, AMENDMENT_WORDS[one.state], said.CHIPS[one.state]) for one in before],
    }
    return render(request, "records/own_notes.html", facts)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _number(request: HttpRequest) -> int:
    """Read the number of a page; whatever is none is the first one's."""
    typed = request.GET.get("page", "")
    return int(typed) if re.fullmatch("[0-9]{1,4}", typed) else 1


@require_safe
def own_note(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Show a note to the client it was opened to, with everything that stands under it."""
    actor, client = _own(request)
    page = actions.read_own_note(actor=actor, note_id=note_id, client_id=client)
    return render(request, "records/own_note.html", _facts(page, client))


def _facts(page: actions.OwnNotePage, client: UUID) -> dict[str, Any]:
    added = (*page.addenda, *page.part_addenda)
    authors = {page.author, *(one.author for one in added)} | said.people_in(page.amendments)
    people = accounts.names_for_clients(authors)
    return {
        "note": page,
        "author": people.get(page.author, ""),
        "addenda": _added(page.addenda, people),
        "part_addenda": _added(page.part_addenda, people),
        "said": said.facts(page.amendments, people, {client: YOU}),
        "may_say": not any(one.open for one in page.amendments),
    }


def _added(rows: Iterable[actions.AddedShown], people: dict[UUID, str]) -> list[dict[str, Any]]:
    return [
        {
            "word": ADDENDUM_WORDS[one.kind],
            "author": people.get(one.author, ""),
            "signed_at": one.signed_at,
            "text": one.text,
        }
        for one in rows
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@once
def not_right(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Say what is not right in a note, and what it should say (RT-04)."""
    actor, client = _own(request)
    require(actor, Permission.SAY_NOT_RIGHT)
    form = NotRightForm(_posted(request), two_parts=queries.has_two_parts(client, note_id))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask_amendment(
                actor=actor,
                client_id=client,
                note_id=note_id,
                wrong=form.cleaned_data["wrong"],
                better=form.cleaned_data["better"],
                of_own_part=form.cleaned_data.get("part") == "own",
            )
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            messages.success(request, say("Sent. You see here until when you get an answer."))
            return redirect("records:own-amendment", made)
    page = actions.read_own_note(actor=actor, note_id=note_id, client_id=client)
    facts = _facts(page, client) | {"form": form}
    return render(request, "records/not_right.html", facts, status=422 if form.errors else 200)


@require_safe
def own_amendment(request: HttpRequest, amendment_id: UUID) -> HttpResponse:
    """Show the client where their word about a note stands."""
    actor, client = _own(request)
    return render(request, "records/own_amendment.html", _said(actor, client, amendment_id))


def _said(actor: Actor, client: UUID, amendment_id: UUID) -> dict[str, Any]:
    one = actions.open_amendment(actor=actor, amendment_id=amendment_id)
    people = accounts.names_for_clients(said.people_in([one]))
    (shown,) = said.facts([one], people, {client: YOU})
    return {
        "one": shown,
        "session_at": one.session_at,
        "note": one.note if queries.may_read(client, one.note) else None,
        "corrected": one.state is AmendmentState.ACCEPTED,
        "others": actions.others_to_tell(actor=actor, amendment_id=amendment_id),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@once
def statement(request: HttpRequest, amendment_id: UUID) -> HttpResponse:
    """Put the client's own statement beside what was refused."""
    actor, client = _own(request)
    require(actor, Permission.SAY_NOT_RIGHT)
    form = StatementForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.disagree_with_refusal(
                actor=actor, amendment_id=amendment_id, statement=form.cleaned_data["statement"]
            )
        except Stale:
            messages.warning(request, say("This stands as it is. Nothing was changed."))
        else:
            messages.success(request, say("Your statement stands beside the note from now on."))
        return redirect("records:own-amendment", amendment_id)
    facts = _said(actor, client, amendment_id) | {"form": form}
    if not facts["one"]["may_disagree"]:
        return redirect("records:own-amendment", amendment_id)
    return render(request, "records/statement.html", facts, status=422 if form.errors else 200)
