"""What clients ask back about a form: staff read it, talk about it and note that they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
import clients.queries
from consent.domain import events
from consent.models import Question
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


def open_questions(*, actor: Actor, request_id: UUID) -> dict[UUID, str]:
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
    return {one.pk: vault.open_text(one.text, grant) for one in found}


def close_question(*, actor: Actor, question_id: UUID) -> UUID:
    """Note that a question has been talked about; gives the request."""
    require(actor, Permission.ASK_CONSENT)
    question = Question.objects.select_for_update().filter(pk=question_id).first()
    if question is None:
        raise NotThere("consent_question", question_id)
    if question.closed_at is None:
        question.closed_at, question.closed_by = db.now(), actor.id
        question.save(update_fields=["closed_at", "closed_by"])
        audit.actions.record(
            actor=actor,
            kind=events.QUESTION_CLOSED,
            client=question.client_id,
            about=("consent_question", question_id),
            relation=clients.queries.relation_to_client(actor, question.client_id),
        )
    return question.request_id
