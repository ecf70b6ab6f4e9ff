"""Note that permissions were gone through together with a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import audit.actions
import clients.queries
from consent.domain import events
from consent.models import GoneThrough
from counselling import db
from counselling.access import Permission, require
from counselling.errors import Refused

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


_CARING: Final = frozenset({"assigned", "cover"})


def go_through(*, actor: Actor, client_id: UUID) -> None:
    """Note it; raises NotThere for a hidden client, Refused for who does not care for them."""
    require(actor, Permission.ASK_CONSENT)
    clients.queries.client_row(client_id)
    relation = clients.queries.relation_to_client(actor, client_id)
    if relation not in _CARING:
        raise Refused("not-assigned", "Only who cares for somebody goes through this with them.")
    done = GoneThrough(client_id=client_id, by=actor.id, at=db.now())
    done.save(force_insert=True)
    audit.actions.record(
        actor=actor,
        kind=events.GONE_THROUGH,
        client=client_id,
        about=("consent_gone_through", done.id),
        relation=relation,
    )
