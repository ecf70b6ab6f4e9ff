"""Say whom the system knows that a text may name, of those the actor sees: to leave names out."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
from clients import queries
from clients.actions.guardians import guardians_under
from clients.actions.naming import name_token
from clients.actions.opening import identities_under
from clients.domain import events
from clients.domain.naming import looked_for_in
from counselling.access import Permission, require

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from clients.actions.guardians import GuardianShown
    from clients.domain.people import Identity
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class WhoIsKnown:
    """The client, who is or was in a case with them, their guardians, others who may be named."""

    client: Identity = dataclasses.field(repr=False)
    together: Mapping[UUID, Identity] = dataclasses.field(repr=False)
    guardians: tuple[GuardianShown, ...] = dataclasses.field(repr=False)
    others: Mapping[UUID, Identity] = dataclasses.field(repr=False)


def who_is_known(*, actor: Actor, client_id: UUID, texts: Iterable[str]) -> WhoIsKnown:
    """Open the names of those around a client, and of other clients the texts may name.

    Others are found by the keyed index of names, so that only somebody with such a name is opened;
    what the actor may not see is not found. One event names everybody who was opened.
    """
    require(actor, Permission.PREPARE_SHARE)
    queries.client_row(client_id)
    near = {one.client for case in queries.cases_of(client_id) for one in case.members}
    tokens = {name_token(word) for word in looked_for_in(texts)}
    others = set(queries.clients_named(tokens)) - near - {client_id}
    opened = sorted({client_id, *near, *others})
    grant = audit.actions.record(
        actor=actor,
        kind=events.CLIENT_LISTED,
        clients=opened,
        relation=queries.relation_to_client(actor, client_id),
        purpose="leaving names out",
    )
    found = identities_under(grant, opened)
    return WhoIsKnown(
        client=found[client_id],
        together={one: found[one] for one in sorted(near - {client_id}) if one in found},
        guardians=guardians_under(grant, client_id),
        others={one: found[one] for one in sorted(others) if one in found},
    )
