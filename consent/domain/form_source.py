"""A consent form as data: its clauses, its words and where each required element stands.

Words in braces ({practice}, {until}) are placeholders, filled for each request by
consent.domain.wording.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from consent.domain.documents import Line

PURPOSE_AS_ASKED = "as_asked"
QUESTIONS_AT_MOST = 3


class FormKind(StrEnum):
    """What a form is for; it decides which elements it must have (consent.domain.elements)."""

    AGREEMENT = "agreement"
    SHARING = "sharing"
    PSYCHOTHERAPY_NOTES = "psychotherapy_notes"
    SUD_NOTES = "sud_notes"
    PROCEEDINGS = "proceedings"
    RECORDING = "recording"
    OBSERVER = "observer"
    MESSAGES = "messages"
    RESEARCH = "research"
    MINORS = "minors"
    GROUP = "group"
    OTHER = "other"


# what an administrator picks from
KINDS: Final[Mapping[FormKind, str]] = MappingProxyType(
    {
        FormKind.AGREEMENT: "Counselling agreement",
        FormKind.MINORS: "Agreement for a child or young person",
        FormKind.GROUP: "Couple, family or group",
        FormKind.SHARING: "Sharing with somebody else",
        FormKind.PSYCHOTHERAPY_NOTES: "Notes for the counsellor alone (psychotherapy notes)",
        FormKind.SUD_NOTES: "Notes of substance use counselling, alone",
        FormKind.PROCEEDINGS: "Court, authority or other proceedings, alone",
        FormKind.RECORDING: "Recording",
        FormKind.OBSERVER: "Somebody sits in to learn",
        FormKind.MESSAGES: "E-mail, text messages, reminders",
        FormKind.RESEARCH: "Research",
        FormKind.OTHER: "Something else that is the client\u2019s choice",
    }
)

# what a clause can switch on; without a live Yes it is off
ACTIVITIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "counselling": "Counselling itself",
        "assent": "A minor\u2019s own word",
        "emergency_contact": "A call to somebody the client names",
        "group_confidentiality": "Keeping what the others say",
        "recording": "Recording the sound of sessions",
        "trainee_observer": "A trainee sits in",
        "email": "E-mail",
        "text_messages": "Text messages",
        "reminders": "Reminders of appointments",
        "research": "Taking part in research",
    }
)


@dataclass(frozen=True, slots=True)
class Ends:
    """When a consent ends: months after the signature (unless a date is asked), or an event."""

    months: int | None
    event: str


@dataclass(frozen=True, slots=True)
class ClauseSource:
    """One Yes or No: it shares (purpose, recipient, categories) or it allows an activity.

    `recipient` is "named" or "practice"; a named one may be of a kind ("GP"), which is proposed
    when staff ask.
    """

    code: str
    label: str
    sentence: str
    if_no: str
    required: bool
    purpose: str
    recipient: str | None
    categories: tuple[str, ...]
    activity: str | None
    ends: Ends
    recipient_kind: str = ""


@dataclass(frozen=True, slots=True)
class Particular:
    """A detail the practice or the asking counsellor fills in, with what is proposed."""

    code: str
    label: str
    default: str


@dataclass(frozen=True, slots=True)
class PurposeWords:
    """A purpose and the words after "so that"; empty ones are typed by the asking counsellor."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """One "have I explained it well?" question and the answer shown afterwards; it never blocks."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Under which heading of the text a required element is found."""

    element: str
    heading: str


@dataclass(frozen=True, slots=True)
class FormSource:
    """A form as shipped, or filled for one request."""

    slug: str
    kind: FormKind
    language: str
    edition: int
    title: str
    in_short: tuple[Line, ...]
    clauses: tuple[ClauseSource, ...]
    closing: tuple[str, ...]
    particulars: tuple[Particular, ...]
    purposes: tuple[PurposeWords, ...]
    questions: tuple[Question, ...]
    passages: tuple[Passage, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """How the practice uses and protects what it is told; known to a client, never signed."""

    slug: str
    language: str
    edition: int
    title: str
    passages: tuple[Passage, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How signing online works, shown once before the first signature (ES-01; 15 USC 7001(c))."""

    slug: str
    language: str
    edition: int
    title: str
    text: str
