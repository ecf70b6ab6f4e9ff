"""Legal bases and telling the client of what went on them, as rows; opens nothing sealed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection

from consent.domain.answers import CATEGORY_WORDS
from consent.domain.bases import (
    ALONE_WAITS,
    BASIS_WORDS,
    IMMEDIATE_LASTS,
    BasisAnswer,
    BasisKind,
)
from consent.domain.telling import HowTold, NoticeState
from consent.models import BasisDecision, BasisPaper, DisclosureNotice, LegalBasis
from counselling import db
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BasisRow:
    """What the law is said to ask for, and what the second person answered."""

    id: UUID
    client: UUID
    case: UUID
    kind: BasisKind
    recipient: UUID
    categories: tuple[str, ...]
    danger: UUID | None
    immediate: bool
    valid_until: datetime.datetime | None
    tell_at: datetime.datetime | None
    by: UUID
    at: datetime.datetime
    papers: tuple[UUID, ...]
    answer: BasisAnswer | None
    decided_by: UUID | None
    decided_at: datetime.datetime | None
    alone: bool
    later: bool

    @property
    def words(self) -> str:
        """Name its kind."""
        return BASIS_WORDS[self.kind]

    @property
    def what(self) -> str:
        """Say what it reaches."""
        return ", ".join(str(CATEGORY_WORDS.get(one, one)) for one in self.categories)

    @property
    def waits(self) -> bool:
        """Say whether nobody has decided about it yet."""
        return self.answer is None

    @property
    def late(self) -> bool:
        """Say whether what did not wait should have been looked at by now."""
        return self.waits and self.immediate and db.now() >= self.at + IMMEDIATE_LASTS

    @property
    def overdue(self) -> bool:
        """Say whether a second person should have answered by now."""
        lasts = IMMEDIATE_LASTS if self.immediate else ALONE_WAITS
        return self.waits and db.now() >= self.at + lasts

    @property
    def opens(self) -> bool:
        """Say whether something may go on it now, as far as people decided; the gate asks all."""
        if self.valid_until is not None and self.valid_until <= db.now():
            return False
        if self.answer is None:
            return self.immediate and not self.late
        return self.answer is BasisAnswer.RELEASE

    @property
    def alone_from(self) -> datetime.datetime:
        """Say from when whoever stated it may decide, where there is nobody else."""
        return self.at + ALONE_WAITS

    @property
    def chip(self) -> tuple[str, str]:
        """Give the shape and the word of where it stands."""
        if self.answer is BasisAnswer.REFUSE:
            return "no", "refused"
        if self.valid_until is not None and self.valid_until <= db.now():
            return "no", "ended by its date"
        if self.answer is BasisAnswer.RELEASE:
            return "yes", "decided alone" if self.alone else "released"
        if self.immediate:
            return ("alert", "overdue: nobody looked") if self.late else ("wait", "went at once")
        if self.overdue:
            return "alert", "overdue: nobody answered"
        return "wait", "waits for a second person"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """How far telling the client of one disclosure is."""

    id: UUID
    client: UUID
    disclosure: UUID
    basis: UUID
    state: NoticeState
    due_at: datetime.datetime
    told_at: datetime.datetime | None
    told_by: UUID | None
    how: HowTold | None


def basis_row(basis_id: UUID) -> BasisRow:
    """Give one; raises NotThere for a hidden one and for none alike."""
    found = _rows(LegalBasis.objects.filter(pk=basis_id))
    if not found:
        raise NotThere("consent_legal_basis", basis_id)
    return found[0]


def bases_of(client_id: UUID) -> list[BasisRow]:
    """Give what was stated about a client, newest first."""
    return _rows(LegalBasis.objects.filter(client_id=client_id).order_by("-at", "-id"))


def bases_to_decide(actor: Actor) -> list[BasisRow]:
    """Give what waits for somebody else than who stated it, the oldest first."""
    found = LegalBasis.objects.filter(decision=None).exclude(by=actor.id)
    return _rows(found.order_by("at"))


def own_bases_waiting(actor: Actor) -> list[BasisRow]:
    """Give what the actor stated and nobody has decided about."""
    return _rows(LegalBasis.objects.filter(decision=None, by=actor.id).order_by("at"))


def nobody_else_releases(person: UUID) -> bool:
    """Say whether nobody but this person could be the second one (DESIGN 3)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_another_releaser(%s)", [person])
        (there_is,) = cursor.fetchone()
    return not there_is


def notices_of(basis_id: UUID) -> dict[UUID, NoticeRow]:
    """Give how far telling the client is, of each disclosure on a basis."""
    found = DisclosureNotice.objects.filter(disclosure__basis_id=basis_id)
    return {one.disclosure_id: _notice(one) for one in found.select_related("disclosure")}


def to_be_told(clients: Iterable[UUID]) -> list[NoticeRow]:
    """Give whom somebody has to tell in person, the longest due first."""
    found = DisclosureNotice.objects.filter(
        client_id__in=list(clients), state=NoticeState.PERSON
    ).select_related("disclosure")
    return [_notice(one) for one in found.order_by("due_at")]


def due_tellings() -> list[tuple[UUID, UUID]]:
    """Give notice and client of whoever is to be told now, for the sweeper."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, client_id FROM consent_due_tellings()")
        return [(row, client) for row, client in cursor.fetchall()]


def due_pressing() -> list[tuple[UUID, UUID]]:
    """Give basis and client of what no second person looked at in time, for the sweeper."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, client_id FROM consent_due_pressing()")
        return [(row, client) for row, client in cursor.fetchall()]


def _notice(one: DisclosureNotice) -> NoticeRow:
    basis = one.disclosure.basis_id
    if basis is None:  # pragma: no cover  the database makes notices for these alone
        raise NotThere("consent_legal_basis")
    return NoticeRow(
        id=one.pk,
        client=one.client_id,
        disclosure=one.disclosure_id,
        basis=basis,
        state=NoticeState(one.state),
        due_at=one.due_at,
        told_at=one.told_at,
        told_by=one.told_by,
        how=HowTold(one.how) if one.how else None,
    )


def _rows(found: QuerySet[LegalBasis]) -> list[BasisRow]:
    rows = list(found.defer("facts", "why_later"))
    decided = {one.basis_id: one for one in BasisDecision.objects.filter(basis__in=rows)}
    papers: dict[UUID, list[UUID]] = {}
    kept = BasisPaper.objects.filter(basis__in=rows).order_by("at", "id")
    for basis, paper in kept.values_list("basis_id", "id"):
        papers.setdefault(basis, []).append(paper)
    return [_row(one, decided.get(one.pk), papers.get(one.pk, [])) for one in rows]


def _row(one: LegalBasis, decided: BasisDecision | None, papers: list[UUID]) -> BasisRow:
    return BasisRow(
        id=one.pk,
        client=one.client_id,
        case=one.case_id,
        kind=BasisKind(one.kind),
        recipient=one.recipient_id,
        categories=tuple(one.categories),
        danger=one.danger,
        immediate=one.immediate,
        valid_until=one.valid_until,
        tell_at=one.tell_at,
        by=one.by,
        at=one.at,
        papers=tuple(papers),
        answer=BasisAnswer(decided.answer) if decided else None,
        decided_by=decided.by if decided else None,
        decided_at=decided.at if decided else None,
        alone=bool(decided and decided.alone),
        later=bool(decided and decided.later),
    )
