"""Cases with who is in them and who cares for them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db.models import Case as Choice
from django.db.models import IntegerField, Q, Value, When

from clients.domain import references
from clients.domain.cases import Capacity, CaseKind, CaseState
from clients.models import Assignment, Case, CaseMember
from clients.queries.outside import called_outside
from counselling import db
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from counselling.access import Actor


PAGE: Final = 25


@dataclasses.dataclass(frozen=True, slots=True)
class MemberRow:
    """A client's part in a case."""

    id: UUID
    client: UUID
    since: datetime.datetime
    until: datetime.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class AssignmentRow:
    """Somebody's assignment, or the offer of one."""

    id: UUID
    case: UUID
    person: UUID
    capacity: Capacity
    offered_by: UUID
    offered_at: datetime.datetime
    accepted_at: datetime.datetime | None
    declined_at: datetime.datetime | None
    since: datetime.datetime | None
    until: datetime.datetime | None

    @property
    def offered(self) -> bool:
        """Say whether the offer still waits for an answer."""
        return not (self.accepted_at or self.declined_at or self.until)

    def running(self, at: datetime.datetime) -> bool:
        """Say whether the assignment counts at that instant."""
        if self.since is None or self.since > at:
            return False
        return self.until is None or self.until > at


@dataclasses.dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with who is in it and who cares for it."""

    id: UUID
    reference: str
    kind: CaseKind
    state: CaseState
    created_at: datetime.datetime
    created_by: UUID
    closed_at: datetime.datetime | None
    members: tuple[MemberRow, ...]
    assignments: tuple[AssignmentRow, ...]

    @property
    def present(self) -> tuple[UUID, ...]:
        """Give the clients whose part has not ended."""
        return tuple(one.client for one in self.members if one.until is None)

    def assigned(self, at: datetime.datetime) -> tuple[UUID, ...]:
        """Give the people who care for the case at that instant."""
        return tuple(one.person for one in self.assignments if one.running(at))

    def offer_to(self, person: UUID) -> AssignmentRow | None:
        """Give the offer that waits for that person's answer."""
        waiting = (one for one in self.assignments if one.offered and one.person == person)
        return next(waiting, None)


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and whether there is another."""

    rows: tuple[CaseRow, ...]
    number: int
    more: bool


_ORDER: Final = Choice(
    *(
        When(state=state.value, then=Value(place))
        for place, state in enumerate(
            (CaseState.OPEN, CaseState.ENQUIRY, CaseState.WAITING, CaseState.PAUSED)
        )
    ),
    default=Value(9),
    output_field=IntegerField(),
)


def caseload(actor: Actor, *, page: int = 1, reference: str = "", closed: bool = False) -> Page:
    """Give one page of the cases the actor sees, those that wait for their answer first.

    A reference finds the case, or the cases of the client, that it names.
    """
    found = Case.objects.all()
    if reference:
        meant = references.readings(reference)
        # asked apart: joined, every case the actor sees would be compared with every member
        parts = CaseMember.objects.filter(client__reference__in=meant)
        found = found.filter(Q(reference__in=meant) | Q(pk__in=parts.values("case_id")))
    elif closed:
        found = found.filter(state=CaseState.CLOSED.value)
    else:
        found = found.exclude(state=CaseState.CLOSED.value)
    mine = Assignment.objects.filter(
        person_id=actor.id, accepted_at=None, declined_at=None, until=None
    ).values("case_id")
    found = found.annotate(
        asks=Choice(
            When(pk__in=mine, then=Value(0)), default=Value(1), output_field=IntegerField()
        ),
        place=_ORDER,
    ).order_by("asks", "place", "-created_at", "pk")
    start = (max(1, page) - 1) * PAGE
    rows = list(found[start : start + PAGE + 1])
    return Page(_case_rows(rows[:PAGE]), max(1, page), len(rows) > PAGE)


def offers_to(actor: Actor) -> list[AssignmentRow]:
    """Give the offers of cases that wait for the actor's answer, those first that wait longest."""
    waiting = Assignment.objects.filter(
        person_id=actor.id, accepted_at=None, declined_at=None, until=None
    )
    return [assignment_row_of(one) for one in waiting.order_by("offered_at", "pk")]


def cases_of(client_id: UUID) -> tuple[CaseRow, ...]:
    """Give the cases a client takes part in that the actor sees, newest first."""
    found = Case.objects.filter(pk__in=parts_of(client_id).values("case_id"))
    return _case_rows(found.order_by("-created_at", "pk"))


def parts_of(client_id: UUID) -> QuerySet[CaseMember]:
    """Give the parts of a client in cases that count now."""
    at = db.now()
    counting = Q(until=None) | Q(until__gt=at)
    return CaseMember.objects.filter(counting, client_id=client_id, since__lte=at)


