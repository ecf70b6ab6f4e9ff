"""A client who wants nothing online has no link to a form; it can be signed in the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
import clients.queries
from consent.domain import events
from consent.domain.states import RequestState
from consent.models import Request
from counselling.access import ActorKind, Permission, require

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

_OUT = (RequestState.SENT.value, RequestState.OPENED.value)


def close_links(*, actor: Actor, client_id: UUID) -> None:
    """Let no link open a form of the client's any more; part of ending everything online.

    The forms stay asked: they can be signed in the room.
    """
    own = actor.kind is ActorKind.CLIENT
    require(actor, Permission.WITHDRAW_CONSENT if own else Permission.AMEND_CONTACT)
    out = Request.objects.filter(client_id=client_id, signer="client", state__in=_OUT)
    ids = list(out.exclude(token_hash=None).values_list("pk", flat=True))
    Request.objects.filter(pk__in=ids).update(token_hash=None, pin_hash="")
    audit.actions.record(
        actor=actor,
        kind=events.LINKS_CLOSED,
        client=client_id,
        rows=ids,
        relation=clients.queries.relation_to_client(actor, client_id),
    )
