"""What a client allowed, in the sentences they signed, and what went to whom."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
import clients.queries
from consent.access import seeing
from consent.actions._reading import NOBODY, reading, recipient_shown
from consent.actions.disclosed import as_written_then
from consent.domain import events
from consent.domain.bases import BASIS_PURPOSES, BASIS_SENTENCES, BasisKind
from consent.domain.covers import ConsentState
from consent.models import Consent, Recipient, Request
from consent.queries import ConsentRow, DisclosureRow, consents_of, disclosures_of
from counselling.access import ActorKind, require
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from consent.actions._reading import Reading
    from consent.domain.documents import RecipientShown
    from counselling import vault
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class Permission:
    """A consent with the sentence that is enforced and the recipient's name."""

    row: ConsentRow
    label: str
    sentence: str
    recipient: RecipientShown
    purpose: str

    @property
    def ended_words(self) -> str:
        """Say how it ended, if it did."""
        return {
            ConsentState.WITHDRAWN: "stopped",
            ConsentState.REPLACED: "replaced by a newer form",
            ConsentState.EXPIRED: "ended by its date",
        }.get(self.row.state, "")


@dataclasses.dataclass(frozen=True, slots=True)
class Shared:
    """A disclosure with its recipient's name and address (DS-01)."""

    row: DisclosureRow
    recipient: RecipientShown
    purpose: str

    @property
    def ground(self) -> str:
        """Say on what it rests, to the client whom it is about."""
        if self.row.basis is None:
            return say("with your permission")
        return BASIS_SENTENCES[BasisKind(self.row.purpose)]


def read_permissions(*, actor: Actor, client_id: UUID) -> list[Permission]:
    """Show what a client allowed, live and ended, in words: one event for the page."""
    require(actor, seeing(actor))
    clients.queries.client_row(client_id)
    rows = consents_of(client_id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.CONSENTS_READ,
        client=client_id,
        relation=clients.queries.relation_to_client(actor, client_id),
        rows=[row.id for row in rows],
    )
    return permissions_under(rows, grant)


def permissions_under(rows: Iterable[ConsentRow], grant: vault.Grant) -> list[Permission]:
    """Put words to consents, under a grant somebody has."""
    rows = list(rows)
    found = Request.objects.filter(pk__in={row.request for row in rows})
    read = {one.pk: reading(one, grant) for one in found}
    return [_permission(row, read[row.request]) for row in rows]


def _permission(row: ConsentRow, read: Reading) -> Permission:
    clause = next(each for each in read.filled.clauses if each.code == row.clause)
    recipient = read.recipient if row.recipient else NOBODY
    purpose = f"So that {read.values['purpose']}" if row.recipient else ""
    return Permission(row, clause.label, clause.sentence, recipient, purpose)


def names_of_recipients(*, actor: Actor, client_id: UUID) -> dict[UUID, RecipientShown]:
    """Show whom a client was ever asked about, to pick one again: one event for the page."""
    require(actor, seeing(actor))
    found = list(Recipient.objects.filter(client_id=client_id).order_by("-created_at"))
    if not found:
        return {}
    grant = audit.actions.record(
        actor=actor,
        kind=events.RECIPIENTS_READ,
        client=client_id,
        relation=clients.queries.relation_to_client(actor, client_id),
        rows=[one.pk for one in found],
    )
    return {one.pk: recipient_shown(one, grant) for one in found}


def read_disclosures(*, actor: Actor, client_id: UUID) -> list[Shared]:
    """Show what went to whom; the client sees each line from the day they are to be told."""
    require(actor, seeing(actor))
    clients.queries.client_row(client_id)
    rows = disclosures_of(client_id, told=actor.kind is not ActorKind.STAFF)
    grant = audit.actions.record(
        actor=actor,
        kind=events.DISCLOSURES_READ,
        client=client_id,
        relation=clients.queries.relation_to_client(actor, client_id),
        rows=[row.id for row in rows],
    )
    return shared_under(rows, grant)


def shared_under(rows: Iterable[DisclosureRow], grant: vault.Grant) -> list[Shared]:
    """Put names and reasons to disclosures, under a grant somebody has."""
    rows = list(rows)
    names = as_written_then(rows, grant)
    reasons = _reasons({row.consent for row in rows if row.consent}, grant)
    return [
        Shared(
            row,
            names[row.wording or row.recipient],
            reasons[row.consent] if row.consent else BASIS_PURPOSES[BasisKind(row.purpose)],
        )
        for row in rows
    ]


def _reasons(consents: set[UUID], grant: vault.Grant) -> dict[UUID, str]:
    """Give what each consent is for, in the words the client read."""
    found = Consent.objects.filter(pk__in=consents).select_related("signature__request")
    return {
        one.pk: f"so that {reading(one.signature.request, grant).values['purpose']}"
        for one in found
    }
