"""Changes of cases and assignments in time, for pages that join apps."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from clients.domain.cases import CaseState
from clients.models import Assignment, CaseChange, CaseMember

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened, nothing sealed: words that the name of `person` may follow."""

    at: datetime.datetime
    kind: str
    case: UUID
    case_reference: str
    person: UUID | None
    words: str


def timeline(client_id: UUID) -> list[Moment]:
    """Give what happened to a client's cases while they took part, newest first."""
    parts = CaseMember.objects.filter(client_id=client_id)
    cases = [one.case_id for one in parts]
    happened = [*_changes(cases), *_parts(parts), *_assignments(cases)]
    return _newest_first(_until_they_left(happened, parts))


def timeline_of_case(case_id: UUID) -> list[Moment]:
    """Give what happened to one case, newest first."""
    parts = CaseMember.objects.filter(case_id=case_id)
    return _newest_first([*_changes([case_id]), *_parts(parts), *_assignments([case_id])])


def assignments_timeline(client_id: UUID) -> list[Moment]:
    """Give who was offered, accepted, declined and gave back the client's cases."""
    parts = CaseMember.objects.filter(client_id=client_id)
    happened = _assignments([one.case_id for one in parts])
    return _newest_first(_until_they_left(happened, parts))


def _until_they_left(moments: list[Moment], parts: Iterable[CaseMember]) -> list[Moment]:
    """Leave out what happened in a case after somebody's last part in it ended."""
    left: dict[UUID, datetime.datetime | None] = {}
    for one in sorted(parts, key=lambda part: part.since):
        left[one.case_id] = one.until
    return [one for one in moments if (end := left.get(one.case)) is None or one.at <= end]


def _newest_first(moments: list[Moment]) -> list[Moment]:
    return sorted(moments, key=lambda one: one.at, reverse=True)


_STATE_WORDS: Final = {
    CaseState.ENQUIRY: "case started by",
    CaseState.WAITING: "case put on the waiting list by",
    CaseState.OPEN: "case opened by",
    CaseState.PAUSED: "case paused by",
    CaseState.CLOSED: "case closed by",
}


def _changes(cases: Iterable[UUID]) -> list[Moment]:
    found = CaseChange.objects.filter(case_id__in=cases).select_related("case")
    return [
        Moment(
            one.at, "case", one.case_id, one.case.reference, one.by_id,
            _STATE_WORDS[CaseState(one.after)],
        )
        for one in found
    ]  # fmt: skip


def _parts(parts: QuerySet[CaseMember]) -> list[Moment]:
    found = parts.filter(until__isnull=False).select_related("case")
    return [
        Moment(one.until, "member", one.case_id, one.case.reference, None, "somebody left the case")
        for one in found
        if one.until
    ]


def _assignments(cases: Iterable[UUID]) -> list[Moment]:
    moments = []
    for one in Assignment.objects.filter(case_id__in=cases).select_related("case"):
        steps = (
            (one.offered_at, "case offered to"),
            (one.accepted_at, "case accepted by"),
            (one.declined_at, "case declined by"),
            (one.until if one.accepted_at else None, "assignment ended of"),
            (None if one.accepted_at else one.until, "offer taken back from"),
        )
        moments += [
            Moment(at, "assignment", one.case_id, one.case.reference, one.person_id, words)
            for at, words in steps
            if at
        ]
    return moments
