"""On what something that is prepared could leave now: the client's word, the law, or nothing yet.

It opens nothing and promises nothing: the gate in the database judges again when it leaves.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from consent.domain.bases import IMMEDIATE_LASTS, BasisAnswer, BasisKind
from consent.domain.covers import ConsentFact, ConsentState, Covered, decide_covers
from consent.domain.states import RequestState, state_now
from consent.models import Consent, LegalBasis, RecipientMerge, Request
from consent.queries.consents import fact_of
from consent.queries.recipients import all_same
from counselling import db

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

_OUT = frozenset({RequestState.DRAFT, RequestState.SENT, RequestState.OPENED})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to let leave, since when."""

    client: UUID
    recipient: UUID
    purpose: str
    categories: frozenset[str]
    basis: UUID | None
    since: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What it would rest on now; `why` is empty where it may go."""

    consent: UUID | None = None
    basis: UUID | None = None
    why: str = ""
    # since when it may, so that a page can say that it came after the asking
    since: datetime.datetime | None = None
    # the newest form about it, made since somebody wants this, and where that stands
    request: UUID | None = None
    asked: RequestState | None = None
    # a second person has not answered yet
    waits: bool = False
    is_court_order: bool = False

    @property
    def allowed(self) -> bool:
        """Say whether it may go."""
        return not self.why

    @property
    def is_asked(self) -> bool:
        """Say whether a form about it is out."""
        return self.asked in _OUT

    @property
    def refused(self) -> bool:
        """Say whether the client was asked for it, and it came to nothing."""
        return self.asked is not None and not self.is_asked and self.asked != RequestState.SIGNED


@dataclasses.dataclass(frozen=True, slots=True)
class Covers:
    """What a recipient may be told for one purpose, by all that holds now."""

    recipient: UUID
    purpose: str
    categories: frozenset[str]
    # the first instant at which something of it ends
    until: datetime.datetime | None


def grounds_now(wanted: Iterable[Wanted]) -> list[Ground]:
    """Give for each of several things on what it could leave now: a few questions for all."""
    asked = list(wanted)
    clients = {one.client for one in asked}
    if not clients:
        return []
    same = same_of(clients)
    facts = _facts(clients, same)
    requests = _requests(clients, same)
    bases = _bases({one.basis for one in asked if one.basis})
    return [
        _of_basis(one, bases.get(one.basis))
        if one.basis
        else _of_consent(one, facts.get(one.client, ()), requests, same)
        for one in asked
    ]


def covered_now(client_id: UUID) -> list[Covers]:
    """Give whom a client agreed to tell something now, for what, and what: one line for a pair."""
    at = db.now()
    found: dict[tuple[UUID, str], Covers] = {}
    for fact in _facts({client_id}, same_of({client_id})).get(client_id, ()):
        if fact.recipient is None or fact.state(at) is not ConsentState.LIVE:
            continue
        key = (fact.recipient, fact.purpose)
        before = found.get(key)
        kinds = fact.categories | (before.categories if before else frozenset())
        ends = [one for one in (fact.until, before.until if before else None) if one]
        found[key] = Covers(*key, frozenset(map(str, kinds)), min(ends, default=None))
    return list(found.values())


def same_of(clients: Iterable[UUID]) -> dict[UUID, UUID]:
    """Give for each recipient of some clients that is another's too the row that stands for it."""
    merged = RecipientMerge.objects.filter(client_id__in=list(clients))
    found: dict[UUID, UUID] = {}
    for client in set(merged.values_list("client_id", flat=True)):
        found |= all_same(client)
    return found


def _facts(clients: Iterable[UUID], same: Mapping[UUID, UUID]) -> dict[UUID, list[ConsentFact]]:
    rows = Consent.objects.filter(client_id__in=list(clients), recipient__isnull=False)
    found: dict[UUID, list[ConsentFact]] = {}
    for one in rows.select_related("withdrawal", "replacement").order_by("-since"):
        fact = fact_of(one)
        who = fact.recipient and same.get(fact.recipient, fact.recipient)
        found.setdefault(one.client_id, []).append(dataclasses.replace(fact, recipient=who))
    return found


def _requests(clients: Iterable[UUID], same: Mapping[UUID, UUID]) -> list[Request]:
    """Give who leads each form about a recipient, newest first."""
    found = Request.objects.filter(
        client_id__in=list(clients), recipient__isnull=False, lead__isnull=True
    ).only("id", "client_id", "recipient_id", "purpose", "state", "expires_at", "made_at")
    rows = list(found.order_by("-made_at"))
    for one in rows:
        if one.recipient_id is not None:
            one.recipient_id = same.get(one.recipient_id, one.recipient_id)
    return rows


def _bases(ids: Iterable[UUID]) -> dict[UUID, LegalBasis]:
    found = LegalBasis.objects.filter(pk__in=list(ids)).select_related("decision")
    return {one.pk: one for one in found}


def _of_consent(
    one: Wanted,
    facts: Sequence[ConsentFact],
    requests: Iterable[Request],
    same: Mapping[UUID, UUID],
) -> Ground:
    recipient, at = same.get(one.recipient, one.recipient), db.now()
    form = next(
        (
            each
            for each in requests
            if each.client_id == one.client
            and each.recipient_id == recipient
            and each.purpose == one.purpose
            and each.made_at >= one.since
        ),
        None,
    )
    state = None if form is None else state_now(RequestState(form.state), form.expires_at, at)
    answer = decide_covers(
        facts,
        recipient=recipient,
        purpose=one.purpose,
        categories=one.categories,
        at=at,
        awaited=state in _OUT,
    )
    request = None if form is None else form.pk
    if not isinstance(answer, Covered):
        return Ground(why=answer.reason, request=request, asked=state)
    since = next(fact.since for fact in facts if fact.id == answer.consent)
    return Ground(consent=answer.consent, since=since, request=request, asked=state)


def _of_basis(one: Wanted, basis: LegalBasis | None) -> Ground:
    if basis is None or not one.categories <= frozenset(basis.categories):
        return Ground(why="The legal basis does not cover everything that was picked.")
    at, decided = db.now(), getattr(basis, "decision", None)
    if decided is not None and decided.answer == BasisAnswer.REFUSE:
        return Ground(basis=basis.pk, why="The second person refused it.")
    if basis.valid_until is not None and basis.valid_until <= at:
        return Ground(basis=basis.pk, why="The legal basis has ended by its date.")
    if decided is None and not (basis.immediate and at < basis.at + IMMEDIATE_LASTS):
        return Ground(basis=basis.pk, why="A second person has not agreed yet.", waits=True)
    return Ground(
        basis=basis.pk,
        since=basis.at if decided is None else decided.at,
        is_court_order=basis.kind == BasisKind.COURT_ORDER,
    )
