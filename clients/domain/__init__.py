"""The rules of this app in plain Python: cases, people, references, messages, events."""

from clients.domain.cases import (
    IN_CARE,
    KIND_WORDS,
    MOVES,
    WORDS,
    Capacity,
    CaseKind,
    CaseState,
    decide_join,
    decide_move,
)
from clients.domain.messages import (
    Deliver,
    Hold,
    Later,
    MessageState,
    Template,
    compose,
    decide_delivery,
)
from clients.domain.people import CHANNEL_WORDS, Card, Channel, Contact, Identity

__all__ = [
    "CHANNEL_WORDS",
    "IN_CARE",
    "KIND_WORDS",
    "MOVES",
    "WORDS",
    "Capacity",
    "Card",
    "CaseKind",
    "CaseState",
    "Channel",
    "Contact",
    "Deliver",
    "Hold",
    "Identity",
    "Later",
    "MessageState",
    "Template",
    "compose",
    "decide_delivery",
    "decide_join",
    "decide_move",
]
