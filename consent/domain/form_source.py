"""A consent form as data: its clauses, its words and where each required element stands.

Words in braces ({practice}, {until}) are placeholders, filled for each request by
consent.domain.wording.
"""

from dataclasses import dataclass
from enum import StrEnum

from consent.domain.documents import Line

PURPOSE_AS_ASKED = "as_asked"
QUESTIONS_AT_MOST = 3


class FormKind(StrEnum):
    """What a form is for; it decides which elements it must have."""

    AGREEMENT = "agreement"
    SHARING = "sharing"


@dataclass(frozen=True, slots=True)
class Ends:
    """When a consent ends: months after the signature (unless a date is asked), or an event."""

    months: int | None
    event: str


@dataclass(frozen=True, slots=True)
class ClauseSource:
    """One Yes or No: it shares (purpose, recipient, categories) or it allows an activity."""

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
class Explanation:
    """How signing online works, shown once before the first signature (ES-01; 15 USC 7001(c))."""

    slug: str
    language: str
    edition: int
    title: str
    text: str
