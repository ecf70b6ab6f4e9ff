"""Show again what was given and said of accountings: the file, why longer, an official's words."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.utils import timezone

import audit.actions
import clients.queries
from consent.access import accounting, looking_at_suspensions
from consent.domain import law_events as events
from consent.models import AccountingExtension, AccountingGiven, AccountingSuspension
from consent.queries.accounting import (
    AskedRow,
    SuspensionRow,
    asked_accountings,
    given_row,
    suspension_row,
)
from counselling import vault
from counselling.access import require, require_two_secrets
from counselling.accounts.actions import allowances

if TYPE_CHECKING:
    from uuid import UUID

    from consent.domain.accounting import Form
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """An accounting that was asked for, and why it takes longer, if it does."""

    row: AskedRow
    why_longer: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Suspended:
    """What an official had held back, and in which words."""

    row: SuspensionRow
    official: str = dataclasses.field(repr=False)
    words: str = dataclasses.field(repr=False)


def read_asked_accountings(*, actor: Actor, client_id: UUID) -> list[Asked]:
    """Show what a client asked for, and what they were told of why it takes longer."""
    require(actor, accounting(actor))
    clients.queries.client_row(client_id)
    rows = asked_accountings(client_id)
    if not rows:
        return []
    grant = audit.actions.record(
        actor=actor,
        kind=events.ACCOUNTINGS_ASKED_READ,
        client=client_id,
        rows=[one.id for one in rows],
        relation=clients.queries.relation_to_client(actor, client_id),
    )
    longer = AccountingExtension.objects.filter(request__in=[one.id for one in rows])
    why = {one.request_id: vault.open_text(one.why, grant) for one in longer}
    return [Asked(one, why.get(one.id, "")) for one in rows]


def open_given_accounting(*, actor: Actor, given_id: UUID) -> tuple[bytes, Form, str]:
    """Give an accounting again as it was given (164.528(d)); with it its kind and a file name.

    The client may have it: it holds what they knew of when it was made.
    """
    require(actor, accounting(actor))
    require_two_secrets(actor)
    allowances.spend(actor, allowances.DOCUMENTS)
    row = given_row(given_id)
    made = AccountingGiven.objects.get(pk=row.id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.ACCOUNTING_OPENED,
        client=row.client,
        about=("consent_accounting_given", row.id),
        relation=clients.queries.relation_to_client(actor, row.client),
        detail={"as": row.form.value, "sha256": row.sha256},
    )
    name = f"accounting-{timezone.localtime(row.at):%Y-%m-%d}.{row.form.value}"
    return vault.open_bytes(made.content, grant), row.form, name


def read_suspension(*, actor: Actor, suspension_id: UUID) -> Suspended:
    """Show who said that a client is not to know of something yet, and in which words.

    Its event names the lines: the client does not see it before they are told of them.
    """
    require(actor, looking_at_suspensions(actor))
    row = suspension_row(suspension_id)
    made = AccountingSuspension.objects.get(pk=row.id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.SUSPENSION_READ,
        client=row.client,
        about=("consent_accounting_suspension", row.id),
        rows=list(row.disclosures),
        relation=clients.queries.relation_to_client(actor, row.client),
    )
    said = vault.open_json(made.details, grant)
    return Suspended(row, said["official"], said["words"])
