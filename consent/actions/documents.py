"""Seal the PDF of what was signed, withdrawn or shared, and hand it out behind a check."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from django.utils import timezone

import audit.actions
import clients.actions
import clients.queries
from clients.domain import Template
from consent.access import seeing
from consent.actions.answering import RELATIONS
from consent.actions.before import Claimed, earlier_of, go_on, put_off, tells_client
from consent.actions.withdrawing import lock_consents, record_cancelled
from consent.domain import events
from consent.domain.delivery import FROZEN
from consent.domain.documents import from_json
from consent.domain.numbers import numbers_in
from consent.domain.states import DocumentState, Signer, may_seal
from consent.models import Disclosure, Document
from consent.queries.documents import frozen_now, told_at, why_not_now
from counselling import db, vault
from counselling.access import ActorKind, Permission, require, require_two_secrets
from counselling.accounts import actions as accounts
from counselling.accounts.actions import allowances
from counselling.errors import NotThere, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

MOST_ATTEMPTS: Final = 5
# a worker that died is not waited for longer than this
LEASE: Final = datetime.timedelta(minutes=5)
SLOWLY: Final = datetime.timedelta(hours=1)


def claim_document(*, actor: Actor, document_id: UUID) -> Claimed | None:
    """Take a document that is due and give what it says; None if there is nothing to do.

    What is shared passes the gate again here: it may have been stopped meanwhile. Of several who
    sign, each file is made from the one before.
    """
    require(actor, Permission.RUN_JOB)
    document = _pending(document_id)
    if document is None or (document.attempts and document.due_at > db.now()):
        return None
    earlier = earlier_of(document)
    if _stopped(actor, document) or put_off(document, earlier):
        return None
    _lease(actor, document)
    grant = audit.actions.record(
        actor=actor,
        kind=events.DOCUMENT_CLAIMED,
        client=document.client_id,
        about=("consent_document", document_id),
        detail={"attempt": document.attempts},
    )
    before = earlier.content if earlier else None
    return Claimed(
        from_json(vault.open_json(document.source, grant)),
        None if before is None else vault.open_bytes(before, grant),
    )


def _lease(actor: Actor, document: Document) -> None:
    """Count the attempt and wait for it; where every worker was killed so far, wait long."""
    given_up = document.attempts >= MOST_ATTEMPTS
    if given_up and document.state != DocumentState.FAILED:
        document.state = DocumentState.FAILED
        _record_failed(actor, document, "no-answer")
    document.attempts += 1
    document.due_at = db.now() + (SLOWLY if given_up else LEASE)
    document.save(update_fields=["state", "attempts", "due_at"])


def _pending(document_id: UUID) -> Document | None:
    found = (
        Document.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=document_id)
        .first()
    )
    return found if found is not None and may_seal(DocumentState(found.state)) else None


def _stopped(actor: Actor, document: Document) -> bool:
    disclosure = getattr(document, "disclosure", None)
    if disclosure is None or _holds(disclosure):
        return False
    document.state = DocumentState.CANCELLED
    document.save(update_fields=["state"])
    record_cancelled(actor, document.client_id, document.pk)
    return True


def _holds(disclosure: Disclosure) -> bool:
    """Say whether what it rests on stands; a newer word of the client counts for the older one."""
    return why_not_now([disclosure.pk]).get(disclosure.pk) == ""


def keep_document(*, actor: Actor, document_id: UUID, pdf: bytes) -> bool:
    """Keep a sealed PDF with its hash and tell the client; False if it is there already (ES-08)."""
    require(actor, Permission.RUN_JOB)
    _wait_for_withdrawal(document_id)
    document = _pending(document_id)
    if document is None or _stopped(actor, document):
        return False
    document.content, document.pdf_sha256 = pdf, vault.digest(pdf)
    document.state, document.sealed_at = DocumentState.SEALED, db.now()
    document.pdf_id = next(iter(numbers_in(pdf)), "")
    document.save(update_fields=["content", "pdf_sha256", "pdf_id", "state", "sealed_at"])
    audit.actions.record(
        actor=actor,
        kind=events.DOCUMENT_SEALED,
        client=document.client_id,
        about=("consent_document", document_id),
        sealed={"content": vault.fingerprint(document, "content")},
        detail={"pdf": document.pdf_sha256, "attempt": document.attempts},
    )
    _tell(actor, document)
    go_on(document)
    return True


def _wait_for_withdrawal(document_id: UUID) -> None:
    """Let a withdrawal that has begun finish; it locks consents before documents, as here."""
    for one in Disclosure.objects.filter(document_id=document_id):
        said = [*one.also, *([one.consent_id] if one.consent_id else [])]
        lock_consents(said, shared=True)


def _tell(actor: Actor, document: Document) -> None:
    """Tell the client of their copy, without attaching it (ES-09)."""
    template = {"consent": Template.COPY, "withdrawal": Template.CHANGE}.get(document.kind)
    if template is not None and tells_client(document):
        link = "/space/documents" if clients.queries.has_portal(document.client_id) else ""
        clients.actions.queue_message(
            actor=actor, client_id=document.client_id, template=template, link=link
        )


def fail_document(*, actor: Actor, document_id: UUID, code: str, claimed: bool = True) -> bool:
    """Note that sealing failed and when it is tried again; after five times, each hour.

    What could not be `claimed` has not been counted yet. A broken seal does not mend by trying:
    it fails at once, a person is told the first time (EN-03), and then this gives True.
    """
    require(actor, Permission.RUN_JOB)
    document = _pending(document_id)
    if document is None:
        return False
    document.attempts += 0 if claimed else 1
    broken = code == vault.SealBroken.__name__
    newly = broken and document.state != DocumentState.FAILED
    parked = broken or document.attempts >= MOST_ATTEMPTS
    if parked:
        document.state = DocumentState.FAILED
    wait = SLOWLY if parked else datetime.timedelta(minutes=2 ** max(0, document.attempts - 1))
    document.due_at = db.now() + wait
    document.save(update_fields=["state", "attempts", "due_at"])
    _record_failed(actor, document, code)
    if newly:
        accounts.alert_privacy_officers(actor=actor, code="seal-broken")
    return newly


def _record_failed(actor: Actor, document: Document, code: str) -> None:
    audit.actions.record(
        actor=actor,
        kind=events.DOCUMENT_FAILED,
        client=document.client_id,
        about=("consent_document", document.pk),
        outcome="failed",
        reason=code,
        detail={"attempt": document.attempts},
    )


def open_document(*, actor: Actor, document_id: UUID) -> tuple[bytes, str]:
    """Give the sealed PDF and a file name that says nothing (ES-08, ES-09, ES-19)."""
    require(actor, seeing(actor))
    require_two_secrets(actor)
    allowances.spend(actor, allowances.DOCUMENTS)
    found = Document.objects.select_related("disclosure").filter(pk=document_id).first()
    if found is None or found.content is None or found.sealed_at is None:
        raise NotThere("consent_document", document_id)
    _require_reader(actor, found)
    _require_told(actor, found)
    grant = audit.actions.record(
        actor=actor,
        kind=events.DOCUMENT_DOWNLOADED,
        client=found.client_id,
        case=found.case_id,
        about=("consent_document", document_id),
        relation=_relation(actor, found),
        detail={"pdf": found.pdf_sha256, "document": found.kind},
    )
    day = timezone.localtime(found.sealed_at).date()
    return vault.open_bytes(found.content, grant), f"document-{day.isoformat()}.pdf"


def _relation(actor: Actor, document: Document) -> str:
    """Say how the reader stands to the client; a link is whose form it was, a guardian's or not."""
    if actor.kind is ActorKind.LINK and document.request is not None:
        return RELATIONS[Signer(document.request.signer)]
    return clients.queries.relation_to_client(actor, document.client_id)


def _require_reader(actor: Actor, document: Document) -> None:
    """Ask of staff, for what was shared, the permission to read the notes that are in it."""
    if document.case_id is not None and actor.kind is ActorKind.STAFF:
        require(actor, Permission.READ_NOTE)


def _require_told(actor: Actor, document: Document) -> None:
    """Hold back from the client what they are not to be told yet, and from staff what ended.

    A copy that staff open is a copy that can be handed over, so the permission is asked again.
    """
    disclosure = getattr(document, "disclosure", None)
    if disclosure is None:
        return
    if actor.kind is not ActorKind.STAFF:
        if told_at([disclosure.pk])[disclosure.pk] > db.now():
            raise NotThere("consent_document")
        return
    if not _holds(disclosure):
        raise Refused(
            "no-permission",
            "The permission for this has ended. The client still has their copy.",
            client=document.client_id,
            case=disclosure.case_id,
        )
    if frozen_now([disclosure.pk]):
        raise Refused("log-not-whole", FROZEN, client=document.client_id, case=disclosure.case_id)
