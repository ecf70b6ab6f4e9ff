"""What is asked back about a form: staff talk about it or answer it, and the asker reads that."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
import clients.actions
import clients.queries
from clients.domain import Template
from consent.actions._reading import locked
from consent.actions.answering import LONGEST_QUESTION, recorded
from consent.domain import events
from consent.models import Question
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class Exchange:
    """A question in words, and what was written back; "" where they talked, or nobody has yet."""

    question: UUID
    text: str
    answer: str
    closed: bool


def open_questions(*, actor: Actor, request_id: UUID) -> dict[UUID, Exchange]:
    """Show staff what a client asked about a form."""
    require(actor, Permission.SEE_CONSENTS)
    found = list(Question.objects.filter(request_id=request_id).order_by("asked_at"))
    if not found:
        return {}
    grant = audit.actions.record(
        actor=actor,
        kind=events.QUESTIONS_READ,
        client=found[0].client_id,
        about=("consent_request", request_id),
        rows=[one.pk for one in found],
        relation=clients.queries.relation_to_client(actor, found[0].client_id),
    )
    return {one.pk: _exchange(one, grant) for one in found}


def _exchange(one: Question, grant: vault.Grant) -> Exchange:
    answer = "" if one.answer is None else vault.open_text(one.answer, grant)
    return Exchange(one.pk, vault.open_text(one.text, grant), answer, one.closed_at is not None)


def read_own_questions(*, actor: Actor, request_id: UUID) -> list[Exchange]:
    """Show whoever signs what they asked about a form, and what the counsellor wrote back."""
    require(actor, Permission.SIGN_CONSENT)
    found = list(Question.objects.filter(request_id=request_id).order_by("asked_at"))
    if not found:
        return []
    grant = recorded(actor, found[0].request, events.QUESTIONS_READ, rows=[one.pk for one in found])
    return [_exchange(one, grant) for one in found]


def close_question(*, actor: Actor, question_id: UUID, answer: str = "") -> UUID:
    """Note that a question has been talked about, or answer it in words; gives the request."""
    require(actor, Permission.ASK_CONSENT)
    if len(answer) > LONGEST_QUESTION:
        raise Invalid("Please answer in fewer words, or talk about it.", "answer")
    question = Question.objects.select_for_update().filter(pk=question_id).first()
    if question is None:
        raise NotThere("consent_question", question_id)
    if question.closed_at is None:
        question.closed_at, question.closed_by = db.now(), actor.id
        question.answer = answer.strip() or None
        question.save(update_fields=["closed_at", "closed_by", "answer"])
        _record_closed(actor, question, answered=bool(answer.strip()))
    return question.request_id


def _record_closed(actor: Actor, question: Question, *, answered: bool) -> None:
    place = f"consent_question/{question.pk}/answer"
    audit.actions.record(
        actor=actor,
        kind=events.QUESTION_ANSWERED if answered else events.QUESTION_CLOSED,
        client=question.client_id,
        about=("consent_question", question.pk),
        relation=clients.queries.relation_to_client(actor, question.client_id),
        sealed={place: vault.fingerprint(question, "answer")} if answered else None,
    )
    request = locked(question.request_id)
    if answered and clients.queries.portal_in_use(question.client_id):
        clients.actions.queue_message(
            actor=actor,
            client_id=question.client_id,
            template=Template.NOTICE,
            link=f"/space/requests/{question.request_id}",
            about=question.request_id,
            guardian=request.guardian_id,
        )
