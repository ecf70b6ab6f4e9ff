"""What staff read of something that left: to whom, why so much, why the client is told later."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
import clients.queries
from consent.actions._reading import recipient_shown
from consent.domain import events
from consent.domain.documents import RecipientShown
from consent.models import Disclosure, Recipient, RecipientWording, Telling
from consent.queries.documents import disclosure_row, disclosures_of
from counselling import vault
from counselling.access import Permission, require

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from consent.queries.documents import DisclosureRow
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class ToldLater:
    """Why the client is told on another day, and who agreed to it."""

    until: datetime.datetime
    why: str = dataclasses.field(repr=False)
    approver: UUID


@dataclasses.dataclass(frozen=True, slots=True)
class WhySo:
    """The reasons somebody typed about one thing that left; empty where nobody had to."""

    so_much: str = dataclasses.field(default="", repr=False)
    later: tuple[ToldLater, ...] = ()


def read_to_whom(*, actor: Actor, client_id: UUID) -> dict[UUID, str]:
    """Name to whom each thing went, as they were written then: one event for the page."""
    require(actor, Permission.SEE_CONSENTS)
    rows = disclosures_of(client_id)
    if not rows:
        return {}
    grant = audit.actions.record(
        actor=actor,
        kind=events.DISCLOSURES_READ,
        client=client_id,
        relation=clients.queries.relation_to_client(actor, client_id),
        rows=[row.id for row in rows],
    )
    names = as_written_then(rows, grant)
    return {row.id: names[row.wording or row.recipient].name for row in rows}


def as_written_then(
    rows: Iterable[DisclosureRow], grant: vault.Grant
) -> dict[UUID, RecipientShown]:
    """Open how recipients were written then, whatever was corrected later, by wording or row."""
    rows = list(rows)
    people = Recipient.objects.filter(pk__in={row.recipient for row in rows})
    names = {one.pk: recipient_shown(one, grant) for one in people}
    wordings = RecipientWording.objects.filter(pk__in={row.wording for row in rows if row.wording})
    return names | {
        one.pk: RecipientShown(**vault.open_json(one.details, grant)) for one in wordings
    }


def read_why(*, actor: Actor, disclosure_id: UUID) -> WhySo:
    """Show why so much went, and why the client is told later; an event where there is a word.

    Raises NotThere for a hidden one and for none alike.
    """
    require(actor, Permission.SEE_CONSENTS)
    row = disclosure_row(disclosure_id)
    so_much = Disclosure.objects.get(pk=disclosure_id).why_so_much
    later = list(Telling.objects.filter(disclosure=disclosure_id, why__isnull=False).order_by("at"))
    if so_much is None and not later:
        return WhySo()
    grant = audit.actions.record(
        actor=actor,
        kind=events.DISCLOSURE_WHY_READ,
        client=row.client,
        case=row.case,
        about=("consent_disclosure", disclosure_id),
        rows=[one.pk for one in later],
        relation=clients.queries.relation_to_client(actor, row.client),
    )
    return WhySo(
        "" if so_much is None else vault.open_text(so_much, grant),
        tuple(
            ToldLater(one.told_at, vault.open_text(one.why, grant), one.approver)
            for one in later
            if one.why is not None
        ),
    )
