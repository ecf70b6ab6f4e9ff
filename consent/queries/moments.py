"""What happened around a client's permissions, for pages that join apps; nothing sealed."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from consent.domain.states import RequestState, WhyVoid
from consent.models import Question, Request, Signature, Withdrawal
from consent.queries.documents import disclosures_of
from consent.queries.library import form_row
from counselling import db

if TYPE_CHECKING:
    from uuid import UUID

NOTICED: Final = datetime.timedelta(days=14)


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened, in pieces a page makes a sentence of."""

    at: datetime.datetime
    kind: str
    words: str
    row: UUID
    person: UUID | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Notice:
    """Something the counsellor has to know: withdrawn, a question, a link that was guessed."""

    at: datetime.datetime
    kind: str
    words: str
    client: UUID
    case: UUID | None
    request: UUID


def timeline(client_id: UUID) -> list[Moment]:
    """Give requests, signatures, withdrawals and disclosures of a client, newest first."""
    moments = [*_asked(client_id), *_signed(client_id), *_stopped(client_id), *_shared(client_id)]
    return sorted(moments, key=lambda one: one.at, reverse=True)


def _asked(client_id: UUID) -> list[Moment]:
    found = Request.objects.filter(client_id=client_id)
    moments = []
    for one in found:
        title = form_row(one.version_id).title
        if one.sent_at:
            moments.append(Moment(one.sent_at, "request", f"asked: {title}", one.pk, one.by))
        if one.ended_at and one.state in _ENDS:
            words = f"{_ENDS[RequestState(one.state)]}: {title}"
            moments.append(Moment(one.ended_at, "request", words, one.pk))
    return moments


_ENDS: Final = {RequestState.DECLINED: "declined", RequestState.VOID: "called back"}


def _signed(client_id: UUID) -> list[Moment]:
    found = Signature.objects.filter(client_id=client_id).select_related("request")
    return [
        Moment(one.signed_at, "signature", f"signed: {form_row(one.request.version_id).title}",
               one.request_id)
        for one in found
    ]  # fmt: skip


def _stopped(client_id: UUID) -> list[Moment]:
    found = Withdrawal.objects.filter(client_id=client_id)
    found = found.select_related("consent__signature__request")
    moments = []
    for one in found:
        clauses = form_row(one.consent.signature.request.version_id).source.clauses
        label = next((each.label for each in clauses if each.code == one.consent.clause), "")
        moments.append(Moment(one.at, "withdrawal", f"stopped: {label}", one.consent_id))
    return moments


def _shared(client_id: UUID) -> list[Moment]:
    return [
        Moment(one.at, "disclosure", _what(one.notes, one.channel), one.id, one.by)
        for one in disclosures_of(client_id)
    ]


def _what(notes: int, channel: str) -> str:
    how = "on paper" if channel == "paper" else f"by {channel}"
    return f"shared {notes} {'note' if notes == 1 else 'notes'} {how}"


def notices() -> list[Notice]:
    """Give what the actor should know about the people they care for, newest first."""
    since = db.now() - NOTICED
    withdrawn = Withdrawal.objects.filter(at__gte=since).select_related(
        "consent__signature__request"
    )
    found = [
        Notice(one.at, "withdrawn", "stopped a permission", one.client_id,
               one.consent.signature.request.case_id, one.consent.signature.request_id)
        for one in withdrawn
    ]  # fmt: skip
    asked = Question.objects.filter(closed_at=None).select_related("request")
    found += [
        Notice(one.asked_at, "question", "has a question about a form", one.client_id,
               one.request.case_id, one.request_id)
        for one in asked
    ]  # fmt: skip
    guessed = Request.objects.filter(ended_at__gte=since, why_void=WhyVoid.PIN)
    found += [
        Notice(one.ended_at, "guessed", "link closed after five wrong PINs", one.client_id,
               one.case_id, one.pk)
        for one in guessed
        if one.ended_at
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.at, reverse=True)
