"""Ask again what was asked before: the same recipient, purpose and particulars, and no answer."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.utils import timezone

import audit.actions
import clients.queries
from consent.access import asking_again
from consent.actions._reading import reading
from consent.actions.requests import Asking
from consent.domain import events
from consent.domain.ending import proposed_until
from consent.models import Request
from consent.queries.library import newest_like
from consent.queries.recipients import all_same
from counselling import db
from counselling.access import require
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from consent.queries.library import FormRow
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class Before:
    """What was asked before, made ready to be asked again with the newest edition of its form."""

    client: UUID
    case: UUID | None
    form: FormRow
    asking: Asking
    # who asked then; the form names them
    by: UUID


def said_before(*, actor: Actor, request_id: UUID, until: datetime.date | None = None) -> Before:
    """Open what a form was filled with, to fill the newest edition of it: never an answer (CC-20).

    Raises NotThere for a hidden request and for none alike.
    """
    require(actor, asking_again(actor))
    request = Request.objects.filter(pk=request_id).first()
    if request is None:
        raise NotThere("consent_request", request_id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.REQUEST_READ,
        client=request.client_id,
        case=request.case_id,
        about=("consent_request", request_id),
        relation=clients.queries.relation_to_client(actor, request.client_id),
        detail={"again": True},
    )
    read = reading(request, grant)
    form = newest_like(request.version_id)
    words = {one.code: one.words for one in form.source.purposes}
    return Before(
        client=request.client_id,
        case=request.case_id,
        form=form,
        asking=Asking(
            recipient=_today(request),
            purpose=request.purpose,
            # words that the form itself has for a purpose may have changed with its edition
            purpose_words="" if words.get(request.purpose) else read.values.get("purpose", ""),
            until=until or _proposed(request, read.asked.until),
            particulars=dict(read.values),
        ),
        by=request.by,
    )


def _today(request: Request) -> UUID | None:
    """Give whom it was about, or the one they turned out to be."""
    if request.recipient_id is None:
        return None
    return all_same(request.client_id).get(request.recipient_id, request.recipient_id)


def _proposed(request: Request, last: datetime.date | None) -> datetime.date | None:
    if last is None:
        return None
    began = timezone.localdate(request.sent_at or request.made_at)
    return proposed_until(began, last, timezone.localdate(db.now()))
