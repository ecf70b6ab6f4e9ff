"""Changes of cases and assignments in time, for pages that join apps."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from clients.domain.cases import CaseState
from clients.models import Assignment, CaseChange, CaseMember

if TYPE_CHECKING:
    import datetime
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened, in pieces a page makes a sentence of; nothing sealed."""

    at: datetime.datetime
    kind: str
    case: UUID
    case_reference: str
    person: UUID | None
    words: str


def timeline(client_id: UUID) -> list[Moment]:
    """Give what happened to a client's cases and assignments, newest first."""
    cases = CaseMember.objects.filter(client_id=client_id).values("case_id")
    moments = [*_changes(cases), *_parts(client_id), *assignments_timeline(client_id)]
    return sorted(moments, key=lambda one: one.at, reverse=True)


def _changes(cases: object) -> list[Moment]:
    found = CaseChange.objects.filter(case_id__in=cases).select_related("case")
    return [
        Moment(
            one.at, "case", one.case_id, one.case.reference, one.by_id,
            f"case {_STATE_WORDS[CaseState(one.after)]}" if one.before else "case started",
        )
        for one in found
    ]  # fmt: skip


_STATE_WORDS: Final = {
    CaseState.ENQUIRY: "is an enquiry",
    CaseState.WAITING: "waits for a place",
    CaseState.OPEN: "opened",
    CaseState.PAUSED: "paused",
    CaseState.CLOSED: "closed",
}


def _parts(client_id: UUID) -> list[Moment]:
    found = CaseMember.objects.filter(client_id=client_id, until__isnull=False)
    return [
        Moment(one.until, "member", one.case_id, one.case.reference, None, "left the case")
        for one in found.select_related("case")
        if one.until
    ]


def assignments_timeline(client_id: UUID) -> list[Moment]:
    """Give who was offered, accepted, declined and gave back the client's cases."""
    cases = CaseMember.objects.filter(client_id=client_id).values("case_id")
    moments = []
    for one in Assignment.objects.filter(case_id__in=cases).select_related("case"):
        steps = (
            (one.offered_at, "case offered to"),
            (one.accepted_at, "case accepted by"),
            (one.declined_at, "case declined by"),
            (one.until if one.accepted_at else None, "assignment ended of"),
        )
        moments += [
            Moment(at, "assignment", one.case_id, one.case.reference, one.person_id, words)
            for at, words in steps
            if at
        ]
    return sorted(moments, key=lambda one: one.at, reverse=True)
