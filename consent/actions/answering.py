"""What the client does with an opened form before the signature: read, answer, ask, decline."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.db import transaction

import audit.actions
import clients.actions
from consent.actions._group import end_group
from consent.actions._reading import Reading, locked, reading, require_step, stands
from consent.domain import events
from consent.domain.answers import decide_answers
from consent.domain.states import RequestState, Signer
from consent.models import OnlineAcceptance, Question, Request
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

LONGEST_QUESTION = 2000
LAST_PAGE = "signature"
# who signs is a guardian of the client, or saw the others sign
RELATIONS: Final = MappingProxyType(
    {Signer.CLIENT: "self", Signer.GUARDIAN: "guardian", Signer.WITNESS: "witness"}
)
CHANGED = say("This page changed in another window. Please read it again.")


def read_form(*, actor: Actor, request_id: UUID, page: str) -> Reading:
    """Show the client one page of an opened form."""
    require(actor, Permission.SIGN_CONSENT)
    request = Request.objects.filter(pk=request_id).first()
    if request is None:
        raise NotThere("consent_request", request_id)
    if stands(request) is not RequestState.SIGNED:
        require_step(request, RequestState.SIGNED)
    return read_page(actor, request, page)


def read_page(actor: Actor, request: Request, page: str) -> Reading:
    """Open a form for one page, whatever its state; the caller has asked whether that may be.

    The last page says what will be enforced: there the answers of whoever signed before count too.
    """
    grant = recorded(actor, request, events.FORM_READ, detail={"page": page})
    return reading(request, grant, together=page == LAST_PAGE)


def recorded(
    actor: Actor,
    request: Request,
    kind: EventKind,
    *,
    about: tuple[str, UUID] | None = None,
    sealed: Mapping[str, str] | None = None,
    rows: Iterable[UUID] = (),
    detail: Mapping[str, str | int | bool | None] | None = None,
) -> vault.Grant:
    """Write an event of a signer about one of their requests."""
    return audit.actions.record(
        actor=actor,
        kind=kind,
        client=request.client_id,
        about=about or ("consent_request", request.pk),
        relation=RELATIONS[Signer(request.signer)],
        sealed=sealed,
        rows=rows,
        detail=detail,
    )


def _opened(request_id: UUID) -> Request:
    """Give an opened request for changing; raises Refused if its time is over."""
    request = locked(request_id)
    require_step(request, RequestState.SIGNED)
    return request


def accept_online(*, actor: Actor, request_id: UUID, explained_sha256: str) -> None:
    """Agree to sign on a screen, once, before the very first signature (ES-01)."""
    require(actor, Permission.SIGN_CONSENT)
    request = _opened(request_id)
    # two tabs ask twice: the lock lets one of them write
    whose = {"client_id": request.client_id, "guardian_id": request.guardian_id}
    if OnlineAcceptance.objects.filter(**whose).exists():
        return
    made = OnlineAcceptance.objects.create(
        **whose, request=request, sha256=explained_sha256, at=db.now()
    )
    recorded(actor, request, events.ONLINE_ACCEPTED, about=("consent_onlineacceptance", made.pk))


def save_answers(
    *, actor: Actor, request_id: UUID, answers: Mapping[str, bool], complete: bool = True
) -> None:
    """Keep the answers, sealed; with `complete` what is required has to be answered (CC-20)."""
    require(actor, Permission.SIGN_CONSENT)
    request = _opened(request_id)
    # who is told what is missing goes on in the same act: nothing of this may stay
    with transaction.atomic():
        request.answers = dict(answers)
        request.save(update_fields=["answers"])
        grant = recorded(
            actor,
            request,
            events.ANSWERS_KEPT,
            sealed={"answers": vault.fingerprint(request, "answers")},
            detail={"answers": len(answers)},
        )
        if complete:
            decide_answers(reading(request, grant).filled, answers)


def finish_reading(*, actor: Actor, request_id: UUID, shown_sha256: str) -> None:
    """Confirm the end of the whole text; nobody signs before (ES-02)."""
    require(actor, Permission.SIGN_CONSENT)
    request = _opened(request_id)
    if shown_sha256 != request.text_sha256:
        raise Invalid(CHANGED)
    request.read_at = db.now()
    request.save(update_fields=["read_at"])
    recorded(actor, request, events.TEXT_READ, detail={"text": shown_sha256})


def decline(*, actor: Actor, request_id: UUID, note: str = "") -> None:
    """Say no thank you; nothing depends on it and no reason is asked (CC-15).

    A note may go with it, sealed, for the counsellor. Whoever signs with them is not asked further.
    """
    require(actor, Permission.SIGN_CONSENT)
    request = _opened(request_id)
    if len(note) > LONGEST_QUESTION:
        raise Invalid(say("Please say it in fewer words, or talk to us."), "note")
    request.state, request.ended_at, request.answers = RequestState.DECLINED, db.now(), None
    request.decline_note, request.remind_at = note.strip() or None, None
    request.save(update_fields=["state", "ended_at", "answers", "decline_note", "remind_at"])
    sealed = {"decline_note": vault.fingerprint(request, "decline_note")} if note.strip() else None
    recorded(actor, request, events.REQUEST_DECLINED, sealed=sealed)
    end_group(actor, request.pk, request.client_id)
    clients.actions.end_links(actor=actor, client_id=request.client_id, row=request_id)


def ask_question(*, actor: Actor, request_id: UUID, text: str) -> UUID:
    """Ask the counsellor about a form; the words are sealed."""
    require(actor, Permission.SIGN_CONSENT)
    request = _opened(request_id)
    if not text.strip():
        raise Invalid(say("Write your question."), "text")
    if len(text) > LONGEST_QUESTION:
        raise Invalid(say("Please ask in fewer words, or talk to us."), "text")
    question = Question(
        request=request, client_id=request.client_id, text=text.strip(), asked_at=db.now()
    )
    question.save(force_insert=True)
    recorded(
        actor,
        request,
        events.QUESTION_ASKED,
        about=("consent_question", question.pk),
        sealed={f"consent_question/{question.pk}/text": vault.fingerprint(question, "text")},
    )
    return question.pk
