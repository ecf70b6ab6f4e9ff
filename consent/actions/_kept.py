"""What was put out to keep a permission, and is called back when the permission is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
import clients.actions
import clients.queries
from consent.actions._reading import locked
from consent.domain import events
from consent.domain.states import RequestState, WhyVoid
from consent.models import EndNotice
from counselling import db

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.access import Actor


def call_back_kept(actor: Actor, stopped: Iterable[UUID]) -> None:
    """Close a form by which permissions were to be kept, of which none is left now."""
    out = EndNotice.objects.filter(
        consent_id__in=list(stopped), request__state__in=[RequestState.SENT, RequestState.OPENED]
    )
    for request in set(out.values_list("request_id", flat=True)):
        kept = EndNotice.objects.filter(request_id=request)
        if request and not kept.exclude(consent__withdrawal__isnull=False).exists():
            _close(actor, request)


def _close(actor: Actor, request_id: UUID) -> None:
    request = locked(request_id)
    request.state, request.why_void, request.ended_at = RequestState.VOID, WhyVoid.WISH, db.now()
    request.remind_at = None
    request.save(update_fields=["state", "why_void", "ended_at", "remind_at"])
    clients.actions.end_links(actor=actor, client_id=request.client_id, row=request_id)
    audit.actions.record(
        actor=actor,
        kind=events.REQUEST_VOIDED,
        client=request.client_id,
        case=request.case_id,
        about=("consent_request", request_id),
        relation=clients.queries.relation_to_client(actor, request.client_id),
        reason=WhyVoid.WISH.value,
    )
