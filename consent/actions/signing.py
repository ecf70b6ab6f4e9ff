"""Sign: the one act that makes consents, with everything that proves it."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

import clients.actions
import clients.queries
from consent.actions._group import require_turn
from consent.actions._reading import Reading, locked, require_step
from consent.actions.answering import CHANGED, LAST_PAGE, read_page, recorded
from consent.domain import events
from consent.domain.activities import Activity
from consent.domain.answers import (
    answered,
    decide_signature,
    enforced,
    enforced_sha256,
    granted,
    same_name,
)
from consent.domain.documents import ConsentDocument, Evidence, to_json
from consent.domain.drawing import read_drawing
from consent.domain.states import DocumentState, RequestState, Signer
from consent.models import (
    Consent,
    Document,
    OnlineAcceptance,
    Replacement,
    Request,
    Signature,
)
from consent.queries.groups import is_last
from counselling import db, jobs, languages, vault
from counselling.access import ActorKind, Permission, require
from counselling.accounts import queries as accounts
from counselling.errors import Invalid, Refused
from counselling.speech import say

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
    drawing: str = "",
) -> UUID:
    """Sign: one transaction locks, checks again, writes signature and consents (ES-02 to ES-05).

    Where several sign, each does in their turn, and the last signature makes the consents. A second
    click finds the signature that is there; 20 at once make one (ES-14). Another name than theirs
    is asked about once; `sure` is that name, given again. A `drawing` is an extra (ES-20).
    """
    require(actor, Permission.SIGN_CONSENT)
    request = locked(request_id)
    if request.state == RequestState.SIGNED:
        return Signature.objects.values_list("pk", flat=True).get(request_id=request_id)
    require_step(request, RequestState.SIGNED)
    whose = {"client_id": request.client_id, "guardian_id": request.guardian_id}
    accepted = OnlineAcceptance.objects.filter(**whose).first()
    if accepted is None or request.read_at is None:
        raise Refused(
            "not-read", "Please read the whole text before you sign.", client=request.client_id
        )
    parts = require_turn(request)
    read = read_page(actor, request, LAST_PAGE)
    if read.shown_sha256 != request.text_sha256:
        raise Refused("text-changed", CHANGED, client=request.client_id)
    kept = decide_signature(read.filled, read.answers, name)
    if enforced_sha256(read.filled, read.together) != enforced_shown:
        raise Invalid(CHANGED)
    if not same_name(kept, read.name) and not same_name(kept, sure):
        message = say("You typed another name than %(name)s. Sign all the same?", name=read.name)
        raise Invalid(message, "sure")
    evidence = evidence_of(actor, request, read, kept, accepted.at)
    evidence = dataclasses.replace(evidence, drawing=read_drawing(drawing))
    return finish(actor, request, read, evidence, agent, last=is_last(parts, request_id))


def finish(
    actor: Actor, request: Request, read: Reading, evidence: Evidence, agent: str, *, last: bool
) -> UUID:
    """Write a signature with what follows from it; what all of them allow with the last one."""
    signature = _sign(actor, request, read, evidence, agent)
    if last:
        _allow(request, read, signature)
    recorded(
        actor,
        request,
        events.CONSENT_SIGNED if read.signer is not Signer.WITNESS else events.WITNESSED,
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
    if Consent.objects.filter(signature=signature, activity=Activity.TEXT_MESSAGES).exists():
        clients.actions.try_held_again(actor=actor, client_id=request.client_id)
    clients.actions.end_links(
        actor=actor, client_id=request.client_id, row=request.pk, after=_still(actor)
    )
    return signature.pk


def _still(actor: Actor) -> datetime.timedelta:
    """Give how long the link goes on for the copy: not on a device that is given back."""
    handed = actor.kind is ActorKind.LINK and clients.queries.handed_by(actor.id)
    return clients.actions.AT_ONCE if handed else FOR_THE_COPY


def _replaced(signature: Signature) -> list[UUID]:
    """Give the consents this signature ended: the same form, recipient and purpose, said before."""
    found = Replacement.objects.filter(signature=signature).order_by("consent")
    return list(found.values_list("consent", flat=True))


def _fingerprints(signature: Signature) -> dict[str, str]:
    names = ["name", "answers", "text", "evidence"]
    names += ["drawing"] if signature.drawing is not None else []
    found = {name: vault.fingerprint(signature, name) for name in names}
    source = f"consent_document/{signature.document_id}/source"
    return {
        source: vault.fingerprint(signature.document, "source"),
        **{f"consent_signature/{signature.pk}/{name}": hash_ for name, hash_ in found.items()},
    }


def evidence_of(
    actor: Actor,
    request: Request,
    read: Reading,
    name: str,
    accepted_at: datetime.datetime | None,
) -> Evidence:
    """Say who signs, by what right, how we know, and what was shown (ES-04)."""
    return Evidence(
        signer=name,
        signed_at=db.now(),
        signs_for=read.authority,
        identified_by=_identified(actor, read.signer),
        opened_at=request.opened_at or db.now(),
        request=str(request.pk),
        form=read.form.slug,
        form_number=read.form.number,
        form_language=read.form.language,
        form_sha256=read.form.sha256,
        text_sha256=read.shown_sha256,
        online_accepted_at=accepted_at,
        address_recorded=bool(actor.address),
        machine_recorded=True,
    )


def _identified(actor: Actor, signer: Signer) -> str:
    if signer is Signer.WITNESS:
        return say("a witness, by their own sign-in at the practice")
    if actor.kind is not ActorKind.LINK:
        if signer is Signer.GUARDIAN:
            return say("the guardian's own sign-in")
        return say("the client's own sign-in")
    by = clients.queries.handed_by(actor.id)
    if by is None:
        return say("a private link and a 6-digit PIN told in person")
    name = accounts.name_for_clients(by)
    return say("in the room, the device handed over by %(name)s", name=name)


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
        drawing=[list(each.points) for each in evidence.drawing] or None,
        evidence={
            **_plain(evidence),
            "zone": zone,
            "address": actor.address,
            "agent": agent[:300],
            "session": actor.session,
            "actor": str(actor.id),
            "actor_kind": actor.kind.value,
            "read_at": request.read_at.isoformat() if request.read_at else None,
            "enforced": list(enforced(read.filled, read.together)),
            "document": str(document.pk),
        },
    )
    signature.save(force_insert=True)
    # the answers live on in the signature
    request.state, request.ended_at, request.answers = RequestState.SIGNED, at, None
    request.remind_at = None
    request.save(update_fields=["state", "ended_at", "answers", "remind_at"])
    return signature


def _allow(request: Request, read: Reading, signature: Signature) -> None:
    """Write what everybody who signed said yes to: no longer than those who decide may decide."""
    at, most = signature.signed_at, clients.queries.at_most(request.client_id)
    for one in granted(read.filled, read.together, read.asked, at, settings.TIME_ZONE, most):
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


def _plain(evidence: Evidence) -> dict[str, Any]:
    said = dataclasses.asdict(evidence)
    del said["drawing"]  # sealed beside it
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
    with languages.speaking(read.form.language):
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
                clauses=answered(
                    read.filled,
                    read.together,
                    read.asked,
                    at,
                    zone,
                    clients.queries.at_most(request.client_id),
                ),
                closing=read.filled.closing,
                shown=read.shown,
                evidence=evidence,
                place=read.turn + 1,
                places=read.signers if len(read.signers) > 1 else (),
            )
        )
    document.save(force_insert=True)
    return document
