"""Pages of what was given and said about accountings: the file again, an official's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import clients.actions
import clients.queries
from consent import actions
from consent.domain.accounting import Form
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

KINDS: Final = {Form.PDF: "application/pdf", Form.CSV: "text/csv; charset=utf-8"}


def file(content: bytes, form: Form, name: str) -> HttpResponse:
    """Hand out an accounting under a name that says nothing; no cache keeps it."""
    response = HttpResponse(content, content_type=KINDS[form])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def given_file(request: HttpRequest, given_id: UUID) -> HttpResponse:
    """Give staff an accounting again, as it was given."""
    require(actor_of(request), Permission.ACCOUNT_FOR)
    return file(*actions.open_given_accounting(actor=actor_of(request), given_id=given_id))


@require_safe
def own_given_file(request: HttpRequest, given_id: UUID) -> HttpResponse:
    """Give a client an accounting of theirs again, as it was given."""
    require(actor_of(request), Permission.SEE_OWN_FILE)
    return file(*actions.open_given_accounting(actor=actor_of(request), given_id=given_id))


@require_safe
def suspension(request: HttpRequest, suspension_id: UUID) -> HttpResponse:
    """What an official had held back: who said it, in which words, until when."""
    actor = actor_of(request)
    one = actions.read_suspension(actor=actor, suspension_id=suspension_id)
    client = clients.queries.client_row(one.row.client)
    names = clients.actions.names_for(actor=actor, client_ids=[client.id], purpose="an accounting")
    facts = {
        "client": client,
        "name": names.get(client.id, ""),
        "one": one,
        "by": accounts.names([one.row.by]).get(one.row.by, ""),
        "may_account": actor.may(Permission.ACCOUNT_FOR),
    }
    return render(request, "consent/suspension.html", facts)
