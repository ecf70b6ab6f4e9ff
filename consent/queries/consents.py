"""Consents: which there are, which hold now, and whether one covers what is to be shared."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import F

from consent.domain.covers import (
    ConsentFact,
    ConsentState,
    Covered,
    NotCovered,
    decide_covers,
)
from consent.domain.states import RequestState, state_now
from consent.models import Consent, Request, Signature
from consent.queries.library import form_row
from consent.queries.recipients import all_same
from counselling import db
from counselling.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """A consent with how it stands now; the recipient is an id, the name is sealed."""

    id: UUID
    client: UUID
    request: UUID
    case: UUID | None
    clause: str
    label: str
    language: str
    required: bool
    activity: str
    purpose: str
    recipient: UUID | None
    categories: tuple[str, ...]
    since: datetime.datetime
    until: datetime.datetime | None
    withdrawn_at: datetime.datetime | None
    replaced_at: datetime.datetime | None
    state: ConsentState

    @property
    def live(self) -> bool:
        """Say whether it holds now."""
        return self.state is ConsentState.LIVE

    @property
    def may_stop(self) -> bool:
        """Say whether the client can stop it by itself."""
        if self.required or self.withdrawn_at is not None:
            return False
        return self.state in {ConsentState.LIVE, ConsentState.NOT_BEGUN}

    @property
    def last_day(self) -> datetime.datetime | None:
        """Give an instant of the last day on which it holds: `until` is the first it does not."""
        return None if self.until is None else self.until - _MOMENT


_MOMENT: Final = datetime.timedelta(seconds=1)


def consents_of(client_id: UUID) -> list[ConsentRow]:
    """Give every consent of a client, newest first."""
    return [_row(one) for one in _consents().filter(client_id=client_id)]


def live_consents(client_id: UUID, *, sharing: bool = False) -> list[ConsentRow]:
    """Give the consents of a client that hold now; with `sharing` those that let notes leave."""
    return [one for one in consents_of(client_id) if one.live and (one.recipient or not sharing)]


def consent_row(consent_id: UUID) -> ConsentRow:
    """Give a consent; raises NotThere for a hidden one and for none alike."""
    found = _consents().filter(pk=consent_id).first()
    if found is None:
        raise NotThere("consent_consent", consent_id)
    return _row(found)


def covers(
    *,
    client: UUID,
    recipient: UUID,
    purpose: str,
    categories: frozenset[str],
    at: datetime.datetime,
) -> Covered | NotCovered:
    """Answer the one question: may this go to them, for this, at this instant? (CL-05)"""
    same = all_same(client)
    facts = [
        dataclasses.replace(fact, recipient=fact.recipient and same.get(fact.recipient))
        for fact in map(fact_of, _consents().filter(client_id=client))
    ]
    meant = same.get(recipient, recipient)
    decide = functools.partial(
        decide_covers, facts, recipient=meant, purpose=purpose, categories=categories, at=at
    )
    answer = decide()
    if isinstance(answer, Covered):
        return answer
    return decide(awaited=_awaited(client, recipient, purpose, at))


def _awaited(client: UUID, recipient: UUID, purpose: str, at: datetime.datetime) -> bool:
    """Say whether a form about this is out and not signed by everybody who has to."""
    return Request.objects.filter(
        client_id=client, recipient_id=recipient, purpose=purpose, state__in=list(_OUT),
        expires_at__gt=at,
    ).exists()  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Replaced:
    """A consent that a signature would end, because its form is signed anew."""

    consent: UUID
    clause: str
    since: datetime.datetime


def replaced_by(request_id: UUID) -> list[Replaced]:
    """Give what signing a request would replace, newest first; a link may ask for its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT consent, clause, since FROM consent_replaced_by(%s, %s)",
            [request_id, db.now()],
        )
        return [Replaced(*row) for row in cursor.fetchall()]


def with_replaced(consent_ids: Iterable[UUID]) -> list[UUID]:
    """Give consents with every earlier one they replaced, word for word the same clause."""
    found = list(consent_ids)
    newest = found
    while newest:
        newest = list(
            Consent.objects.filter(
                replacement__signature__consents__in=newest,
                clause=F("replacement__signature__consents__clause"),
            ).values_list("pk", flat=True)
        )
        found += newest
    return found


