"""Give a review as its reviewer would sign it now."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

from django.utils import timezone

from audit.domain import deciding
from audit.domain.deciding import Counts, Word
from audit.queries.findings import last_review
from counselling import db

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from audit.queries.findings import FindingRow
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class ToSign:
    """A review as it would be signed now, and how much of it is not decided."""

    since: datetime.datetime
    until: datetime.datetime
    counts: Counts
    statement: str
    open: int
    decided: tuple[UUID, ...]


def prepare_review(actor: Actor, rows: Iterable[FindingRow]) -> ToSign:
    """Count what a reviewer decided; nothing that is not decided is among it."""
    rows, until = list(rows), db.now()
    mine = [
        one for one in rows if one.last and one.last.by == actor.id and one.is_decided(actor.id)
    ]
    words = Counter(one.last.word for one in mine if one.last)
    counts = Counts(
        findings=sum(not one.is_ordinary for one in mine),
        ordinary=sum(one.is_ordinary for one in mine),
        explained=words[Word.EXPLAINED],
        escalated=words[Word.ESCALATED],
        in_order=words[Word.IN_ORDER],
        not_justified=words[Word.NOT_JUSTIFIED],
        asked=sum(one.waits_for_answer for one in rows),
    )
    since = last_review(actor) or min((one.began for one in rows), default=until)
    left = [one for one in rows if not one.is_decided(actor.id) and not one.waits_for_answer]
    days = [timezone.localtime(one).date() for one in (since, until)]
    return ToSign(
        since, until, counts, deciding.statement(counts, *days), len(left),
        tuple(one.id for one in mine),
    )  # fmt: skip
