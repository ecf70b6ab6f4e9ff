"""Search in notes: the page is sent while they are looked through, the newest first."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, InterfaceError
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

import audit.actions
from counselling.access import SERVICE, Permission, actor_of, require
from counselling.accounts import actions as account_actions
from counselling.accounts import queries as accounts
from counselling.db import as_actor
from records import actions
from records.forms import SearchForm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from counselling.access import Actor

log = logging.getLogger("counselling.records")

# where the page is cut: what is found goes between the first two, what came of it after them
_CUT: Final = "<!-- cut -->"
WHERE: Final = {
    "addendum": "in an addendum",
    "own": "in the part for you alone",
    "member": "in a member's part",
}


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponseBase:
    """Ask what is looked for; sent, look through every note one may read."""
    actor = actor_of(request)
    require(actor, Permission.READ_NOTE)
    form = SearchForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "records/search.html", {"form": form}, status=status)
    begun = actions.begin_search(actor=actor, asked=form.asked)
    # the surroundings are asked for now: what is sent later is sent by an act of its own
    facts = {"form": form, "count": begun.count}
    page = render_to_string("records/search.html", facts, request)
    return StreamingHttpResponse(_sent(actor, begun, page))


def _sent(actor: Actor, begun: actions.Search, page: str) -> Iterator[str]:
    """Give the page piece by piece; whoever breaks off ends the search with it."""
    head, middle, tail = page.split(_CUT)
    yield head
    told, broke_off = actions.Told(), False
    try:
        with as_actor(actor):
            yield from _hits(actor, begun, told)
    except (DatabaseError, InterfaceError) as error:
        log.warning("search.broke-off", extra={"code": type(error).__name__})
        broke_off = True
    if told.broken:
        _tell_of_broken_seal(actor, told.broken)
    yield middle
    facts = {"told": told, "count": begun.count, "broke_off": broke_off}
    yield render_to_string("records/search_end.html", facts)
    yield tail


def _hits(actor: Actor, begun: actions.Search, told: actions.Told) -> Iterator[str]:
    authors: dict[UUID, str] = {actor.id: ""}
    for found in actions.go_on_searching(actor=actor, search=begun, told=told):
        if found.author not in authors:
            authors |= accounts.names({found.author})
        passages = [(WHERE.get(what, ""), one.parts) for what, one in found.passages]
        facts = {"found": found, "author": authors.get(found.author, ""), "passages": passages}
        yield render_to_string("records/search_hit.html", facts)


def _tell_of_broken_seal(actor: Actor, broken: tuple[str, UUID | None]) -> None:
    """Record it and tell a person, as for every other page (EN-03)."""
    table, row = broken
    audit.actions.record_refusal(
        actor=actor, code="seal-broken", path_name="records:search", what=table, row=row
    )
    with as_actor(SERVICE):
        account_actions.alert_privacy_officers(actor=SERVICE, code="seal-broken")
