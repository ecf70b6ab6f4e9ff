"""What happened around a client's permissions, for pages that join apps; nothing sealed."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Q

from consent.domain.answers import PURPOSE_WORDS
from consent.domain.states import RequestState, Signer, WhyVoid
from consent.models import Question, Request, Signature, Withdrawal
from consent.queries.documents import disclosures_of
from consent.queries.library import form_row
from consent.queries.requests import GUESSED, WITHDRAWN
from counselling import db

if TYPE_CHECKING:
    from uuid import UUID

_ASKED: Final = {
    Signer.CLIENT: "asked",
    Signer.GUARDIAN: "asked a guardian",
    Signer.WITNESS: "asked a witness",
}
_SIGNED: Final = {
    Signer.CLIENT: "signed",
    Signer.GUARDIAN: "signed by a guardian",
    Signer.WITNESS: "witnessed",
}
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
    """Something the counsellor has to know: signed, withdrawn, asked back, a link guessed at."""

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
    moments = []
    for one in Request.objects.filter(client_id=client_id):
        if one.sent_at:
            words = f"{_ASKED[Signer(one.signer)]}: {_title(one)}"
            moments.append(Moment(one.sent_at, "request", words, one.pk, one.by))
        if one.ended_at and (ended := _ended(one)):
            words = f"{ended}: {_title(one)}"
            moments.append(Moment(one.ended_at, "request", words, one.pk))
    return moments


def _title(request: Request) -> str:
    """Name a form and what it was for, which tells two of a kind apart; to whom is sealed."""
    title = form_row(request.version_id).title
    return f"{title} For {PURPOSE_WORDS[request.purpose]}" if request.purpose else title


def _ended(request: Request) -> str:
    if request.state == RequestState.DECLINED:
        return "declined"
    if request.state != RequestState.VOID:
        return ""
    return GUESSED if request.why_void == WhyVoid.PIN else WITHDRAWN


def _signed(client_id: UUID) -> list[Moment]:
    found = Signature.objects.filter(client_id=client_id).select_related("request")
    return [
        Moment(
            one.signed_at, "signature", f"{_SIGNED[Signer(one.request.signer)]}: "
            f"{_title(one.request)}", one.request_id,
            one.by if one.request.signer == Signer.WITNESS else None,
        )
        for one in found
    ]  # fmt: skip


def _stopped(client_id: UUID) -> list[Moment]:
    found = Withdrawal.objects.filter(client_id=client_id)
    found = found.select_related("consent__signature__request")
    moments = []
    for one in found:
        request = one.consent.signature.request
        clauses = form_row(request.version_id).source.clauses
        label = next((each.label for each in clauses if each.code == one.consent.clause), "")
        words = f"stopped: {label}"
        if request.purpose:
            words += f", for {PURPOSE_WORDS[request.purpose]}"
        moments.append(Moment(one.at, "withdrawal", words, one.consent_id))
    return moments


def _shared(client_id: UUID) -> list[Moment]:
    return [
        Moment(one.at, "disclosure" if one.went else "stopped", f"shared {one.how_much} {one.way}",
               one.id, one.by)
        for one in disclosures_of(client_id)
    ]  # fmt: skip


def notices() -> list[Notice]:
    """Give what the actor should know about the people they care for, newest first."""
    since = db.now() - NOTICED
    found = [
        *_lately_signed(since), *_lately_declined(since), *_lately_stopped(since),
        *_open_questions(), *_guessed(since),
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.at, reverse=True)


def _lately_signed(since: datetime.datetime) -> list[Notice]:
    found = Signature.objects.filter(signed_at__gte=since).select_related("request")
    found = found.exclude(request__signer=Signer.WITNESS)
    return [
        Notice(one.signed_at, "signed", f"“{form_row(one.request.version_id).title}”",
               one.client_id, one.request.case_id, one.request_id)
        for one in found
    ]  # fmt: skip


def _lately_declined(since: datetime.datetime) -> list[Notice]:
    """A no is no failure; a note may stand beside it that wants to be read."""
    found = Request.objects.filter(state=RequestState.DECLINED, ended_at__gte=since)
    return [
        Notice(one.ended_at, "declined", f"said no to “{form_row(one.version_id).title}”",
               one.client_id, one.case_id, one.pk)
        for one in found
        if one.ended_at
    ]  # fmt: skip


def awaiting_witness() -> list[Notice]:
    """Give what everybody has signed but the witness, about the people the actor cares for."""
    before = Request.objects.filter(
        Q(pk=OuterRef("lead")) | Q(lead=OuterRef("lead")), turn__lt=OuterRef("turn")
    ).exclude(state=RequestState.SIGNED)
    found = Request.objects.filter(
        ~Exists(before),
        signer=Signer.WITNESS,
        state__in=[RequestState.SENT, RequestState.OPENED],
        expires_at__gt=db.now(),
    )
    return [
        Notice(one.sent_at, "witness", f"“{form_row(one.version_id).title}”",
               one.client_id, one.case_id, one.pk)
        for one in found
        if one.sent_at
    ]  # fmt: skip


def _lately_stopped(since: datetime.datetime) -> list[Notice]:
    """What one form allowed and one minute ended is one line."""
    found = Withdrawal.objects.filter(at__gte=since).select_related("consent__signature__request")
    together: dict[tuple[UUID, datetime.datetime], list[Withdrawal]] = {}
    for one in found.order_by("at"):
        minute = one.at.replace(second=0, microsecond=0)
        together.setdefault((one.consent.signature.request_id, minute), []).append(one)
    return [_stop_of(several) for several in together.values()]


def _stop_of(several: list[Withdrawal]) -> Notice:
    last, count = several[-1], len(several)
    request = last.consent.signature.request
    words = "stopped a permission" if count == 1 else f"stopped {count} permissions"
    return Notice(last.at, "withdrawn", words, last.client_id, request.case_id, request.pk)


def _open_questions() -> list[Notice]:
    found = Question.objects.filter(closed_at=None).select_related("request")
    return [
        Notice(one.asked_at, "question", "has a question about a form", one.client_id,
               one.request.case_id, one.request_id)
        for one in found
    ]  # fmt: skip


def _guessed(since: datetime.datetime) -> list[Notice]:
    found = Request.objects.filter(ended_at__gte=since, why_void=WhyVoid.PIN)
    return [
        Notice(one.ended_at, "guessed", f"link {GUESSED}", one.client_id, one.case_id, one.pk)
        for one in found
        if one.ended_at
    ]
