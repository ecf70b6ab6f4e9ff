"""What is read in an emergency: whom, how to reach them, plans, and one note at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_safe

import clients.actions
import clients.queries
from clients.domain import CHANNEL_WORDS
from clients.domain.emergency import REASON_WORDS
from counselling import db
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from records import actions
from records.domain.dangers import ENDANGERED_WORDS
from records.views.members import writers
from records.views.notes import body_facts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from records.actions import DangerPage


@require_safe
def emergency(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """Show the one file for an hour: how to reach them first, plans next, then the notes."""
    actor = actor_of(request)
    require(actor, Permission.USE_EMERGENCY)
    record = actions.open_record_in_emergency(actor=actor, access_id=access_id)
    opened = clients.actions.open_emergency_file(actor=actor, access_id=access_id)
    cases = clients.queries.cases_of(opened.access.client)
    counsellors = {one for case in cases for one in case.assigned(db.now())}
    written = {one.author for rows in (record.notes, record.plans, record.dangers) for one in rows}
    names = accounts.names(counsellors | written)
    context = {
        "access": opened.access,
        "file": opened.file,
        "left": opened.note,
        "reason": REASON_WORDS[opened.access.reason],
        "channel": CHANNEL_WORDS.get(opened.file.card.channel, ""),
        "counsellors": sorted(names[one] for one in counsellors if one in names),
        "plans": [(one, names.get(one.author, "")) for one in record.plans],
        "dangers": [_danger(one, names) for one in record.dangers],
        "notes": [(one, names.get(one.author, "")) for one in record.notes],
    }
    return render(request, "records/emergency.html", context)


def _danger(one: DangerPage, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "danger": one,
        "endangered": ENDANGERED_WORDS[one.endangered],
        "author": names.get(one.author, ""),
    }


@require_safe
def emergency_note(request: HttpRequest, access_id: UUID, note_id: UUID) -> HttpResponse:
    """Show the record part of one note of that file, and nothing that anybody wrote for oneself."""
    actor = actor_of(request)
    page = actions.open_note_in_emergency(actor=actor, access_id=access_id, note_id=note_id)
    facts = body_facts(page, accounts.names(writers(page)))
    access = clients.queries.emergency_row(access_id)
    return render(request, "records/emergency_note.html", facts | {"access": access})
