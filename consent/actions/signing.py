"""Sign: the one act that makes consents, with everything that proves it."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

import clients.actions
from consent.actions._reading import Reading, locked, require_step
from consent.actions.answering import CHANGED, read_page, recorded
from consent.domain import events
from consent.domain.answers import (
    answered,
    decide_signature,
    enforced,
    enforced_sha256,
    granted,
    same_name,
)
from consent.domain.documents import ConsentDocument, Evidence, to_json
from consent.domain.states import DocumentState, RequestState
from consent.models import (
    Consent,
    Document,
    OnlineAcceptance,
    Replacement,
    Request,
    Signature,
)
from counselling import db, jobs, vault
from counselling.access import ActorKind, Permission, require
from counselling.errors import Invalid, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

SEAL: Final = "consent.seal_document"
# so long a link still gives the copy of what was signed
FOR_THE_COPY: Final = datetime.timedelta(minutes=15)


def sign(
    *,
    actor: Actor,
    request_id: UUID,
    name: str,
    enforced_shown: str,
    agent: str = "",
    sure: str = "",
) -> UUID:
    """Sign: one transaction locks, checks again, writes signature and consents (ES-02 to ES-05).

    A second click finds the signature that is there; 20 at once make one (ES-14). Another name
    than the client's is asked about once; `sure` is that name, given again.
    """
    require(actor, Permission.SIGN_CONSENT)
    request = locked(request_id)
    if request.state == RequestState.SIGNED:
        return Signature.objects.values_list("pk", flat=True).get(request_id=request_id)
    require_step(request, RequestState.SIGNED)
    accepted = OnlineAcceptance.objects.filter(client_id=request.client_id).first()
    if accepted is None or request.read_at is None:
        raise Refused(
            "not-read", "Please read the whole text before you sign.", client=request.client_id
        )
    read = read_page(actor, request, "signature")
    if read.shown_sha256 != request.text_sha256:
        raise Refused("text-changed", CHANGED, client=request.client_id)
    kept = decide_signature(read.filled, read.answers, name)
    if enforced_sha256(read.filled, read.answers) != enforced_shown:
        raise Invalid(CHANGED)
    known = read.values["client"]
    if not same_name(kept, known) and not same_name(kept, sure):
        raise Invalid(f"You typed another name than {known}. Sign all the same?", "sure")
    evidence = _evidence(actor, request, read, kept, accepted)
    signature = _sign(actor, request, read, evidence, agent)
    recorded(
        actor,
        request,
        events.CONSENT_SIGNED,
        about=("consent_signature", signature.pk),
        sealed=_fingerprints(signature),
        rows=_replaced(signature),
        detail={
            "form": read.form.slug,
            "text": evidence.text_sha256,
            "document": str(signature.document_id),
        },
    )
    jobs.enqueue(SEAL, signature.document_id, request.client_id)
    clients.actions.end_links(
        actor=actor, client_id=request.client_id, row=request_id, after=FOR_THE_COPY
    )
    return signature.pk


def _replaced(signature: Signature) -> list[UUID]:
    """Give the consents this signature ended: the same form, recipient and purpose, said before."""
    found = Replacement.objects.filter(signature=signature).order_by("consent")
    return list(found.values_list("consent", flat=True))


def _fingerprints(signature: Signature) -> dict[str, str]:
    names = ("name", "answers", "text", "evidence")
    found = {name: vault.fingerprint(signature, name) for name in names}
    source = f"consent_document/{signature.document_id}/source"
    return {
        source: vault.fingerprint(signature.document, "source"),
        **{f"consent_signature/{signature.pk}/{name}": hash_ for name, hash_ in found.items()},
    }


def _evidence(
    actor: Actor, request: Request, read: Reading, name: str, accepted: OnlineAcceptance
) -> Evidence:
    by_link = actor.kind is ActorKind.LINK
    return Evidence(
        signer=name,
        signed_at=db.now(),
        signs_for="",
        identified_by="a private link and a 6-digit PIN told in person"
        if by_link
        else "the client's own sign-in",
        opened_at=request.opened_at or db.now(),
        request=str(request.pk),
        form=read.form.slug,
        form_number=read.form.number,
        form_language=read.form.language,
        form_sha256=read.form.sha256,
        text_sha256=read.shown_sha256,
        online_accepted_at=accepted.at,
        address_recorded=bool(actor.address),
        machine_recorded=True,
    )


def _sign(
    actor: Actor, request: Request, read: Reading, evidence: Evidence, agent: str
) -> Signature:
    at, zone = evidence.signed_at, settings.TIME_ZONE
    document = _document(request, read, evidence)
    signature = Signature(
        request=request,
        client_id=request.client_id,
        name=evidence.signer,
        answers=read.answers,
        text=read.shown,
        text_sha256=evidence.text_sha256,
        by=actor.id,
        signed_at=at,
        document=document,
        evidence={
            **_plain(evidence),
            "zone": zone,
            "address": actor.address,
            "agent": agent[:300],
            "session": actor.session,
            "actor": str(actor.id),
            "actor_kind": actor.kind.value,
            "read_at": request.read_at.isoformat() if request.read_at else None,
            "enforced": list(enforced(read.filled, read.answers)),
            "document": str(document.pk),
        },
    )
    signature.save(force_insert=True)
    for one in granted(read.filled, read.answers, read.asked, at, zone):
        Consent.objects.create(
            client_id=request.client_id,
            signature=signature,
            clause=one.clause,
            required=one.required,
            activity=one.activity,
            purpose=one.purpose,
            recipient_id=request.recipient_id if one.named else None,
            categories=list(one.categories),
            since=at,
            until=one.until,
        )
    # the answers live on in the signature
    request.state, request.ended_at, request.answers = RequestState.SIGNED, at, None
    request.save(update_fields=["state", "ended_at", "answers"])
    return signature


def _plain(evidence: Evidence) -> dict[str, Any]:
    said = dataclasses.asdict(evidence)
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in said.items()
    }


def _document(request: Request, read: Reading, evidence: Evidence) -> Document:
    at, zone = evidence.signed_at, settings.TIME_ZONE
    document = Document(
        client_id=request.client_id,
        kind="consent",
        request=request,
        state=DocumentState.RENDERING,
        made_at=at,
        due_at=at,
    )
    document.source = to_json(
        ConsentDocument(
            reference=str(document.pk),
            language=read.form.language,
            zone=zone,
            practice=read.practice,
            client=read.values["client"],
            asked_by=read.values["counsellor"],
            title=read.filled.title,
            in_short=read.filled.in_short,
            text=read.filled.text,
            clauses=answered(read.filled, read.answers, read.asked, at, zone),
            closing=read.filled.closing,
            shown=read.shown,
            evidence=evidence,
        )
    )
    document.save(force_insert=True)
    return document
