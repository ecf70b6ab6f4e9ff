"""Letters to recipients, by the worker: claimed, sent once, and settled; or not sent at all."""

from __future__ import annotations

import dataclasses
import datetime
import secrets
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection
from django.urls import reverse

import audit.actions
from consent.domain import delivery_events as events
from consent.domain.delivery import LetterKind, LetterState, compose_letter
from consent.models import Document, RecipientAddress, RecipientLetter, ShareLink
from consent.queries.documents import frozen_now
from consent.queries.links import token_hash
from consent.queries.recipients import lasts
from counselling import db, languages, vault
from counselling.access import Permission, require
from counselling.accounts import actions as accounts

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

MOST_ATTEMPTS: Final = 5
# while the log is looked into a link waits, and goes soon after
FROZEN_WAITS: Final = datetime.timedelta(minutes=5)
# a worker that died while sending is not waited for longer than this
LEASE: Final = datetime.timedelta(minutes=5)


@dataclasses.dataclass(frozen=True, slots=True)
class Ready:
    """A letter as it is to go, once."""

    to: str
    subject: str
    body: str


def claim_letter(*, actor: Actor, letter_id: UUID) -> Ready | None:
    """Take a letter that is due, and make its link; None if there is nothing to do.

    Once this has committed the letter may have gone, so it is never claimed again: a worker that
    dies now leaves a letter of which nobody knows, and a person is told. The gate is asked first.
    """
    require(actor, Permission.RUN_JOB)
    why = _why_not(letter_id)
    letter = (
        RecipientLetter.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=letter_id, due_at__lte=db.now())
        .first()
    )
    if letter is None or letter.state not in {LetterState.QUEUED, LetterState.SENDING}:
        return None
    if letter.state == LetterState.SENDING:
        _move(actor, letter, LetterState.UNSURE, events.LETTER_UNSURE)
        return None
    if not why and letter.link_id is not None and frozen_now([letter.disclosure_id]):
        letter.due_at = db.now() + FROZEN_WAITS
        letter.save(update_fields=["due_at"])
        return None
    address = RecipientAddress.objects.get(pk=letter.address_id)
    if why or address.ended_at is not None or not _leads(letter):
        _move(actor, letter, LetterState.DROPPED, events.LETTER_DROPPED)
        return None
    if letter.link_id is not None and not _still_theirs(address):
        _move(actor, letter, LetterState.FAILED, events.LETTER_FAILED, "address-old")
        return None
    letter.attempts += 1
    letter.due_at = db.now() + LEASE
    grant = _move(actor, letter, LetterState.SENDING, events.LETTER_CLAIMED)
    return _written(letter, address, grant)


def _why_not(letter: UUID) -> str:
    """Say why a link's letter may not go now; consents are locked here, before the letter is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_letter_why_not(%s)", [letter])
        return str(cursor.fetchone()[0])


def _still_theirs(address: RecipientAddress) -> bool:
    """Say whether somebody made sure of an address not too long ago; else a person is told."""
    return address.verified_at is not None and address.verified_at > db.now() - lasts()


def _leads(letter: RecipientLetter) -> bool:
    """Say whether its link, if it carries one, still leads somewhere."""
    if letter.link_id is None:
        return True
    return ShareLink.objects.filter(
        pk=letter.link_id, ended_at=None, expires_at__gt=db.now()
    ).exists()


def _written(letter: RecipientLetter, address: RecipientAddress, grant: vault.Grant) -> Ready:
    link = ""
    if letter.link_id is not None:
        token = secrets.token_urlsafe(32)
        ShareLink.objects.filter(pk=letter.link_id).update(token_hash=token_hash(token))
        link = f"{settings.PORTAL_URL}{reverse('consent:share', args=[token])}"
    with languages.speaking(_language(letter, grant)):
        subject, body = compose_letter(LetterKind(letter.kind), link)
    return Ready(vault.open_text(address.value, grant), subject, body)


def _language(letter: RecipientLetter, grant: vault.Grant) -> str:
    """Give the language of what was shared: its reader reads that."""
    document = Document.objects.get(disclosure=letter.disclosure_id)
    said: str = vault.open_json(document.source, grant)["document"]["language"]
    return said


def settle_letter(*, actor: Actor, letter_id: UUID, state: LetterState) -> None:
    """Note what became of a letter that was claimed: it went, surely did not, or nobody knows."""
    require(actor, Permission.RUN_JOB)
    letter = RecipientLetter.objects.select_for_update().filter(pk=letter_id).first()
    if letter is None or letter.state != LetterState.SENDING:
        return
    if state == LetterState.SENT:
        letter.sent_at = db.now()
        _move(actor, letter, state, events.LETTER_SENT)
    elif state == LetterState.UNSURE:
        _move(actor, letter, state, events.LETTER_UNSURE)
    else:
        parked = letter.attempts >= MOST_ATTEMPTS
        letter.due_at = db.now() + datetime.timedelta(minutes=2 ** max(0, letter.attempts - 1))
        _move(
            actor,
            letter,
            LetterState.FAILED if parked else LetterState.QUEUED,
            events.LETTER_FAILED,
        )


def fail_letter(*, actor: Actor, letter_id: UUID, code: str) -> None:
    """Note that a letter could not even be written; a broken seal parks it and a person is told."""
    require(actor, Permission.RUN_JOB)
    letter = RecipientLetter.objects.select_for_update().filter(pk=letter_id).first()
    if letter is None or letter.state != LetterState.QUEUED:
        return
    broken = code == vault.SealBroken.__name__
    letter.attempts += 1
    letter.due_at = db.now() + datetime.timedelta(minutes=2 ** max(0, letter.attempts - 1))
    parked = broken or letter.attempts >= MOST_ATTEMPTS
    state = LetterState.FAILED if parked else LetterState.QUEUED
    _move(actor, letter, state, events.LETTER_FAILED, code)
    if broken:
        accounts.alert_privacy_officers(actor=actor, code="seal-broken")


def _move(
    actor: Actor,
    letter: RecipientLetter,
    state: LetterState,
    kind: EventKind,
    reason: str = "",
) -> vault.Grant:
    letter.state = state
    letter.save(update_fields=["state", "attempts", "due_at", "sent_at"])
    return audit.actions.record(
        actor=actor,
        kind=kind,
        client=letter.client_id,
        about=("consent_disclosure", letter.disclosure_id),
        rows=[letter.pk],
        outcome="failed" if kind is events.LETTER_FAILED else "ok",
        reason=reason,
        detail={"letter": letter.kind, "attempts": letter.attempts},
    )
