"""The client's page: who opened my file, when and why, and when to be told of it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import audit.queries
import clients.actions
import clients.queries
from clients.domain.openings import ONE_VISIT, TOLD, Wish
from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere
from counselling.views.accesses_forms import PeriodForm, QuestionForm, WishForm, bounds
from counselling.views.visits import counted, in_words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from audit.domain import Entry
    from counselling.access import Actor
    from counselling.views.visits import Visit

_A_DAY: Final = datetime.timedelta(days=1)
_INSTANT: Final = datetime.timedelta(microseconds=1)
ASK = ["GET", "HEAD", "POST"]


@require_safe
def accesses(request: HttpRequest) -> HttpResponse:
    """Show who opened the client's file; people in words, routine folded into a line a day."""
    actor = actor_of(request)
    require(actor, Permission.SEE_OWN_FILE)
    client = clients.queries.client_of_account(actor.id)
    form = PeriodForm(request.GET if {"since", "until"} & request.GET.keys() else None)
    if client is None:
        return render(request, "accesses.html", {"visits": [], "form": form})
    asked = bounds(form.cleaned_data) if form.is_valid() else {}
    last = clients.queries.looked_last(client)
    found = clients.actions.see_openings(
        actor=actor, client_id=client, before=request.GET.get("before"), **asked
    )
    shown = kept_whole(found)
    facts = {
        "form": form,
        "visits": with_questions(client, in_words(actor, client, shown)),
        "period": {name: request.GET.get(name, "") for name in ("since", "until")},
        "last": last,
        "new": how_many_since(client, last),
        "older": _older(request, shown) if len(found) > len(shown) else "",
        "mark": audit.queries.mark_of(client, shown, also=TOLD),
        "wish_form": _wish_form(client),
        "chosen": clients.queries.wish_of(client) is not None,
    }
    return render(request, "accesses.html", facts, status=400 if form.errors else 200)


def how_many_since(client: UUID, last: datetime.datetime | None) -> int:
    """Count the visits by people since the client looked last, or ever."""
    return counted(audit.queries.openings_of(client, also=TOLD, since=last, limit=200))


def kept_whole(found: list[Entry]) -> list[Entry]:
    """Give what one page shows of what was found: no visit is cut in two, if there is a gap."""
    if len(found) <= audit.queries.MOST:
        return found
    for place in range(audit.queries.MOST, audit.queries.MOST // 2, -1):
        if found[place - 1].when - found[place].when > ONE_VISIT:
            return found[:place]
    return found[: audit.queries.MOST]


def with_questions(client: UUID, shown: list[Visit]) -> list[dict[str, Any]]:
    """Put beside each line what the client asked about it."""
    events = [entry.id for visit in shown for entry in visit.entries]
    asked = clients.queries.asked_about(client, events)
    return [
        {
            "visit": visit,
            "asked": next(
                (row for row in asked if row.events & {one.id for one in visit.entries}), None
            ),
        }
        for visit in shown
    ]


def _older(request: HttpRequest, shown: list[Entry]) -> str:
    said = {name: request.GET[name] for name in ("since", "until") if request.GET.get(name)}
    return urlencode({**said, "before": shown[-1].cursor})


def _wish_form(client: UUID) -> WishForm:
    return WishForm(initial={"wish": clients.queries.wish_of(client)})


@require_POST
@once
def wish(request: HttpRequest) -> HttpResponse:
    """Take when the client wants to be written to."""
    actor = actor_of(request)
    client = _own(actor)
    form = WishForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one."))
        return redirect("accesses")
    chosen = Wish(form.cleaned_data["wish"])
    clients.actions.choose_to_hear(actor=actor, client_id=client, wish=chosen)
    messages.success(request, _("Saved. We write as your contact card allows, and never why."))
    return redirect("accesses")


@require_http_methods(ASK)
@once
def question_new(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Ask about one line."""
    actor = actor_of(request)
    visit = _line(actor, event_id)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = clients.actions.ask_about_opening(
                actor=actor, line=visit.entries, words=form.cleaned_data["words"]
            )
        except Invalid as wrong:
            form.add_error(wrong.field or None, wrong.message)
        else:
            messages.success(request, _("Sent. Somebody else than who opened it answers you."))
            return redirect("own-question", made)
    status = 400 if form.errors else 200
    return render(request, "accesses_ask.html", {"form": form, "one": visit}, status=status)


@require_safe
def question(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Show the client what they asked, where it stands, and the answer."""
    actor = actor_of(request)
    client = _own(actor)
    shown = clients.actions.read_own_question(actor=actor, question_id=question_id)
    line = _between(client, shown.row.began, shown.row.ended)
    entries = [one for one in line if one.id in shown.row.events]
    facts = {"shown": shown, "visits": in_words(actor, client, entries)}
    return render(request, "accesses_question.html", facts)


def _own(actor: Actor) -> UUID:
    require(actor, Permission.SEE_OWN_FILE)
    client = clients.queries.client_of_account(actor.id)
    if client is None:
        raise NotThere("clients_portalaccess")
    return client


def _line(actor: Actor, event_id: UUID) -> Visit:
    """Give the line of the page that an event stands for; raises NotThere."""
    client = _own(actor)
    at = audit.queries.opened_at(client, event_id, also=TOLD)
    if at is None:
        raise NotThere("audit_event", event_id)
    shown = in_words(actor, client, _between(client, at - _A_DAY, at))
    found = next((one for one in shown if event_id in {e.id for e in one.entries}), None)
    if found is None:
        raise NotThere("audit_event", event_id)
    return found


def _between(client: UUID, began: datetime.datetime, ended: datetime.datetime) -> list[Entry]:
    return audit.queries.openings_of(
        client, also=TOLD, since=began, until=ended + _INSTANT, limit=audit.queries.MOST
    )
