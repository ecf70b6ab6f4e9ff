"""Requests and the questions asked back, without a word of them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import connection

from consent.domain.states import STATE_WORDS, RequestState, Signer, WhyVoid, state_now
from consent.models import OnlineAcceptance, Question, Request
from consent.queries.library import FormRow, form_row
from counselling import db
from counselling.errors import NotThere
from counselling.speech import say

if TYPE_CHECKING:
    import datetime
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request as far as nothing sealed is opened; `state` is the one it has now."""

    id: UUID
    client: UUID
    case: UUID | None
    form: FormRow
    state: RequestState
    recipient: UUID | None
    by: UUID
    made_at: datetime.datetime
    sent_at: datetime.datetime | None
    expires_at: datetime.datetime | None
    opened_at: datetime.datetime | None
    read_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    why_void: str
    pin_failures: int
    lead: UUID | None = None
    signer: Signer = Signer.CLIENT
    guardian: UUID | None = None
    turn: int = 0
    remind_at: datetime.datetime | None = None
    reminded_at: datetime.datetime | None = None

    @property
    def is_out(self) -> bool:
        """Say whether the client can act on it."""
        return self.state in {RequestState.SENT, RequestState.OPENED}

    @property
    def may_send(self) -> bool:
        """Say whether it can be sent, or sent again."""
        return self.is_out or self.state in {RequestState.DRAFT, RequestState.EXPIRED}

    @property
    def asked(self) -> str:
        """Say who signs it, where that is not the client."""
        return {Signer.GUARDIAN: "a guardian", Signer.WITNESS: "a witness"}.get(self.signer, "")

    @property
    def chip(self) -> str:
        """Give the shape of its state."""
        if self.is_out:
            return "wait"
        return "alert" if self.why_void == WhyVoid.PIN else _CHIPS.get(self.state, "no")

    @property
    def word(self) -> str:
        """Say its state."""
        if self.why_void == WhyVoid.PIN:
            return GUESSED
        if self.why_void == WhyVoid.GROUP:
            return TOGETHER
        return WITHDRAWN if self.state is RequestState.VOID else STATE_WORDS[self.state]


_CHIPS: Final = {RequestState.SIGNED: "yes"}
GUESSED: Final = say("closed after five wrong PINs")
WITHDRAWN: Final = say("withdrawn by the practice")
TOGETHER: Final = say("over, since somebody else did not sign")


@dataclasses.dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question; its words are sealed."""

    id: UUID
    request: UUID
    client: UUID
    asked_at: datetime.datetime
    closed_at: datetime.datetime | None


def request_row(request_id: UUID) -> RequestRow:
    """Give a request; raises NotThere for a hidden one and for none alike."""
    found = Request.objects.filter(pk=request_id).first()
    if found is None:
        raise NotThere("consent_request", request_id)
    return row_of(found)


def requests_of(client_id: UUID) -> list[RequestRow]:
    """Give the requests to a client, newest first."""
    return [row_of(one) for one in Request.objects.filter(client_id=client_id).order_by("-made_at")]


def asked_together(request_id: UUID) -> list[RequestRow]:
    """Give what others of the same case were asked in the same go: those who lead, if several sign.

    What one act writes has one instant.
    """
    own = Request.objects.filter(pk=request_id).select_related("lead").first()
    if own is None or own.case_id is None:
        return []
    found = Request.objects.filter(
        case_id=own.case_id, version_id=own.version_id, by=own.by, made_at=own.made_at, lead=None
    )
    return [row_of(one) for one in found.exclude(client_id=own.client_id).order_by("pk")]


def row_of(one: Request) -> RequestRow:
    """Give a request as pages may see it."""
    return RequestRow(
        id=one.pk,
        client=one.client_id,
        case=one.case_id,
        form=form_row(one.version_id),
        state=state_now(RequestState(one.state), one.expires_at, db.now()),
        recipient=one.recipient_id,
        by=one.by,
        made_at=one.made_at,
        sent_at=one.sent_at,
        expires_at=one.expires_at,
        opened_at=one.opened_at,
        read_at=one.read_at,
        ended_at=one.ended_at,
        why_void=one.why_void,
        pin_failures=one.pin_failures,
        lead=one.lead_id,
        signer=Signer(one.signer),
        guardian=one.guardian_id,
        turn=one.turn,
        remind_at=one.remind_at,
        reminded_at=one.reminded_at,
    )


def questions_of(request_id: UUID) -> list[QuestionRow]:
    """Give the questions asked about a request."""
    found = Question.objects.filter(request_id=request_id).order_by("asked_at")
    return [
        QuestionRow(one.pk, one.request_id, one.client_id, one.asked_at, one.closed_at)
        for one in found
    ]


def asked_about(question_id: UUID) -> UUID:
    """Give the request that a question is about."""
    found = Question.objects.filter(pk=question_id).values_list("request_id", flat=True).first()
    if found is None:
        raise NotThere("consent_question", question_id)
    return found


def accepted_online(client_id: UUID, guardian: UUID | None = None) -> bool:
    """Say whether a client, or one of their guardians, has agreed to sign online (ES-01)."""
    whose = {"client_id": client_id, "guardian_id": guardian}
    return OnlineAcceptance.objects.filter(**whose).exists()


def due_reminders() -> list[tuple[UUID, UUID]]:
    """Give (request, client) of what somebody may have to be reminded of; nothing is opened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT request, client FROM consent_due_reminders()")
        return [(row[0], row[1]) for row in cursor.fetchall()]


def consents_visible(client_id: UUID) -> bool:
    """Say whether the actor may know more of a client than how to reach them."""
    return _visible("visible_clients('consent')", client_id)


def records_visible(case_id: UUID) -> bool:
    """Say whether the actor may read what is written in a case."""
    return _visible("visible_cases('record')", case_id)


def _visible(rows: str, row_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s = ANY (ARRAY(SELECT {rows}))", [row_id])
        row = cursor.fetchone()
    return row is not None and bool(row[0])