def case_row(case_id: UUID) -> CaseRow:
    """Give a case; raises NotThere for a hidden one and for none alike."""
    rows = _case_rows(Case.objects.filter(pk=case_id))
    if not rows:
        raise NotThere("clients_case", case_id)
    return rows[0]


def case_row_of(case: Case) -> CaseRow:
    """Put members and assignments to a case that came with a row of its own, as a note does."""
    return _case_rows([case])[0]


def cases_by_id(ids: Iterable[UUID]) -> dict[UUID, CaseRow]:
    """Give those of the cases that the actor sees."""
    return {row.id: row for row in _case_rows(Case.objects.filter(pk__in=list(ids)))}


def cases_assigned_to(person_id: UUID) -> tuple[CaseRow, ...]:
    """Give the cases somebody is assigned to now, as far as the actor sees them."""
    at = db.now()
    mine = Assignment.objects.filter(person_id=person_id, since__lte=at)
    mine = mine.filter(Q(until=None) | Q(until__gt=at))
    return _case_rows(Case.objects.filter(pk__in=mine.values("case_id")).order_by("reference"))


def _case_rows(cases: Iterable[Case]) -> tuple[CaseRow, ...]:
    """Put members and assignments to cases: two questions, however many cases."""
    cases = list(cases)
    ids = [one.pk for one in cases]
    members: dict[UUID, list[MemberRow]] = {}
    for member in CaseMember.objects.filter(case_id__in=ids).order_by("since", "pk"):
        members.setdefault(member.case_id, []).append(_member_row(member))
    assignments: dict[UUID, list[AssignmentRow]] = {}
    for one in Assignment.objects.filter(case_id__in=ids).order_by("offered_at", "pk"):
        assignments.setdefault(one.case_id, []).append(assignment_row_of(one))
    return tuple(
        CaseRow(
            id=one.pk,
            reference=one.reference,
            kind=CaseKind(one.kind),
            state=CaseState(one.state),
            created_at=one.created_at,
            created_by=one.created_by_id,
            closed_at=one.closed_at,
            members=tuple(members.get(one.pk, ())),
            assignments=tuple(assignments.get(one.pk, ())),
        )
        for one in cases
    )


def _member_row(one: CaseMember) -> MemberRow:
    return MemberRow(one.pk, one.client_id, one.since, one.until)


def assignment_row_of(one: Assignment) -> AssignmentRow:
    """Give an assignment as other apps may see it."""
    return AssignmentRow(
        one.pk, one.case_id, one.person_id, Capacity(one.capacity), one.offered_by_id,
        one.offered_at, one.accepted_at, one.declined_at, one.since, one.until,
    )  # fmt: skip


def assignment_row(assignment_id: UUID) -> AssignmentRow:
    """Give an assignment; raises NotThere for a hidden one and for none alike."""
    found = Assignment.objects.filter(pk=assignment_id).first()
    if found is None:
        raise NotThere("clients_assignment", assignment_id)
    return assignment_row_of(found)


def case_references(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Label cases by reference, for the trail; a hidden one has no label."""
    asked = set(ids)
    found = dict(Case.objects.filter(pk__in=asked).values_list("pk", "reference"))
    return found | called_outside(asked - found.keys(), cases=True)


def members(case_id: UUID) -> list[UUID]:
    """Give the clients now in a case, those first who came first."""
    return list(
        CaseMember.objects.filter(case_id=case_id, until=None)
        .order_by("since", "pk")
        .values_list("client_id", flat=True)
    )


def members_of(cases: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Give the clients now in each of several cases, with one question."""
    found: dict[UUID, list[UUID]] = {}
    parts = CaseMember.objects.filter(case_id__in=list(cases), until=None).order_by("since", "pk")
    for case, client in parts.values_list("case_id", "client_id"):
        found.setdefault(case, []).append(client)
    return found


def assigned(case_id: UUID) -> list[UUID]:
    """Give the people who care for a case now."""
    at = db.now()
    return list(
        Assignment.objects.filter(case_id=case_id, since__lte=at)
        .filter(Q(until=None) | Q(until__gt=at))
        .order_by("since", "pk")
        .values_list("person_id", flat=True)
    )


def capacity_in(case_id: UUID, person_id: UUID) -> Capacity | None:
    """Give as what somebody is assigned to a case now; None if they are not."""
    at = db.now()
    found = (
        Assignment.objects.filter(case_id=case_id, person_id=person_id, since__lte=at)
        .filter(Q(until=None) | Q(until__gt=at))
        .values_list("capacity", flat=True)
        .first()
    )
    return Capacity(found) if found else None
