"""In the room: staff hand the device over, and it acts for this one form until it is given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
import clients.actions
import clients.queries
from consent.actions._group import require_turn
from consent.actions._reading import Reading, locked, reading, require_step
from consent.actions.sending import come_anew
from consent.domain import events
from consent.domain.states import RequestState, Signer
from consent.models import Request
from consent.queries.links import PURPOSE
from counselling import db
from counselling.access import ActorKind, Permission, require
from counselling.errors import NotThere, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


def hand_over(*, actor: Actor, request_id: UUID) -> UUID:
    """Let the device in the room open one form; gives the link that acts on it.

    What was not sent yet needs no letter for it, so this works where nothing may be sent at all.
    """
    require(actor, Permission.ASK_CONSENT)
    request = locked(request_id)
    require_step(request, RequestState.SENT)
    if request.signer == Signer.WITNESS:
        raise Refused("witness", "A witness signs in their own name.", client=request.client_id)
    require_turn(request)
    come_anew(request)
    link = clients.actions.hand_link_over(
        actor=actor, client_id=request.client_id, row=request_id, purpose=PURPOSE
    )
    audit.actions.record(
        actor=actor,
        kind=events.REQUEST_HANDED,
        client=request.client_id,
        case=request.case_id,
        about=("consent_request", request_id),
        relation=clients.queries.relation_to_client(actor, request.client_id),
        rows=[link],
    )
    return link


def meet(*, actor: Actor, request_id: UUID) -> Reading:
    """Show on the handed device whom the form is for, so that the right person takes it."""
    require(actor, Permission.SIGN_CONSENT)
    request = _handed(actor, request_id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.FORM_READ,
        client=request.client_id,
        about=("consent_request", request_id),
        relation="self",
        detail={"page": "in the room"},
    )
    return reading(request, grant)


def open_handed(*, actor: Actor, request_id: UUID) -> None:
    """Open the form after its signer said that it is them; who handed it over answers for it."""
    require(actor, Permission.SIGN_CONSENT)
    _handed(actor, request_id)
    request = locked(request_id)
    require_step(request, RequestState.OPENED)
    request.state = RequestState.OPENED
    request.opened_at = request.opened_at or db.now()
    request.save(update_fields=["state", "opened_at"])
    audit.actions.record(
        actor=actor,
        kind=events.REQUEST_OPENED,
        client=request.client_id,
        about=("consent_request", request_id),
        relation="self",
        detail={"by": "in the room"},
    )


def hand_back(*, actor: Actor, request_id: UUID) -> None:
    """Give the device back: what was answered is kept, and the device opens the form no more."""
    require(actor, Permission.SIGN_CONSENT)
    request = _handed(actor, request_id)
    clients.actions.end_this_link(actor=actor, client_id=request.client_id)


def _handed(actor: Actor, request_id: UUID) -> Request:
    """Give the request a handed device acts for; raises NotThere to everybody else."""
    found = Request.objects.filter(pk=request_id).first()
    by = clients.queries.handed_by(actor.id) if actor.kind is ActorKind.LINK else None
    if found is None or by is None:
        raise NotThere("consent_request", request_id)
    return found
