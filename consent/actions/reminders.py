"""Remind of a form nobody opened, or that ends tomorrow: one neutral letter, as the card says."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.urls import reverse

import audit.actions
import clients.actions
from clients.domain import Template
from consent.actions._reading import locked, stands
from consent.domain import events
from consent.domain.reminding import decide_reminder
from consent.domain.states import RequestState
from consent.queries.groups import group_of, waits_for
from consent.queries.links import token_hash
from counselling import db
from counselling.access import Permission, require

if TYPE_CHECKING:
    from uuid import UUID

    from consent.models import Request
    from counselling.access import Actor


def remind(*, actor: Actor, request_id: UUID) -> bool:
    """Write the letter that is due, if one is; runs as often as it likes.

    The letter carries a new link, since nobody knows the old one any more; the PIN stays.
    """
    require(actor, Permission.RUN_JOB)
    request = locked(request_id)
    at = db.now()
    if request.remind_at is None or request.remind_at > at or request.expires_at is None:
        return False
    decided = decide_reminder(stands(request), request.expires_at, at)
    request.remind_at = decided.look_at
    writes = decided.writes and _is_their_turn(request) and _would_go(actor, request)
    if writes:
        _write(actor, request)
    request.save(update_fields=["remind_at", "reminded_at", "token_hash"])
    audit.actions.record(
        actor=actor,
        kind=events.REQUEST_REMINDED,
        client=request.client_id,
        about=("consent_request", request_id),
        detail={"letter": writes},
    )
    return writes


def _is_their_turn(request: Request) -> bool:
    return request.token_hash is not None and not waits_for(group_of(request.pk), request.pk)


def _would_go(actor: Actor, request: Request) -> bool:
    return clients.actions.message_would_go(
        actor=actor, client_id=request.client_id, guardian=request.guardian_id
    )


def _write(actor: Actor, request: Request) -> None:
    if stands(request) is RequestState.SENT:  # nobody reads it now: an older letter is of no use
        clients.actions.end_links(actor=actor, client_id=request.client_id, row=request.pk)
    token = secrets.token_urlsafe(32)
    request.token_hash, request.reminded_at = token_hash(token), db.now()
    clients.actions.queue_message(
        actor=actor,
        client_id=request.client_id,
        template=Template.DOCUMENT,
        link=reverse("consent:link", args=[token]),
        about=request.pk,
        guardian=request.guardian_id,
    )
