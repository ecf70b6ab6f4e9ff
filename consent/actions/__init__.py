"""Use cases of consent, one function each, with their event inside."""

from consent.actions._reading import Reading
from consent.actions.alike import who_agreed, who_agreed_with
from consent.actions.answering import (
    accept_online,
    ask_question,
    decline,
    finish_reading,
    read_form,
    save_answers,
)
from consent.actions.certificates import renew_certificate
from consent.actions.disclosing import disclose
from consent.actions.documents import (
    claim_document,
    fail_document,
    keep_document,
    open_document,
)
from consent.actions.ending import ask_to_change, tell_of_ends
from consent.actions.links import NotOpened, Opened, open_link, open_request
from consent.actions.permissions import (
    Permission,
    Shared,
    names_of_recipients,
    read_disclosures,
    read_permissions,
)
from consent.actions.questions import close_question, open_questions
from consent.actions.requests import (
    Asking,
    Sent,
    ask,
    look_at_request,
    send_request,
    void_request,
)
from consent.actions.signing import sign
from consent.actions.stop_tasks import see_to_stop
from consent.actions.together import go_through
from consent.actions.withdrawing import (
    Stopping,
    preview_stopping,
    withdraw,
    withdraw_everything,
)
from consent.domain.packs import content_sha256
from consent.pdf.cards import render_card
from consent.pdf.papers import (
    render_notes,
)

__all__ = [
    "Asking",
    "NotOpened",
    "Opened",
    "Permission",
    "Reading",
    "Sent",
    "Shared",
    "Stopping",
    "accept_online",
    "ask",
    "ask_question",
    "ask_to_change",
    "claim_document",
    "close_question",
    "content_sha256",
    "decline",
    "disclose",
    "fail_document",
    "finish_reading",
    "go_through",
    "keep_document",
    "look_at_request",
    "names_of_recipients",
    "open_document",
    "open_link",
    "open_questions",
    "open_request",
    "preview_stopping",
    "read_disclosures",
    "read_form",
    "read_permissions",
    "render_card",
    "render_notes",
    "renew_certificate",
    "save_answers",
    "see_to_stop",
    "send_request",
    "sign",
    "tell_of_ends",
    "void_request",
    "who_agreed",
    "who_agreed_with",
    "withdraw",
    "withdraw_everything",
]
