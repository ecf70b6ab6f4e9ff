"""Ask everybody in a couple, a family or a group the same, in one go: a form of their own each."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import transaction

from consent.actions.permissions import names_of_recipients
from consent.actions.requests import Asking, ask
from counselling.access import Permission, require

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.access import Actor


def ask_together(
    *,
    actor: Actor,
    client_ids: Iterable[UUID],
    version_id: UUID,
    case_id: UUID | None = None,
    asking: Asking | None = None,
    witness: bool = False,
) -> list[UUID]:
    """Prepare the same form for several people: each signs for themselves (CC-23), none without.

    Gives a request for each, in the order they were named; who signs for a minor is theirs to say.
    """
    require(actor, Permission.ASK_CONSENT)
    first, *others = dict.fromkeys(client_ids)
    said = asking or Asking()
    with transaction.atomic():
        made = _ask(actor, first, version_id, case_id, said, witness=witness)
        theirs = _as_anybodys(actor, first, said) if others else said
        return [
            made,
            *(_ask(actor, one, version_id, case_id, theirs, witness=witness) for one in others),
        ]


def _ask(
    actor: Actor,
    client_id: UUID,
    version_id: UUID,
    case_id: UUID | None,
    said: Asking,
    *,
    witness: bool,
) -> UUID:
    return ask(
        actor=actor,
        client_id=client_id,
        version_id=version_id,
        case_id=case_id,
        asking=said,
        witness=witness,
    )


def _as_anybodys(actor: Actor, client_id: UUID, said: Asking) -> Asking:
    """Name a recipient that one of them has as the others would: rows are one client's each."""
    if said.recipient is None:
        return said
    known = names_of_recipients(actor=actor, client_id=client_id)
    return dataclasses.replace(said, recipient=None, new_recipient=known[said.recipient])
