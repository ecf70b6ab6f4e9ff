"""Whether two names are one, and the second person's word where they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
import clients.queries
from consent.actions._gated import written
from consent.domain.recipient_events import NAME_DECIDED
from consent.domain.recipients import Agreement, plain_name
from consent.models import RecipientAgreement, RecipientMerge, RecipientWording
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from audit.domain import EventKind
    from consent.domain.documents import RecipientShown
    from consent.models import RecipientAddress
    from counselling.access import Actor


def key_of(client_id: UUID, shown: RecipientShown) -> str:
    """Give the keyed hash of a name: equal for one client's two rows, for two clients' never."""
    named = vault.fold(plain_name(shown.name, shown.organisation))
    return vault.keyed_index("recipient-name", f"{client_id}|{named}")


def recorded(
    actor: Actor,
    made: RecipientWording | RecipientMerge | RecipientAgreement | RecipientAddress,
    kind: EventKind,
    rows: Iterable[UUID],
    *,
    sealed: Mapping[str, str] | None = None,
    detail: Mapping[str, str | int | bool | None] | None = None,
) -> vault.Grant:
    """Record what was written about a recipient."""
    return audit.actions.record(
        actor=actor,
        kind=kind,
        client=made.client_id,
        about=(made._meta.db_table, made.pk),
        rows=rows,
        sealed=sealed,
        relation=clients.queries.relation_to_client(actor, made.client_id),
        detail=detail,
    )


def decide_wording(*, actor: Actor, wording_id: UUID, answer: Agreement) -> UUID:
    """Agree, as the second person, that another name is the same recipient; gives the client.

    Whoever wrote it takes it back by a refusal. Raises NotThere for a hidden one, Refused where
    somebody else has to decide.
    """
    require(actor, deciding(actor))
    found = RecipientWording.objects.filter(pk=wording_id).first()
    if found is None:
        raise NotThere("consent_recipient_wording", wording_id)
    _decide(actor, answer, found, wording=found)
    return found.client_id


def decide_merge(*, actor: Actor, merge_id: UUID, answer: Agreement) -> UUID:
    """Agree, as the second person, that two recipients are one; gives the client."""
    require(actor, deciding(actor))
    found = RecipientMerge.objects.filter(pk=merge_id).first()
    if found is None:
        raise NotThere("consent_recipient_merge", merge_id)
    _decide(actor, answer, found, merge=found)
    return found.client_id


def deciding(actor: Actor) -> Permission:
    """Name the permission to answer: the second person's, or to take back what one wrote."""
    return Permission.RELEASE if actor.may(Permission.RELEASE) else Permission.KEEP_RECIPIENTS


def _decide(
    actor: Actor,
    answer: Agreement,
    found: RecipientWording | RecipientMerge,
    *,
    wording: RecipientWording | None = None,
    merge: RecipientMerge | None = None,
) -> None:
    alone = found.by == actor.id and answer is Agreement.AGREE
    made = RecipientAgreement(
        client_id=found.client_id,
        wording=wording,
        merge=merge,
        answer=answer,
        alone=alone,
        by=actor.id,
        at=db.now(),
    )
    written(made)
    detail = {"answer": answer.value, "alone": alone}
    recorded(actor, made, NAME_DECIDED, [found.pk], detail=detail)
