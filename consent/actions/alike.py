"""Who of several people agreed to the same: what is about all of them leaves only with all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
import clients.actions
from consent.actions.permissions import permissions_under
from consent.actions.recipients import called
from consent.domain import events
from consent.domain.alike import same_name, same_recipient
from consent.domain.covers import Category, Covered
from consent.queries import consent_row, covers, live_consents
from consent.queries.deciding import of_all_who_decide
from counselling import db
from counselling.access import Permission, require

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

    from consent.actions.permissions import Permission as Allowed
    from consent.domain.documents import RecipientShown
    from consent.queries import ConsentRow
    from counselling import vault
    from counselling.access import Actor


def who_agreed(*, actor: Actor, consent_id: UUID, client_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Give who has a live consent as this one is: same recipient, purpose, session notes.

    Each with that consent; a client the actor does not see has not agreed. One event for all.
    """
    require(actor, Permission.SEE_CONSENTS)
    asked = consent_row(consent_id)
    if asked.recipient is None:
        return {}
    rows = _sharing(client_ids)
    (meant,), theirs, grant = _opened(actor, [asked], rows)
    agreed: dict[UUID, UUID] = {}
    names = {one.row.client: called(one.row.client, grant) for one in (meant, *theirs)}
    for one in theirs:
        if _alike(one, meant, names):
            answer = _covered(one.row, asked.purpose)
            if isinstance(answer, Covered):
                agreed[one.row.client] = answer.consent
    return agreed


def who_agreed_with(
    *, actor: Actor, client_id: UUID, client_ids: Collection[UUID]
) -> dict[UUID, UUID]:
    """Give who allows session notes to be shared with this very client, named as a recipient.

    Each with that consent, as `who_agreed` does.
    """
    require(actor, Permission.DISCLOSE)
    rows = _sharing([one for one in client_ids if one != client_id])
    if not rows:
        return {}
    name = clients.actions.names_for(
        actor=actor, client_ids=[client_id], purpose="own copy", full=True
    )[client_id]
    _, theirs, _ = _opened(actor, [], rows)
    agreed: dict[UUID, UUID] = {}
    for one in theirs:
        if same_name(one.recipient.name, name):
            answer = _covered(one.row, one.row.purpose)
            if isinstance(answer, Covered):
                agreed[one.row.client] = answer.consent
    return agreed


def _sharing(client_ids: Iterable[UUID]) -> list[ConsentRow]:
    """Give what lets session notes go; where others decide for a client, only what they signed."""
    found = [row for one in client_ids for row in live_consents(one, sharing=True)]
    notes = [row for row in found if Category.SESSION_NOTES in row.categories]
    said = of_all_who_decide(row.id for row in notes)
    return [row for row in notes if row.id in said]


def _opened(
    actor: Actor, first: list[ConsentRow], rows: list[ConsentRow]
) -> tuple[list[Allowed], list[Allowed], vault.Grant]:
    """Open whom these consents name, under one event that tells whose they are."""
    grant = audit.actions.record(
        actor=actor,
        kind=events.CONSENTS_READ,
        clients={row.client for row in (*first, *rows)},
        rows=[row.id for row in (*first, *rows)],
        purpose="what all of them agreed to",
    )
    return permissions_under(first, grant), permissions_under(rows, grant), grant


def _alike(
    one: Allowed, meant: Allowed, names: Mapping[UUID, Mapping[UUID, list[RecipientShown]]]
) -> bool:
    """Say whether two permissions name the same, by any name that each client's row has."""
    ours, theirs = (
        [each.recipient, *names[each.row.client].get(each.row.recipient or each.row.id, ())]
        for each in (meant, one)
    )
    return any(same_recipient(a, b) for a in theirs for b in ours)


def _covered(row: ConsentRow, purpose: str) -> object:
    """Ask the one question of this client, at this instant."""
    if row.recipient is None:
        return None
    return covers(
        client=row.client,
        recipient=row.recipient,
        purpose=purpose,
        categories=frozenset({Category.SESSION_NOTES}),
        at=db.now(),
    )
