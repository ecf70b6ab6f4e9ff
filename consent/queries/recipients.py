"""Recipients of a client as they stand today: which are one, how they are reached."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection

from consent.domain.recipients import KIND_WORDS, AddressKind, RecipientKind, Verified
from consent.models import Recipient, RecipientAddress, RecipientMerge, RecipientWording
from counselling import db
from counselling.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


# as many as anybody decides about at a sitting
MOST: Final = 50


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RecipientRow:
    """One recipient; of several rows that are one, the row that stands for all."""

    id: UUID
    client: UUID
    # every row that is this one, itself too
    rows: tuple[UUID, ...]
    # the kind said last, and every kind that still counts for what is kept back
    kind: RecipientKind
    kinds: tuple[str, ...]
    # how they are written today, if not as on the row itself
    wording: UUID | None
    # a newer name that a second person, or the client, has to agree to before anything goes
    pending: UUID | None

    @property
    def kind_words(self) -> str:
        """Say what they are, as far as the law tells."""
        return KIND_WORDS[self.kind]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """One way to a recipient, without the address."""

    id: UUID
    recipient: UUID
    client: UUID
    kind: AddressKind
    how: Verified | None
    by: UUID | None
    verified_at: datetime.datetime | None
    ended_at: datetime.datetime | None

    @property
    def old(self) -> bool:
        """Say whether it was verified so long ago that somebody has to ask again."""
        return self.verified_at is not None and db.now() - self.verified_at > lasts()

    @property
    def usable(self) -> bool:
        """Say whether something may be sent there now."""
        return self.ended_at is None and self.verified_at is not None and not self.old


def lasts() -> datetime.timedelta:
    """Give how long a verified address is taken for theirs."""
    return datetime.timedelta(days=settings.VERIFIED_ADDRESS_DAYS)


def recipients_of(client_id: UUID) -> list[RecipientRow]:
    """Give whom something about a client may be told, latest first; two that are one, once."""
    same = _same(client_id)
    wordings = list(
        RecipientWording.objects.filter(client_id=client_id)
        .order_by("-at", "-id")
        .only("id", "recipient_id", "kind", "at")
    )
    stands, refused = _wordings_now(client_id)
    rows = {one.pk: one for one in Recipient.objects.filter(client_id=client_id)}
    roots = [pk for pk in rows if same.get(pk, (pk,))[0] == pk]
    return [
        _row(
            rows[root],
            tuple(pk for pk in rows if same.get(pk, (pk,))[0] == root),
            [one for one in wordings if one.recipient_id == root and one.pk not in refused],
            stands,
            same[root][1] if root in same else (),
        )
        for root in sorted(roots, key=lambda pk: rows[pk].created_at, reverse=True)
    ]


def recipient_row(recipient_id: UUID) -> RecipientRow:
    """Give the recipient that a row is; raises NotThere for a hidden one and for none alike."""
    found = Recipient.objects.filter(pk=recipient_id).first()
    if found is None:
        raise NotThere("consent_recipient", recipient_id)
    everybody = recipients_of(found.client_id)
    return next(one for one in everybody if recipient_id in one.rows)


def same_as(recipient_id: UUID) -> UUID:
    """Give the row that stands for this recipient; of one that is nobody else, its own."""
    return recipient_row(recipient_id).id


def all_same(client_id: UUID) -> dict[UUID, UUID]:
    """Give for every row of a client's recipients the one that stands for it."""
    return {row: root for row, (root, _) in _same(client_id).items()}


def current_wording(recipient_id: UUID) -> UUID | None:
    """Give how a recipient is written today, if otherwise than on the row that stands for them."""
    return recipient_row(recipient_id).wording


def addresses_of(recipient_id: UUID, *, ended: bool = False) -> list[AddressRow]:
    """Give the ways to a recipient, to every row that is the same one; newest first."""
    return addresses_of_rows(recipient_row(recipient_id).rows, ended=ended)


