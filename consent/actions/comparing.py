"""Each night every signed form is opened and compared with the rows that are enforced."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import audit.actions
from consent import pdf
from consent.domain import events
from consent.domain.codec import DoesNotFit
from consent.domain.documents import ConsentDocument
from consent.domain.proof import Enforced, differences
from consent.models import Comparing, Consent, Document, Signature
from consent.queries import sealed_after
from counselling import db, vault
from counselling.access import Permission, require
from counselling.accounts import actions as accounts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from counselling.access import Actor

# a worker that died is not waited for longer than this
LEASE: Final = datetime.timedelta(minutes=10)
DIFFERS: Final = "paper-differs"


def compare_next(
    *, actor: Actor, run_id: UUID, held: bool = False, leave: bool = False
) -> list[tuple[UUID, UUID]]:
    """Give the next signed forms of a night to compare, with their clients; nothing at its end.

    Whoever has been at it goes on as `held`; with `leave` the rest is due for somebody else.
    """
    require(actor, Permission.RUN_JOB)
    at = db.now()
    Comparing.objects.bulk_create(
        [Comparing(id=run_id, began_at=at, due_at=at)], ignore_conflicts=True
    )
    run = Comparing.objects.select_for_update(skip_locked=True).filter(pk=run_id).first()
    if run is None or run.ended_at is not None or (run.due_at > at and not held):
        return []
    found = sealed_after(run.after, run.began_at)
    run.due_at = at if leave else at + LEASE
    run.ended_at = None if found else at
    run.save(update_fields=["due_at", "ended_at"])
    audit.actions.record(
        actor=actor,
        kind=events.DOCUMENTS_COMPARED,
        about=("consent_comparing", run_id),
        detail={"compared": run.compared, "differing": run.differing, "ended": not found},
    )
    return [] if leave else found


def compare_document(*, actor: Actor, run_id: UUID, document_id: UUID) -> frozenset[str]:
    """Compare one signed form with what is enforced; give a code for each difference.

    A difference is told to the privacy officers at once, the first of a night by a letter.
    """
    require(actor, Permission.RUN_JOB)
    run = Comparing.objects.select_for_update().get(pk=run_id)
    document = Document.objects.select_related("request__version").filter(pk=document_id).first()
    if run.after is not None and run.after >= document_id:
        return frozenset()  # somebody else was faster
    found = frozenset() if document is None else _compared(actor, document)
    run.after, run.compared = document_id, run.compared + 1
    run.differing += 1 if found else 0
    run.save(update_fields=["after", "compared", "differing"])
    if found and run.differing == 1:
        accounts.alert_privacy_officers(actor=actor, code=DIFFERS)
    return found


def _compared(actor: Actor, document: Document) -> frozenset[str]:
    about = ("consent_document", document.pk)
    grant = audit.actions.record(
        actor=actor, kind=events.DOCUMENT_COMPARED, client=document.client_id, about=about
    )
    try:
        found = frozenset(_differences(document, grant))
    except vault.SealBroken:
        found = frozenset({"broken"})
    if found:
        audit.actions.record(
            actor=actor,
            kind=events.DOCUMENT_DIFFERS,
            client=document.client_id,
            about=about,
            outcome="failed",
            reason=DIFFERS,
            detail={"found": ",".join(sorted(found))},
        )
    return found


def _differences(document: Document, grant: vault.Grant) -> Iterator[str]:
    if document.content is None:
        return
    content = vault.open_bytes(document.content, grant)
    if vault.digest(content) != document.pdf_sha256:
        yield "hash"
    if not pdf.verify(content).holds:
        yield "seal"
    try:
        paper = pdf.source_in(content)
    except DoesNotFit:
        yield "unreadable"
        return
    signature = Signature.objects.filter(document=document).first()
    if not isinstance(paper, ConsentDocument) or signature is None:
        yield "signature"
        return
    yield from _evidence(document, signature, paper)
    yield from differences(paper, _enforced(signature, grant))


def _evidence(document: Document, signature: Signature, paper: ConsentDocument) -> Iterator[str]:
    """Say where the rows of document and signature are not those that the paper names."""
    said, request = paper.evidence, document.request
    pairs = {
        "reference": (paper.reference, str(document.pk)),
        "request": (said.request, str(document.request_id)),
        "text": (said.text_sha256, signature.text_sha256),
        "signed": (said.signed_at, signature.signed_at),
        "form": (said.form_sha256, request.version.sha256 if request else ""),
    }
    yield from (code for code, (one, other) in pairs.items() if one != other)


def _enforced(signature: Signature, grant: vault.Grant) -> Iterator[Enforced]:
    for one in Consent.objects.filter(signature=signature).select_related("recipient"):
        yield Enforced(
            clause=one.clause,
            required=one.required,
            activity=one.activity,
            purpose=one.purpose,
            recipient=vault.open_json(one.recipient.details, grant)["name"]
            if one.recipient
            else "",
            categories=frozenset(one.categories),
            since=one.since,
            until=one.until,
        )
