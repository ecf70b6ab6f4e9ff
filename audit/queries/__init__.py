"""Read the log: pages of the trail, who opened a file, and how the log stands."""

from audit.queries.findings import TABLE as FINDING
from audit.queries.findings import (
    FindingRow,
    Late,
    asked_finding,
    can_escalate,
    escalated_to,
    events_of,
    finding,
    last_review,
    late_reviewers,
    open_findings,
    questions_to,
    references,
    reviews_person,
    unreviewed_people,
)
from audit.queries.looking_through import Announced, WorkRow, announced_work, work_of_others
from audit.queries.marks import Mark, mark_of
from audit.queries.months import Months, months, months_due
from audit.queries.openings import (
    entries_among,
    opened_at,
    opened_before,
    openings_of,
    register_told,
)
from audit.queries.pages import LOOKED, SORTED, Asked, Order, Page, how_many, stretch, trail
from audit.queries.reading import MOST
from audit.queries.signing import ToSign, prepare_review
from audit.queries.state import Standing, Verification, last_verification, standing

__all__ = [
    "FINDING",
    "LOOKED",
    "MOST",
    "SORTED",
    "Announced",
    "Asked",
    "FindingRow",
    "Late",
    "Mark",
    "Months",
    "Order",
    "Page",
    "Standing",
    "ToSign",
    "Verification",
    "WorkRow",
    "announced_work",
    "asked_finding",
    "can_escalate",
    "entries_among",
    "escalated_to",
    "events_of",
    "finding",
    "how_many",
    "last_review",
    "last_verification",
    "late_reviewers",
    "mark_of",
    "months",
    "months_due",
    "open_findings",
    "opened_at",
    "opened_before",
    "openings_of",
    "prepare_review",
    "questions_to",
    "references",
    "register_told",
    "reviews_person",
    "standing",
    "stretch",
    "trail",
    "unreviewed_people",
    "work_of_others",
]