def addresses_of_rows(rows: Iterable[UUID], *, ended: bool = False) -> list[AddressRow]:
    """Give the ways to some rows of recipients, newest first."""
    found = RecipientAddress.objects.filter(recipient__in=list(rows)).order_by("-at", "-id")
    if not ended:
        found = found.filter(ended_at=None)
    return [address_of(one) for one in found]


def address_row(address_id: UUID) -> AddressRow:
    """Give one way to a recipient; raises NotThere for a hidden one and for none alike."""
    found = RecipientAddress.objects.filter(pk=address_id).first()
    if found is None:
        raise NotThere("consent_recipient_address", address_id)
    return address_of(found)


def address_of(one: RecipientAddress) -> AddressRow:
    """Give an address as pages may see it without opening it."""
    return AddressRow(
        id=one.pk,
        recipient=one.recipient_id,
        client=one.client_id,
        kind=AddressKind(one.kind),
        how=Verified(one.verified_how) if one.verified_how else None,
        by=one.verified_by,
        verified_at=one.verified_at,
        ended_at=one.ended_at,
    )


def is_changed(client_id: UUID) -> bool:
    """Say whether any recipient of a client was written anew or said to be one with another."""
    anew = RecipientWording.objects.filter(client_id=client_id)
    return anew.exists() or RecipientMerge.objects.filter(client_id=client_id).exists()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A change that waits for a second person: another name or kind, or two that are to be one."""

    by: UUID
    at: datetime.datetime
    wording: UUID | None = None
    merge: UUID | None = None
    gone: UUID | None = None
    into: UUID | None = None


def merges_waiting(client_id: UUID) -> list[Waiting]:
    """Give which recipients of a client are said to be one and wait for a second person."""
    found = RecipientMerge.objects.filter(client_id=client_id, same_name=False, agreement=None)
    return [
        Waiting(by=one.by, at=one.at, merge=one.pk, gone=one.gone_id, into=one.into_id)
        for one in found.order_by("at")
    ]


def all_waiting(than: UUID) -> list[tuple[UUID, UUID, datetime.datetime]]:
    """Give which recipients of which clients wait since when for somebody else than one person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (recipient) recipient, client, at FROM consent_names_waiting() "
            'WHERE "by" <> %s ORDER BY recipient, at LIMIT %s',
            [than, MOST],
        )
        return [(recipient, client, at) for recipient, client, at in cursor.fetchall()]


def waiting_of(row: RecipientRow) -> Waiting | None:
    """Give what waits about a recipient: a name first, then a kind, then a merge."""
    newest = RecipientWording.objects.filter(recipient=row.id).order_by("-at", "-id").first()
    two_kinds = len(set(row.kinds) - {RecipientKind.OTHER}) > 1
    if newest is not None and (newest.pk == row.pending or two_kinds):
        return Waiting(by=newest.by, at=newest.at, wording=newest.pk)
    merges = merges_waiting(row.client)
    return next((one for one in merges if row.id in {one.gone, one.into}), None)


def _row(
    one: Recipient,
    rows: tuple[UUID, ...],
    wordings: list[RecipientWording],
    stands: set[UUID],
    kinds: tuple[str, ...],
) -> RecipientRow:
    standing = next((each for each in wordings if each.pk in stands), None)
    newest = wordings[0] if wordings else None
    return RecipientRow(
        id=one.pk,
        client=one.client_id,
        rows=rows,
        kind=RecipientKind(standing.kind if standing else one.kind),
        kinds=kinds,
        wording=None if standing is None else standing.pk,
        pending=None if newest is None or newest.pk in stands else newest.pk,
    )


def _same(client_id: UUID) -> dict[UUID, tuple[UUID, tuple[str, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT recipient, same_as, kinds FROM consent_recipients_now(%s)", [client_id]
        )
        return {row: (root, tuple(kinds or ())) for row, root, kinds in cursor.fetchall()}


def _wordings_now(client_id: UUID) -> tuple[set[UUID], set[UUID]]:
    """Give which wordings stand, and which a second person refused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wording, stands, refused FROM consent_wordings_now(%s)", [client_id])
        found = cursor.fetchall()
    return {one for one, stands, _ in found if stands}, {
        one for one, _, refused in found if refused
    }
