"""Whom something may be told: written down, reached, corrected, and said to be one with another."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
import clients.queries
from consent.access import seeing
from consent.actions._gated import written
from consent.actions._reading import NOBODY, recipient_shown
from consent.actions.named import key_of, recorded
from consent.domain import events
from consent.domain.documents import RecipientShown
from consent.domain.recipient_events import (
    RECIPIENT_ADDED,
    RECIPIENT_CORRECTED,
    RECIPIENTS_MERGED,
)
from consent.domain.recipients import ADDRESS_WORDS, VERIFIED_WORDS, AddressKind, RecipientKind
from consent.models import Recipient, RecipientAddress, RecipientMerge, RecipientWording
from consent.queries.consents import ConsentRow, live_consents
from consent.queries.recipients import (
    AddressRow,
    RecipientRow,
    address_of,
    recipient_row,
    recipients_of,
)
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class AddressShown:
    """One way to a recipient, opened."""

    row: AddressRow
    value: str

    @property
    def kind(self) -> AddressKind:
        """Name the way."""
        return self.row.kind

    @property
    def kind_words(self) -> str:
        """Name the way in words."""
        return ADDRESS_WORDS[self.row.kind]

    @property
    def how_words(self) -> str:
        """Say how somebody made sure of it, if anybody did."""
        return VERIFIED_WORDS[self.row.how] if self.row.how else ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RecipientNow:
    """A recipient as written and reached today, beside the words the client signed."""

    id: UUID
    kind: RecipientKind
    shown: RecipientShown
    as_signed: RecipientShown
    addresses: tuple[AddressShown, ...]
    # what lets something go to them now; none: they can be asked about
    permissions: tuple[ConsentRow, ...]
    row: RecipientRow
    # a newer name somebody else has to agree to first
    pending: RecipientShown | None = None
    # the others that turned out to be this one, as the client signed them
    merged: tuple[RecipientShown, ...] = ()

    @property
    def changed(self) -> bool:
        """Say whether they are written otherwise than the client signed."""
        return self.shown != self.as_signed

    @property
    def two_kinds(self) -> bool:
        """Say whether an earlier kind still counts, until somebody else agrees to the new one."""
        return len(set(self.row.kinds) - {RecipientKind.OTHER}) > 1

    def usable(self, kind: AddressKind) -> list[AddressShown]:
        """Give the addresses of a kind that something may be sent to now."""
        return [one for one in self.addresses if one.kind is kind and one.row.usable]


def read_recipients(*, actor: Actor, client_id: UUID, ended: bool = False) -> list[RecipientNow]:
    """Show whom something about a client may be told, and how: one event for the page."""
    require(actor, seeing(actor))
    clients.queries.client_row(client_id)
    return _read(actor, client_id, ended=ended)


def _read(actor: Actor, client_id: UUID, *, ended: bool = False) -> list[RecipientNow]:
    rows = recipients_of(client_id)
    found = list(Recipient.objects.filter(client_id=client_id))
    if not found:
        return []
    grant = audit.actions.record(
        actor=actor,
        kind=events.RECIPIENTS_READ,
        client=client_id,
        relation=clients.queries.relation_to_client(actor, client_id),
        rows=[one.pk for one in found],
    )
    return recipients_under(grant, client_id, rows, found, ended=ended)


def recipients_under(
    grant: vault.Grant,
    client_id: UUID,
    rows: list[RecipientRow],
    found: list[Recipient],
    *,
    ended: bool = False,
) -> list[RecipientNow]:
    """Put names and addresses to recipients, under a grant somebody has."""
    signed = {one.pk: recipient_shown(one, grant) for one in found}
    wanted = {each for row in rows for each in (row.wording, row.pending) if each}
    written = {
        one.pk: RecipientShown(**vault.open_json(one.details, grant))
        for one in RecipientWording.objects.filter(pk__in=wanted)
    }
    ways = RecipientAddress.objects.filter(client_id=client_id).order_by("-at", "-id")
    if not ended:
        ways = ways.filter(ended_at=None)
    addresses = [AddressShown(address_of(one), vault.open_text(one.value, grant)) for one in ways]
    live = live_consents(client_id, sharing=True)
    return [
        RecipientNow(
            id=row.id,
            kind=row.kind,
            shown=written[row.wording] if row.wording else signed.get(row.id, NOBODY),
            as_signed=signed.get(row.id, NOBODY),
            addresses=tuple(one for one in addresses if one.row.recipient in row.rows),
            permissions=tuple(one for one in live if one.recipient in row.rows),
            row=row,
            pending=written[row.pending] if row.pending else None,
            merged=tuple(signed[one] for one in row.rows if one != row.id),
        )
        for row in rows
    ]


def called(client_id: UUID, grant: vault.Grant) -> dict[UUID, list[RecipientShown]]:
    """Give for every row of a client's recipients all the names that the recipient goes by."""
    rows, found = recipients_of(client_id), Recipient.objects.filter(client_id=client_id)
    signed = {one.pk: recipient_shown(one, grant) for one in found}
    written = {
        one.pk: RecipientShown(**vault.open_json(one.details, grant))
        for one in RecipientWording.objects.filter(pk__in=[row.wording for row in rows])
    }
    return {
        each: [signed[one] for one in row.rows] + ([written[row.wording]] if row.wording else [])
        for row in rows
        for each in row.rows
    }


