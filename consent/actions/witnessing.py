"""Sign as a witness: somebody of the practice saw the others sign; it allows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
import clients.queries
from consent.actions._group import require_turn
from consent.actions._reading import Reading, locked, reading, require_step
from consent.actions.signing import evidence_of, finish
from consent.domain import events
from consent.domain.answers import decide_name, enforced_sha256, same_name
from consent.domain.states import RequestState, Signer
from consent.models import Request, Signature
from consent.queries.groups import is_last
from counselling import db, vault
from counselling.access import Permission, require
from counselling.accounts import queries as accounts
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

CHANGED = "This page changed in another window. Please read it again."


def look_as_witness(*, actor: Actor, request_id: UUID) -> Reading:
    """Show a witness what the others signed, and what follows from it."""
    require(actor, Permission.WITNESS)
    require(actor, Permission.SEE_CONSENTS)
    request = Request.objects.filter(pk=request_id, signer=Signer.WITNESS).first()
    if request is None:
        raise NotThere("consent_request", request_id)
    return reading(request, _read(actor, request), together=True)


def sign_as_witness(
    *, actor: Actor, request_id: UUID, name: str, enforced_shown: str, agent: str = ""
) -> UUID:
    """Sign as a witness, after everybody else; a second click finds the first signature."""
    require(actor, Permission.WITNESS)
    require(actor, Permission.SEE_CONSENTS)
    request = locked(request_id)
    if request.signer != Signer.WITNESS:
        raise NotThere("consent_request", request_id)
    if request.state == RequestState.SIGNED:
        return Signature.objects.values_list("pk", flat=True).get(request_id=request_id)
    if request.state == RequestState.SENT:
        require_step(request, RequestState.OPENED)
        request.state, request.opened_at, request.read_at = RequestState.OPENED, db.now(), db.now()
        request.save(update_fields=["state", "opened_at", "read_at"])
    require_step(request, RequestState.SIGNED)
    parts = require_turn(request)
    read = reading(request, _read(actor, request), together=True)
    kept, own = decide_name(name), accounts.person(actor.id).name
    if not same_name(kept, own):
        raise Invalid(f"Sign with your own name, {own}.", "name")
    if enforced_sha256(read.filled, read.together) != enforced_shown:
        raise Invalid(CHANGED)
    evidence = evidence_of(actor, request, read, kept, None)
    return finish(actor, request, read, evidence, agent, last=is_last(parts, request_id))


def _read(actor: Actor, request: Request) -> vault.Grant:
    return audit.actions.record(
        actor=actor,
        kind=events.REQUEST_READ,
        client=request.client_id,
        case=request.case_id,
        about=("consent_request", request.pk),
        relation=clients.queries.relation_to_client(actor, request.client_id),
        detail={"witness": True},
    )