def recipients_of(client_id: UUID) -> list[UUID]:
    """Give whom a client has been asked about, latest first."""
    found = Request.objects.filter(client_id=client_id, recipient__isnull=False)
    return list(dict.fromkeys(found.order_by("-made_at").values_list("recipient_id", flat=True)))


def fact_of(one: Consent) -> ConsentFact:
    """Give what decides about a consent."""
    withdrawal = getattr(one, "withdrawal", None)
    replacement = getattr(one, "replacement", None)
    return ConsentFact(
        id=one.pk,
        recipient=one.recipient_id,
        purpose=one.purpose,
        categories=frozenset(one.categories),
        since=one.since,
        until=one.until,
        withdrawn_at=None if withdrawal is None else withdrawal.at,
        replaced_at=None if replacement is None else replacement.at,
        activity=one.activity,
    )


def _consents() -> QuerySet[Consent]:
    related = ("withdrawal", "replacement", "signature__request")
    return Consent.objects.select_related(*related).order_by("-since", "clause")


def _row(one: Consent) -> ConsentRow:
    fact = fact_of(one)
    request = one.signature.request
    form = form_row(request.version_id)
    labels = {each.code: each.label for each in form.source.clauses}
    return ConsentRow(
        id=one.pk,
        client=one.client_id,
        request=request.pk,
        case=request.case_id,
        clause=one.clause,
        label=labels.get(one.clause, one.clause),
        language=form.language,
        required=one.required,
        activity=one.activity,
        purpose=one.purpose,
        recipient=one.recipient_id,
        categories=tuple(one.categories),
        since=one.since,
        until=one.until,
        withdrawn_at=fact.withdrawn_at,
        replaced_at=fact.replaced_at,
        state=fact.state(db.now()),
    )


# -- chips: how permissions stand, in a word and a shape -----------------------------------------

WORDS: Final = MappingProxyType(
    {
        "counselling": "agreement",
        "emergency_contact": "emergency call",
        "trainee_observer": "trainee observer",
        "recording": "recording",
        "email": "e-mail",
        "text_messages": "text messages",
        "reminders": "reminders",
        "research": "research",
        "assent": "the minor's own word",
        "group_confidentiality": "group promise",
        "attendance": "share attendance",
        "summary": "share summary",
        "session_notes": "share notes",
        "process_notes": "share own notes",
        "sud_notes": "share substance use notes",
    }
)


@dataclasses.dataclass(frozen=True, slots=True)
class Chip:
    """What was asked, and the answer: yes, no, or still waiting."""

    label: str
    state: str
    until: datetime.datetime | None = None

    @property
    def word(self) -> str:
        """Say it as a chip does: "recording: no"."""
        return f"{self.label}: {'asked' if self.state == 'wait' else self.state}"


def chips(client_ids: Iterable[UUID]) -> dict[UUID, list[Chip]]:
    """Give how the permissions of several people stand: four questions, however many people."""
    ids = list(client_ids)
    found: dict[UUID, dict[str, Chip]] = {one: {} for one in ids}
    for request in Request.objects.filter(client_id__in=ids).order_by("made_at"):
        if state_now(RequestState(request.state), request.expires_at, db.now()) in _OUT:
            _put(found[request.client_id], _subjects(request.version_id), "wait")
    signed = Signature.objects.filter(client_id__in=ids).select_related("request")
    for signature in signed.order_by("signed_at"):
        _put(found[signature.client_id], _subjects(signature.request.version_id), "no")
    for consent in _consents().filter(client_id__in=ids).order_by("since"):
        fact = fact_of(consent)
        if fact.state(db.now()) is ConsentState.LIVE:
            last = None if consent.until is None else consent.until - _MOMENT
            for subject in consent.categories or [consent.activity]:
                found[consent.client_id][subject] = _chip(subject, "yes", last)
    return {one: list(chips.values()) for one, chips in found.items()}


_OUT: Final = frozenset({RequestState.SENT, RequestState.OPENED})


def _subjects(version_id: UUID) -> list[str]:
    clauses = form_row(version_id).source.clauses
    return [subject for each in clauses for subject in (each.categories or (each.activity or "",))]


def _put(chips: dict[str, Chip], subjects: list[str], state: str) -> None:
    for subject in subjects:
        if state == "no" and subject in chips and chips[subject].state == "wait":
            continue
        chips[subject] = _chip(subject, state, None)


def _chip(subject: str, state: str, until: datetime.datetime | None) -> Chip:
    return Chip(WORDS.get(subject, subject.replace("_", " ")), state, until)
