"""What a request says, opened under an event that somebody has written."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

import audit.actions
from consent.domain import events
from consent.domain.answers import Asked
from consent.domain.bases import ORDER_WORDS, Fact, OrderKind
from consent.domain.documents import Letterhead, RecipientShown, text_sha256
from consent.domain.states import RequestState, Signer, require_move, state_now
from consent.domain.strictest import strictest
from consent.domain.wording import fill, shown_text
from consent.domain.words import day_in
from consent.models import Recipient, Request, Signature
from consent.queries.library import form_row
from counselling import db, vault
from counselling.errors import NotThere, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from consent.domain.form_source import FormSource
    from consent.models import Document
    from consent.queries.library import FormRow
    from counselling.access import Actor

NOBODY = RecipientShown("", "", "", "")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A form as one client reads it: filled, with the answers kept so far."""

    request: UUID
    client: UUID
    form: FormRow
    filled: FormSource
    shown: str
    asked: Asked
    answers: dict[str, bool]
    values: dict[str, str]
    practice: Letterhead
    recipient: RecipientShown
    read_at: datetime.datetime | None
    state: RequestState
    # who signs this one, by what right, and everybody who signs, in words, in turn
    signer: Signer = Signer.CLIENT
    name: str = ""
    authority: str = ""
    signers: tuple[str, ...] = ()
    turn: int = 0
    # what staff wrote when they called it back, and the client beside their no; shown to staff
    void_words: str = ""
    decline_note: str = ""
    # what was answered by those who signed before
    before: tuple[dict[str, bool], ...] = ()

    @property
    def together(self) -> dict[str, bool]:
        """Give what will be enforced: the stricter answer of all who signed and of this one."""
        own = () if self.signer is Signer.WITNESS else (self.answers,)
        return strictest((*self.before, *own)) if self.before else self.answers

    @property
    def stricter(self) -> bool:
        """Say whether somebody said No before to what this one says Yes to."""
        return any(said and not self.together.get(code) for code, said in self.answers.items())

    @property
    def shown_sha256(self) -> str:
        """Give the hash of exactly what is shown."""
        return text_sha256(self.shown)


def locked(request_id: UUID) -> Request:
    """Give a request for changing; raises NotThere for a hidden one and for none alike."""
    found = Request.objects.select_for_update().filter(pk=request_id).first()
    if found is None:
        raise NotThere("consent_request", request_id)
    return found


def stands(request: Request) -> RequestState:
    """Give the state a request has at this instant."""
    return state_now(RequestState(request.state), request.expires_at, db.now())


def require_step(request: Request, then: RequestState) -> None:
    """Raise Refused, about this client, unless the request may go there now."""
    try:
        require_move(stands(request), then)
    except Refused as refused:
        raise Refused(
            refused.code, refused.message, client=request.client_id, case=request.case_id
        ) from None


def reading(request: Request, grant: vault.Grant, *, together: bool = False) -> Reading:
    """Open a request's particulars and kept answers, and fill its form.

    With `together` what was answered by those who signed it before is opened too.
    """
    said: dict[str, Any] = vault.open_json(request.particulars, grant)
    answers = {} if request.answers is None else vault.open_json(request.answers, grant)
    form = form_row(request.version_id)
    values: dict[str, str] = said["values"]
    filled = fill(form.source, values)
    until, signer = said.get("until"), said.get("signer") or {}
    return Reading(
        request=request.pk,
        client=request.client_id,
        form=form,
        filled=filled,
        shown=shown_text(filled),
        asked=Asked(
            purpose=request.purpose,
            recipient=values.get("recipient", ""),
            until=None if until is None else datetime.date.fromisoformat(until),
        ),
        answers=answers,
        values=values,
        practice=Letterhead(
            values["practice"], values["practice_address"], values["practice_phone"]
        ),
        recipient=RecipientShown(**said["recipient"]) if said.get("recipient") else NOBODY,
        read_at=request.read_at,
        state=stands(request),
        signer=Signer(request.signer),
        name=signer.get("name") or values["client"],
        authority=signer.get("authority", ""),
        signers=tuple(said.get("signers", ())),
        turn=request.turn,
        before=_answered_before(request, grant) if together else (),
    )


def _answered_before(request: Request, grant: vault.Grant) -> tuple[dict[str, bool], ...]:
    if request.lead_id is None:
        return ()
    group = Q(request=request.lead_id) | Q(request__lead=request.lead_id)
    found = Signature.objects.filter(group, request__turn__lt=request.turn)
    return tuple(vault.open_json(one.answers, grant) for one in found.order_by("request__turn"))


def record_made(actor: Actor, document: Document) -> None:
    """Record what a new document says, by its hash."""
    audit.actions.record(
        actor=actor,
        kind=events.DOCUMENT_MADE,
        client=document.client_id,
        case=document.case_id,
        about=("consent_document", document.pk),
        sealed={"source": vault.fingerprint(document, "source")},
        detail={"document": document.kind},
    )


def recipient_shown(recipient: Recipient, grant: vault.Grant) -> RecipientShown:
    """Open who a recipient is."""
    return RecipientShown(**vault.open_json(recipient.details, grant))


def until_words(until: datetime.date | None, language: str = "en") -> str:
    """Say until when, for the form's placeholder."""
    return "" if until is None else day_in(language, until)


def fact_said(fact: Fact, words: str, language: str = "en") -> str:
    """Give what was said of a legal basis in words: a day and a kind are kept by their code."""
    if fact is Fact.ORDER_KIND:
        return ORDER_WORDS[OrderKind(words)] if words in set(OrderKind) else words
    if fact is not Fact.ORDERED_ON:
        return words
    try:
        return day_in(language, datetime.date.fromisoformat(words))
    except ValueError:
        return words
