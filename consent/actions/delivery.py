"""Send a recipient a link to what was shared with them, and take it back."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

import audit.actions
import clients.queries
from consent.access import delivering, taking_back
from consent.actions._gated import written
from consent.domain import delivery_events as events
from consent.domain.covers import Category
from consent.domain.delivery import (
    LetterKind,
    LetterState,
    ToldBy,
    WhyEnded,
    make_secret,
    spoken,
)
from consent.models import Disclosure, RecipientAddress, RecipientLetter, ShareLink
from consent.queries.recipients import lasts
from counselling import db, jobs
from counselling.access import ActorKind, require
from counselling.accounts.actions import allowances
from counselling.errors import Invalid, NotThere, Stale

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

SEND: Final = "consent.send_letter"
MEANWHILE: Final = (
    "Somebody else sent a link to this a moment ago, with a word of its own. Theirs is the one "
    "that opens; look at it before you send another."
)
_OPEN_LETTERS: Final = (LetterState.QUEUED, LetterState.FAILED)


@dataclasses.dataclass(frozen=True, slots=True)
class Secret:
    """What staff see once: the second secret to tell the recipient; the link goes by letter."""

    link: UUID
    disclosure: UUID
    secret: str
    told_by: ToldBy
    expires_at: datetime.datetime
    most_openings: int

    @property
    def shown(self) -> str:
        """Show it in two halves, as it is read aloud."""
        return f"{self.secret[:4]} {self.secret[4:]}"

    @property
    def spoken(self) -> str:
        """Spell it out."""
        return spoken(self.secret)


def deliver(
    *,
    actor: Actor,
    disclosure_id: UUID,
    address_id: UUID,
    told_by: str = ToldBy.IN_PERSON,
    told_address_id: UUID | None = None,
    days: int | None = None,
    openings: int | None = None,
) -> Secret:
    """Make a link to what was shared, and ask for the letter that carries it; gives the secret.

    A link there was before leads nowhere any more. The database asks the gate again, and whether
    the address is the recipient's own. Whoever decided it acts, or the machine for them.
    """
    require(actor, delivering(actor))
    allowances.spend(actor, allowances.LETTERS)
    disclosure = _disclosure(disclosure_id)
    _require_own(actor, disclosure)
    way = _way(told_by)
    _require_fresh([one for one in (address_id, told_address_id) if one is not None])
    secret = make_secret()
    link = ShareLink(
        client_id=disclosure.client_id,
        disclosure=disclosure,
        address_id=address_id,
        told_by=way,
        told_address_id=told_address_id,
        secret_hash=make_password(secret),
        by=disclosure.by if actor.kind is ActorKind.SERVICE else actor.id,
        made_at=db.now(),
        expires_at=db.now() + datetime.timedelta(days=days or settings.SHARE_LINK_DAYS),
        most_openings=openings or settings.SHARE_LINK_OPENINGS,
    )
    _put(actor, disclosure, link)
    _record(actor, disclosure, events.LINK_MADE, rows=[link.pk, address_id], reason=way)
    ask_for_letter(
        actor,
        RecipientLetter(
            kind=LetterKind.LINK, disclosure=disclosure, address_id=address_id, link=link
        ),
    )
    return Secret(link.pk, disclosure_id, secret, way, link.expires_at, link.most_openings)


def _put(actor: Actor, disclosure: Disclosure, link: ShareLink) -> None:
    """Put a link in the place of the one before, both or neither; of two at once one is made."""
    try:
        with transaction.atomic():
            _end(actor, disclosure, WhyEnded.REPLACED)
            written(link, "no-permission", disclosure.case_id)
    except Stale:
        raise Invalid(MEANWHILE) from None


def _disclosure(disclosure_id: UUID) -> Disclosure:
    found = Disclosure.objects.filter(pk=disclosure_id).first()
    if found is None:
        raise NotThere("consent_disclosure", disclosure_id)
    return found


def _require_own(actor: Actor, disclosure: Disclosure) -> None:
    """Let nobody but their author send notes kept alone: for others they are not there (AC-06)."""
    alone = Category.PROCESS_NOTES in disclosure.categories
    if alone and actor.kind is ActorKind.STAFF and disclosure.by != actor.id:
        raise NotThere("consent_disclosure", disclosure.pk)


def _way(told_by: str) -> ToldBy:
    if told_by not in set(ToldBy):
        raise Invalid("Say how the second secret is told.", "told_by")
    return ToldBy(told_by)


def _require_fresh(addresses: Iterable[UUID]) -> None:
    """Ask for addresses that somebody made sure of, and not too long ago."""
    asked = set(addresses)
    found = RecipientAddress.objects.filter(
        pk__in=asked, verified_at__gt=db.now() - lasts(), ended_at=None
    )
    if found.count() != len(asked):
        raise Invalid("Make sure of this address first: it is too long ago that somebody did.")


def ask_for_letter(actor: Actor, letter: RecipientLetter) -> None:
    """Lay down a letter that is due, with its event; committing sends the worker its id."""
    disclosure = letter.disclosure
    letter.client_id = disclosure.client_id
    letter.by = disclosure.by if actor.kind is ActorKind.SERVICE else actor.id
    letter.made_at = letter.due_at = db.now()
    letter.save(force_insert=True)
    _record(actor, disclosure, events.LETTER_QUEUED, rows=[letter.pk], reason=letter.kind)
    jobs.enqueue(SEND, letter.pk, letter.client_id)


def revoke(*, actor: Actor, disclosure_id: UUID) -> bool:
    """Close the link of a disclosure at once, for whoever reads it now too; False if none is."""
    require(actor, taking_back(actor))
    return _end(actor, _disclosure(disclosure_id), WhyEnded.REVOKED)


def _end(actor: Actor, disclosure: Disclosure, why: WhyEnded) -> bool:
    live = ShareLink.objects.filter(disclosure=disclosure, ended_at=None)
    links = list(live.values_list("pk", flat=True))
    if not links:
        return False
    live.update(ended_at=db.now(), ended_by=actor.id, why_ended=why)
    RecipientLetter.objects.filter(link_id__in=links, state__in=_OPEN_LETTERS).update(
        state=LetterState.DROPPED
    )
    _record(actor, disclosure, events.LINK_REVOKED, rows=links, reason=why)
    return True


def stop_links(actor: Actor, client: UUID, consents: Iterable[UUID]) -> None:
    """Close every link that rested on consents which have just ended; part of ending them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_stop_links(%s)", [list(consents)])
        stopped = [row[0] for row in cursor.fetchall()]
    if stopped:
        audit.actions.record(
            actor=actor,
            kind=events.LINK_STOPPED,
            client=client,
            rows=stopped,
            relation=clients.queries.relation_to_client(actor, client),
        )


def _record(
    actor: Actor, disclosure: Disclosure, kind: EventKind, *, rows: list[UUID], reason: str
) -> None:
    audit.actions.record(
        actor=actor,
        kind=kind,
        client=disclosure.client_id,
        case=disclosure.case_id,
        about=("consent_disclosure", disclosure.pk),
        rows=rows,
        relation=clients.queries.relation(actor, disclosure.case_id),
        reason=str(reason),
    )
