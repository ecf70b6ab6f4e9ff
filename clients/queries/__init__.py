"""Reads that open nothing sealed; which rows there are, row security decides."""

from clients.queries.cases import (
    PAGE,
    AssignmentRow,
    CaseRow,
    MemberRow,
    Page,
    assigned,
    assignment_row,
    capacity_in,
    case_references,
    case_row,
    caseload,
    cases_by_id,
    cases_of,
    members,
)
from clients.queries.clients import (
    ClientRow,
    client_by_reference,
    client_of_account,
    client_references,
    client_row,
    has_portal,
    portal_in_use,
)
from clients.queries.messages import MessageRow, due_messages, held_messages, messages_of
from clients.queries.moments import Moment, assignments_timeline, timeline, timeline_of_case
from clients.queries.relations import relation, relation_to_client
from clients.queries.unacted import LinkRow, link, row_exists

__all__ = [
    "PAGE",
    "AssignmentRow",
    "CaseRow",
    "ClientRow",
    "LinkRow",
    "MemberRow",
    "MessageRow",
    "Moment",
    "Page",
    "assigned",
    "assignment_row",
    "assignments_timeline",
    "capacity_in",
    "case_references",
    "case_row",
    "caseload",
    "cases_by_id",
    "cases_of",
    "client_by_reference",
    "client_of_account",
    "client_references",
    "client_row",
    "due_messages",
    "has_portal",
    "held_messages",
    "link",
    "members",
    "messages_of",
    "portal_in_use",
    "relation",
    "relation_to_client",
    "row_exists",
    "timeline",
    "timeline_of_case",
]
