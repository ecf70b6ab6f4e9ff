"""Give what was found and not decided yet, what was said of it, and reviews that are finished."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from audit.domain.deciding import DECIDES, ORDINARY, Said, Word
from audit.models import FindingWord, Review
from audit.queries.reading import entries
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

    from audit.domain import Entry
    from counselling.access import Actor

TABLE: Final = "audit_finding"
# what wants a decision: policies say whose it is to decide, the function what is not ended yet
_OPEN: Final = """
SELECT id, rule, person_id, role, client_id, case_id, began, ended, count, events, facts, found_at
FROM audit_finding WHERE id = ANY (ARRAY(SELECT audit_open_findings())) ORDER BY began, id
"""
_ONE: Final = """
SELECT id, rule, person_id, role, client_id, case_id, began, ended, count, events, facts, found_at
FROM audit_finding WHERE id = %s
"""
_ASKED: Final = """
SELECT id, rule, person_id, role, client_id, case_id, began, ended, count, events, facts, found_at
FROM audit_asked_of_me(%s)
"""
_EVENTS: Final = """
SELECT e.recorded, e.id, e.actor, e.payload FROM audit_event e
WHERE e.id = ANY (%(events)s) AND e.recorded BETWEEN %(began)s - interval '1 hour'
    AND %(ended)s + interval '1 hour'
ORDER BY e.recorded, e.id
"""


@dataclasses.dataclass(frozen=True, slots=True)
class FindingRow:
    """One thing that was found, and what was said of it; nothing sealed."""

    id: UUID
    rule: str
    person: UUID
    role: str
    client: UUID | None
    case: UUID | None
    began: datetime.datetime
    ended: datetime.datetime
    count: int
    events: tuple[UUID, ...]
    facts: Mapping[str, Any]
    found_at: datetime.datetime
    said: tuple[Said, ...] = ()

    @property
    def last(self) -> Said | None:
        """Give the newest word."""
        return self.said[-1] if self.said else None

    @property
    def is_ordinary(self) -> bool:
        """Say whether it was drawn by chance."""
        return self.rule == ORDINARY

    @property
    def waits_for_answer(self) -> bool:
        """Say whether whose access it was is asked, and has not answered."""
        return self.last is not None and self.last.word is Word.ASKED

    def is_decided(self, by: UUID) -> bool:
        """Say whether a reviewer decided it, or somebody else did so finally."""
        last = self.last
        if last is None or last.word not in DECIDES:
            return False
        return last.by == by or last.word is not Word.ESCALATED


def open_findings() -> list[FindingRow]:
    """Give what the actor is to decide, the oldest first."""
    return _with_words(_rows(_OPEN))


def finding(finding_id: UUID) -> FindingRow:
    """Give one; raises NotThere for what somebody else reviews."""
    found = _with_words(_rows(_ONE, finding_id))
    if not found:
        raise NotThere(TABLE, finding_id)
    return found[0]


def asked_finding(finding_id: UUID) -> FindingRow:
    """Give what the actor is asked about an access of their own; raises NotThere for all else.

    They are told what they did. By which rule it was found, and what was known around it, is for
    reviewers: that a client does not want somebody to open their file, that somebody never learns.
    """
    found = _with_words(_rows(_ASKED, finding_id))
    if not found:
        raise NotThere(TABLE, finding_id)
    return found[0]


def events_of(row: FindingRow) -> list[Entry]:
    """Give the events of one visit, as far as the actor reads them."""
    asked = {"events": list(row.events), "began": row.began, "ended": row.ended}
    return entries(_EVENTS, asked)


def _rows(statement: str, *asked: UUID) -> list[FindingRow]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(asked))
        return [_row(*one) for one in cursor.fetchall()]


def _row(*columns: Any) -> FindingRow:
    row = FindingRow(*columns)
    facts = json.loads(columns[10] or "{}")
    return dataclasses.replace(row, events=tuple(row.events or ()), facts=facts)


def _with_words(rows: list[FindingRow]) -> list[FindingRow]:
    said = words_of({one.id for one in rows})
    return [dataclasses.replace(one, said=said.get(one.id, ())) for one in rows]


def words_of(findings: Collection[UUID]) -> dict[UUID, tuple[Said, ...]]:
    """Give what was said of findings, the oldest first, as far as the actor may know it."""
    found: dict[UUID, tuple[Said, ...]] = {}
    for one in _words(findings):
        said = Said(one.pk, Word(one.kind), one.code, one.by_id, one.at)
        found[one.finding] = (*found.get(one.finding, ()), said)
    return found


def _words(findings: Collection[UUID]) -> Iterable[FindingWord]:
    said = FindingWord.objects.filter(finding__in=list(findings)).order_by("at", "pk")
    return said.defer("text") if findings else ()


def reviews_person(person: UUID) -> bool:
    """Say whether the actor reviews somebody's accesses."""
    return bool(_one("SELECT audit_reviews(%s)", person))


def escalated_to(person: UUID) -> list[UUID]:
    """Give who decides what the actor escalates about somebody."""
    return _all("SELECT audit_escalated_to(%s)", person)


def can_escalate(people: Collection[UUID]) -> set[UUID]:
    """Give about whose accesses somebody else is there who decides."""
    asked = "SELECT p FROM unnest(%s::uuid[]) p WHERE EXISTS (SELECT audit_escalated_to(p))"
    return set(_all(asked, list(people)))


def unreviewed_people() -> list[UUID]:
    """Give whose accesses nobody can review; told to who can arrange that, and to nobody else."""
    return _all("SELECT audit_unreviewed_people()")


def references(rows: Iterable[FindingRow]) -> dict[UUID, str]:
    """Label the cases and clients of findings the actor reviews, by reference."""
    wanted = {one for row in rows for one in (row.case, row.client) if one is not None}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, reference FROM audit_references(%s)", [list(wanted)])
        return dict(cursor.fetchall())


@dataclasses.dataclass(frozen=True, slots=True)
class Late:
    """A reviewer who finished nothing for long while there is something, and since when."""

    person: UUID
    since: datetime.datetime


def late_reviewers() -> list[Late]:
    """Give reviewers who are late, oneself included; others only to who oversees them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person, since FROM audit_late_reviewers()")
        return [Late(*row) for row in cursor.fetchall()]


def questions_to(actor: Actor) -> list[tuple[UUID, datetime.datetime]]:
    """Give (finding, since) of what reviewers ask the actor and is not answered."""
    newest: dict[UUID, tuple[str, datetime.datetime]] = {}
    own = FindingWord.objects.filter(person_id=actor.id, kind__in=[Word.ASKED, Word.ANSWERED])
    for finding, kind, at in own.order_by("at", "pk").values_list("finding", "kind", "at"):
        newest[finding] = (kind, at)
    return [(finding, at) for finding, (kind, at) in newest.items() if kind == Word.ASKED]


def last_review(actor: Actor) -> datetime.datetime | None:
    """Give until when the actor's newest review goes."""
    own = Review.objects.filter(reviewer_id=actor.id).order_by("-until")
    return own.values_list("until", flat=True).first()


def _one(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return cursor.fetchone()[0]


def _all(statement: str, *values: Any) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return [row[0] for row in cursor.fetchall()]
