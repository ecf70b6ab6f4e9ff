"""Reads of consent that open nothing sealed; which rows there are, row security decides."""

from consent.domain.ending import SOON
from consent.queries.activities import allowed, allows, reasons, why_off
from consent.queries.consents import (
    Chip,
    ConsentRow,
    Replaced,
    chips,
    consent_row,
    consents_of,
    covers,
    live_consents,
    recipients_of,
    replaced_by,
    with_replaced,
)
from consent.queries.documents import (
    DisclosureRow,
    DocumentRow,
    disclosure_row,
    disclosures_of,
    document_row,
    documents_of,
    due_documents,
)
from consent.queries.ending import Ending, ending
from consent.queries.library import FormRow, form_row, forms_for
from consent.queries.life import (
    EndRow,
    StopRow,
    due_ends,
    ends_of,
    open_stops,
    switch_is_on,
)
from consent.queries.links import LINK, Link, link_actor_for, link_of
from consent.queries.moments import Moment, Notice, notices, timeline
from consent.queries.requests import (
    QuestionRow,
    RequestRow,
    accepted_online,
    consents_visible,
    questions_of,
    records_visible,
    request_row,
    requests_of,
)
from consent.queries.together import going_through

__all__ = [
    "LINK",
    "SOON",
    "Chip",
    "ConsentRow",
    "DisclosureRow",
    "DocumentRow",
    "EndRow",
    "Ending",
    "FormRow",
    "Link",
    "Moment",
    "Notice",
    "QuestionRow",
    "Replaced",
    "RequestRow",
    "StopRow",
    "accepted_online",
    "allowed",
    "allows",
    "chips",
    "consent_row",
    "consents_of",
    "consents_visible",
    "covers",
    "disclosure_row",
    "disclosures_of",
    "document_row",
    "documents_of",
    "due_documents",
    "due_ends",
    "ending",
    "ends_of",
    "form_row",
    "forms_for",
    "going_through",
    "link_actor_for",
    "link_of",
    "live_consents",
    "notices",
    "open_stops",
    "questions_of",
    "reasons",
    "recipients_of",
    "records_visible",
    "replaced_by",
    "request_row",
    "requests_of",
    "switch_is_on",
    "timeline",
    "why_off",
    "with_replaced",
]