def add_recipient(
    *,
    actor: Actor,
    client_id: UUID,
    shown: RecipientShown,
    kind: RecipientKind = RecipientKind.OTHER,
) -> UUID:
    """Write down somebody who may be asked about, or told by law; somebody typed again is the same.

    It allows nothing: what goes to them needs the client's word or a legal basis.
    """
    require(actor, Permission.KEEP_RECIPIENTS)
    clients.queries.client_row(client_id)
    _require_named(shown)
    for one in _read(actor, client_id):
        if shown in (one.shown, one.as_signed):
            return one.id
    made = written_down(client_id, shown, kind)
    audit.actions.record(
        actor=actor,
        kind=RECIPIENT_ADDED,
        client=client_id,
        about=("consent_recipient", made.pk),
        sealed={"details": vault.fingerprint(made, "details")},
        relation=clients.queries.relation_to_client(actor, client_id),
        detail={"kind": kind.value},
    )
    return made.pk


def written_down(client_id: UUID, shown: RecipientShown, kind: RecipientKind) -> Recipient:
    """Make the row of a recipient; part of asking and of adding, which record it."""
    return Recipient.objects.create(
        client_id=client_id,
        details=dataclasses.asdict(shown),
        kind=kind,
        name_key=key_of(client_id, shown),
        created_at=db.now(),
    )


def correct_recipient(
    *, actor: Actor, recipient_id: UUID, shown: RecipientShown, kind: RecipientKind | None = None
) -> UUID:
    """Write a recipient down as they are called today; what was disclosed keeps the words of then.

    Another name, or another kind than was said, counts once somebody else agreed, or once the
    client signed a form that names them so.
    """
    require(actor, Permission.KEEP_RECIPIENTS)
    row = recipient_row(recipient_id)
    _require_named(shown)
    made = RecipientWording(
        recipient_id=row.id,
        client_id=row.client,
        kind=kind or row.kind,
        details=dataclasses.asdict(shown),
        name_key=key_of(row.client, shown),
        by=actor.id,
        at=db.now(),
    )
    written(made)
    sealed = {"details": vault.fingerprint(made, "details")}
    recorded(actor, made, RECIPIENT_CORRECTED, [row.id], sealed=sealed)
    return made.pk


def merge_recipients(*, actor: Actor, gone_id: UUID, into_id: UUID) -> UUID:
    """Say that two recipients of one client are the same; nothing that was said or sent changes.

    Named alike it counts at once; named otherwise once somebody else agreed.
    """
    require(actor, Permission.KEEP_RECIPIENTS)
    gone, into = recipient_row(gone_id), recipient_row(into_id)
    if gone.client != into.client:
        raise NotThere("consent_recipient", into_id)
    if gone.id == into.id:
        raise Invalid("These are one already.", "into")
    made = RecipientMerge(
        gone_id=gone.id, into_id=into.id, client_id=gone.client, by=actor.id, at=db.now()
    )
    written(made)
    recorded(actor, made, RECIPIENTS_MERGED, [gone.id, into.id])
    return made.pk


def _require_named(shown: RecipientShown) -> None:
    if not shown.name.strip():
        raise Invalid("Say who.", "name")
