"""Who opened a client's file, for staff to print for somebody who has no space of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

import clients.actions
import clients.queries
import consent.actions
from consent.domain.documents import Letterhead
from consent.domain.openings_shown import OpeningLine, OpeningsList
from counselling import db, languages
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions import allowances
from counselling.speech import say
from counselling.views.accesses_forms import PeriodForm, bounds
from counselling.views.visits import in_words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from audit.queries import Mark
    from counselling.access import Actor
    from counselling.views.visits import Visit


@require_safe
def client_accesses(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Show staff what the client may know by now of who opened the file, in the client's words."""
    actor = actor_of(request)
    require(actor, Permission.ACCOUNT_FOR)
    row = clients.queries.client_row(client_id)
    form = PeriodForm(request.GET if {"since", "until"} & request.GET.keys() else None)
    said = form.cleaned_data if form.is_valid() else {}
    with languages.speaking(row.language):
        shown, mark = _shown(actor, client_id, said)
    names = clients.actions.names_for(actor=actor, client_ids=[client_id], purpose="openings")
    facts = {
        "client": row,
        "name": names.get(client_id, ""),
        "form": form,
        "period": {name: request.GET.get(name, "") for name in ("since", "until")},
        "visits": shown,
        "mark": mark,
    }
    status = 400 if form.errors else 200
    return render(request, "accesses_for_client.html", facts, status=status)


@require_POST
def client_accesses_file(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Make the same as a PDF, in the client's language, with its mark."""
    actor = actor_of(request)
    require(actor, Permission.ACCOUNT_FOR)
    row = clients.queries.client_row(client_id)
    allowances.spend(actor, allowances.DOCUMENTS)
    form = PeriodForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {}
    names = clients.actions.names_for(
        actor=actor, client_ids=[client_id], purpose="openings", full=True
    )
    with languages.speaking(row.language):
        shown, mark = _shown(actor, client_id, said)
        paper = _paper(actor, names.get(client_id, ""), row.language, said, shown, mark)
        content = consent.actions.render_openings(paper, settings.TIME_ZONE)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"openings-{timezone.localdate():%Y-%m-%d}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _shown(actor: Actor, client: UUID, said: dict[str, Any]) -> tuple[list[Visit], Mark]:
    entries, mark = clients.actions.print_openings(actor=actor, client_id=client, **bounds(said))
    return in_words(actor, client, entries), mark


def _paper(
    actor: Actor,
    name: str,
    language: str,
    said: dict[str, Any],
    shown: list[Visit],
    mark: Mark,
) -> OpeningsList:
    practice = accounts.practice()
    return OpeningsList(
        practice=Letterhead(practice.name, practice.address, practice.phone),
        client=name,
        language=language,
        since=said.get("since"),
        until=said.get("until"),
        made_at=db.now(),
        made_by=accounts.names_for_clients([actor.id])[actor.id],
        lines=tuple(_line(one) for one in shown),
        size=mark.size,
        root=mark.root,
        last=mark.last,
    )


def _line(one: Visit) -> OpeningLine:
    at = timezone.localtime(one.when)
    day = languages.day_in_words(at, with_year=True)
    if one.who is None:
        return OpeningLine(day, "", "", "")
    who = f"{one.name}, {one.title}," if one.title else str(one.name)
    why = f", {one.why}" if one.why else ""
    said = one.sentence_released
    wrote = say("They wrote: “%(words)s”", words=said) if said else ""
    return OpeningLine(day, f"{at:%H:%M}", who, f"{one.sentence}{why}. {wrote}".rstrip())
