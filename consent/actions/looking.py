"""Look at what a client is asked, as staff: never at the answers that are kept so far."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
import clients.queries
from consent.actions._reading import Reading, reading
from consent.domain import events
from consent.models import Request
from counselling import vault
from counselling.access import Permission, require
from counselling.errors import NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


def look_at_request(*, actor: Actor, request_id: UUID) -> Reading:
    """Show staff what a client is asked; the answers kept so far stay the client's."""
    require(actor, Permission.SEE_CONSENTS)
    request = Request.objects.filter(pk=request_id).first()
    if request is None:
        raise NotThere("consent_request", request_id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.REQUEST_READ,
        client=request.client_id,
        case=request.case_id,
        about=("consent_request", request_id),
        relation=clients.queries.relation_to_client(actor, request.client_id),
    )
    return dataclasses.replace(
        reading(request, grant),
        answers={},
        void_words=_opened(request.void_words, grant),
        decline_note=_opened(request.decline_note, grant),
    )


def _opened(words: vault.Sealed | None, grant: vault.Grant) -> str:
    return "" if words is None else vault.open_text(words, grant)
