"""Account for what went: on the page, as a file, on request; each line by the law's own fields."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.utils import timezone

import audit.actions
import clients.queries
from consent.access import accounting
from consent.actions._gated import written
from consent.actions.permissions import Shared, shared_under
from consent.domain import law_events as events
from consent.domain.accounting import (
    AskedHow,
    Statement,
    decide_period,
    decide_suspension,
    must_account,
)
from consent.domain.answers import LEVEL_WORDS
from consent.domain.bases import BASIS_SENTENCES, BasisKind
from consent.domain.delivery import CHANNEL_WORDS, Stands
from consent.models import (
    AccountingExtension,
    AccountingRequest,
    AccountingSuspension,
    Disclosure,
    LegalBasis,
    RecipientAddress,
)
from consent.queries.accounting import asked_row, went_between
from consent.queries.delivery import receipts
from consent.queries.documents import told_at
from counselling import db, vault
from counselling.access import ActorKind, Permission, require
from counselling.accounts import queries as accounts
from counselling.errors import Invalid, Refused
from counselling.speech import say, say_number

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from consent.queries.delivery import Receipt
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class Accounted:
    """One thing that went, with all that an accounting asks for."""

    shared: Shared
    address: str = dataclasses.field(repr=False)
    ground: str
    by: str
    channel: str
    receipts: tuple[Receipt, ...]
    told_at: datetime.datetime
    must: bool
    # whether the client is not to know of it yet
    hidden: bool

    @property
    def level(self) -> str:
        """Say how much it was."""
        return LEVEL_WORDS.get(self.shared.row.level, self.shared.row.level)

    @property
    def received(self) -> str:
        """Say what became of it, as far as is known."""
        if not self.receipts:
            return ""
        newest = self.receipts[0]
        times = sum(len(one.openings) for one in self.receipts)
        if not times:
            return newest.word
        opened = say_number("opened once", "opened %(number)s times", times)
        if newest.stands is Stands.OPENED:
            return opened
        return say("%(opened)s, %(word)s", opened=opened, word=newest.word)


def account_for(
    *,
    actor: Actor,
    client_id: UUID,
    since: datetime.date,
    until: datetime.date,
    only_law: bool = False,
) -> list[Accounted]:
    """Show what went about a client in a period, oldest first: one event names every line.

    The client sees what they may know of by now; with `only_law` what the law has accounted for.
    """
    require(actor, accounting(actor))
    clients.queries.client_row(client_id)
    today = timezone.localdate(db.now())
    decide_period(since, until, today)
    rows = went_between(client_id, since, until)
    grant = audit.actions.record(
        actor=actor,
        kind=events.ACCOUNTING_READ,
        client=client_id,
        rows=[one.id for one in rows],
        relation=clients.queries.relation_to_client(actor, client_id),
        detail={"since": since.isoformat(), "until": until.isoformat()},
    )
    found = accounted_under(grant, shared_under(rows, grant), today)
    may_know = actor.kind is ActorKind.CLIENT
    return [
        one for one in found if not (only_law and not one.must) and not (may_know and one.hidden)
    ]


def accounted_under(
    grant: vault.Grant, shared: Iterable[Shared], today: datetime.date
) -> list[Accounted]:
    """Put address, ground, person and receipts to what went, in as many questions however many."""
    rows = list(shared)
    ids = [one.row.id for one in rows]
    sent_to = _addresses(ids, grant)
    told, links = told_at(ids), receipts(ids)
    people = accounts.names({one.row.by for one in rows})
    kinds = dict(
        LegalBasis.objects.filter(pk__in=[one.row.basis for one in rows if one.row.basis])
        .values_list("pk", "kind")
    )  # fmt: skip
    return [
        Accounted(
            shared=one,
            address=sent_to.get(one.row.id, "") or one.recipient.address,
            ground=_ground(kinds.get(one.row.basis) if one.row.basis else None),
            by=people.get(one.row.by, ""),
            channel=CHANNEL_WORDS.get(one.row.channel, one.row.channel),
            receipts=tuple(links.get(one.row.id, ())),
            told_at=told.get(one.row.id, one.row.told_at),
            hidden=told.get(one.row.id, one.row.told_at) > db.now(),
            must=must_account(
                by_law=one.row.basis is not None,
                categories=one.row.categories,
                on=timezone.localdate(one.row.at),
                today=today,
            ),
        )
        for one in rows
    ]


def _ground(kind: str | None) -> str:
    return say("with the client's permission") if kind is None else BASIS_SENTENCES[BasisKind(kind)]


def _addresses(disclosures: Collection[UUID], grant: vault.Grant) -> dict[UUID, str]:
    """Give where each was sent, if it was sent anywhere."""
    found = Disclosure.objects.filter(pk__in=list(disclosures), address__isnull=False)
    pairs = list(found.values_list("pk", "address_id"))
    addresses = RecipientAddress.objects.filter(pk__in={address for _, address in pairs})
    opened = {one.pk: vault.open_text(one.value, grant) for one in addresses}
    return {disclosure: opened[address] for disclosure, address in pairs if address in opened}


def ask_accounting(
    *,
    actor: Actor,
    client_id: UUID,
    since: datetime.date,
    until: datetime.date,
    how: AskedHow,
    asked_on: datetime.date,
) -> UUID:
    """Note that a client asks for an accounting: it is due in 60 days."""
    require(actor, accounting(actor))
    clients.queries.client_row(client_id)
    today = timezone.localdate(db.now())
    decide_period(since, until, today)
    if asked_on > today:
        raise Invalid("Choose a day that is not after today.", "asked_on")
    made = AccountingRequest(
        client_id=client_id, since=since, until=until, how=how.value, asked_on=asked_on,
        by=actor.id, at=db.now(),
    )  # fmt: skip
    written(made)
    audit.actions.record(
        actor=actor,
        kind=events.ACCOUNTING_ASKED,
        client=client_id,
        about=("consent_accounting_request", made.pk),
        relation=clients.queries.relation_to_client(actor, client_id),
        reason=how.value,
    )
    return made.pk


def extend_accounting(*, actor: Actor, request_id: UUID, why: str) -> UUID:
    """Take thirty days more, once and in time, with a reason the client is written; gives them."""
    require(actor, Permission.ACCOUNT_FOR)
    row = asked_row(request_id)
    if not why:
        raise Invalid("Say why it takes longer.", "why")
    if not row.may_take_longer:
        raise Refused("not-longer", "More time is taken once, and in time.", client=row.client)
    made = AccountingExtension(
        client_id=row.client, request_id=request_id, why=why, by=actor.id, at=db.now()
    )
    written(made)
    audit.actions.record(
        actor=actor,
        kind=events.ACCOUNTING_EXTENDED,
        client=row.client,
        about=("consent_accounting_request", request_id),
        relation=clients.queries.relation_to_client(actor, row.client),
        sealed={f"consent_accounting_extension/{made.pk}/why": vault.fingerprint(made, "why")},
    )
    return row.client


def suspend_accounting(
    *,
    actor: Actor,
    client_id: UUID,
    disclosures: Collection[UUID],
    statement: Statement,
    until: datetime.datetime,
    official: str,
    words: str,
) -> UUID:
    """Hold lines back because an official said that knowing of them would be in their way.

    Only of what went by law and the client does not know of yet; who shared it never does it.
    """
    require(actor, Permission.RELEASE)
    clients.queries.client_row(client_id)
    if not disclosures:
        raise Invalid("Choose what is held back.", "disclosures")
    if not (official and words):
        raise Invalid("Say who said it, and what.", "official")
    decide_suspension(statement, db.now(), until)
    made = AccountingSuspension(
        client_id=client_id,
        disclosures=sorted(disclosures),
        details={"official": official, "words": words},
        statement=statement.value,
        until=until,
        by=actor.id,
        at=db.now(),
    )
    written(made)
    audit.actions.record(
        actor=actor,
        kind=events.ACCOUNTING_SUSPENDED,
        client=client_id,
        about=("consent_accounting_suspension", made.pk),
        rows=sorted(disclosures),
        relation=clients.queries.relation_to_client(actor, client_id),
        reason=statement.value,
        sealed={"details": vault.fingerprint(made, "details")},
    )
    return made.pk
