"""What is said of a finding, in which order, and what a finished review states."""

from __future__ import annotations

import dataclasses
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from audit.domain.kinds import Act, EventKind, register
from audit.domain.review.traits import Trait, register_traits
from counselling.errors import Invalid

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence
    from uuid import UUID

FINDINGS_READ: Final = EventKind("audit.findings.read", Act.READ, "looked through what was found")
FINDING_READ: Final = EventKind("audit.finding.read", Act.READ, "looked at a finding")
FINDING_SAID: Final = EventKind("audit.finding.said", Act.CREATE, "said what a finding was")
FINDING_ANSWERED: Final = EventKind("audit.finding.answered", Act.CREATE, "answered a reviewer")
REVIEW_SIGNED: Final = EventKind("audit.review.signed", Act.CREATE, "finished a review")
REVIEWS_READ: Final = EventKind("audit.reviews.read", Act.READ, "looked at finished reviews")
register(
    FINDINGS_READ, FINDING_READ, FINDING_SAID, FINDING_ANSWERED, REVIEW_SIGNED, REVIEWS_READ
)  # fmt: skip
register_traits(
    Trait.REVIEWS,
    *(one.code for one in (FINDINGS_READ, FINDING_READ, FINDING_SAID, FINDING_ANSWERED)),
)


class Word(enum.StrEnum):
    """What somebody says of a finding."""

    EXPLAINED = "explained"
    ASKED = "asked"
    ANSWERED = "answered"
    ESCALATED = "escalated"
    IN_ORDER = "in_order"
    NOT_JUSTIFIED = "not_justified"


class Explained(enum.StrEnum):
    """What a finding turned out to be."""

    PLANNED = "planned"
    COVER = "cover"
    WRONG_FILE = "wrong_file"
    TRAINING = "training"
    TECHNICAL = "technical"
    ORDINARY = "ordinary"
    DANGER = "danger"
    OTHER = "other"


EXPLAINED_WORDS: Final[Mapping[Explained, str]] = MappingProxyType(
    {
        Explained.ORDINARY: "ordinary work",
        Explained.PLANNED: "planned work",
        Explained.COVER: "cover agreed by word",
        Explained.WRONG_FILE: "the wrong file was opened",
        Explained.TRAINING: "training",
        Explained.TECHNICAL: "something technical",
        Explained.DANGER: "an emergency, justified",
        Explained.OTHER: "something else",
    }
)
WORDS: Final[Mapping[Word, str]] = MappingProxyType(
    {
        Word.EXPLAINED: "found it explained",
        Word.ASKED: "asked",
        Word.ANSWERED: "answered",
        Word.ESCALATED: "escalated it",
        Word.IN_ORDER: "found it in order",
        Word.NOT_JUSTIFIED: "found it not justified",
    }
)
_ASKS: Final[Mapping[Word, str]] = MappingProxyType(
    {
        Word.EXPLAINED: "Write what it was.",
        Word.ASKED: "Write what you ask.",
        Word.ANSWERED: "Write what it was.",
        Word.ESCALATED: "Write why somebody else should decide.",
        Word.IN_ORDER: "Write why it was in order.",
        Word.NOT_JUSTIFIED: "Write what was done about it.",
    }
)
# what a reviewer decides; an escalation ends it for them only
DECIDES: Final = frozenset({Word.EXPLAINED, Word.ESCALATED, Word.IN_ORDER, Word.NOT_JUSTIFIED})
# the rule by which ordinary visits are drawn, and the one an emergency breaks
ORDINARY: Final = "ordinary"
EMERGENCY: Final = "emergency"
LONGEST: Final = 2000


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """One word about a finding, without its sealed sentence."""

    id: UUID
    word: Word
    code: str
    by: UUID
    at: datetime.datetime


def offered(said: Sequence[Said], me: UUID, *, escalates: bool) -> tuple[Word, ...]:
    """Give what a reviewer may say after what was said; the order is that of the keys.

    What one escalated oneself one may still take back. Where nobody is there to escalate to, the
    reviewer says themselves that it was not justified.
    """
    decided = [one for one in said if one.word in DECIDES]
    if decided and decided[-1].word is Word.ESCALATED and decided[-1].by != me:
        return (Word.IN_ORDER, Word.ASKED, Word.NOT_JUSTIFIED)
    third = Word.ESCALATED if escalates else Word.NOT_JUSTIFIED
    return (Word.EXPLAINED, Word.ASKED, third)


def check(word: Word, last: Word | None, code: str, text: str) -> None:
    """Raise Invalid unless this can be said after the last word, with what was written."""
    if word is Word.ANSWERED and last is not Word.ASKED:
        raise Invalid("Nothing is asked of you here.")
    if word is Word.ASKED and last is Word.ASKED:
        raise Invalid("They were asked, and have not answered yet.")
    if word is Word.EXPLAINED and code not in set(Explained):
        raise Invalid("Choose what it was.", "code")
    if not text.strip() and (word is not Word.EXPLAINED or code == Explained.OTHER):
        raise Invalid(_ASKS[word], "text")
    if len(text) > LONGEST:
        raise Invalid(f"At most {LONGEST} letters.", "text")


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """What a review came to."""

    findings: int = 0
    ordinary: int = 0
    explained: int = 0
    escalated: int = 0
    in_order: int = 0
    not_justified: int = 0
    asked: int = 0


def statement(counts: Counts, since: datetime.date, until: datetime.date) -> str:
    """Say what a review came to, in one statement that holds no name."""
    looked = f"{_many(counts.findings, 'finding')} and {_many(counts.ordinary, 'ordinary visit')}"
    parts = [
        f"{number} {words}"
        for number, words in (
            (counts.explained, "explained"),
            (counts.in_order, "in order"),
            (counts.escalated, "escalated"),
            (counts.not_justified, "not justified"),
            (counts.asked, "asked and not decided yet"),
        )
        if number
    ]
    came = f" {', '.join(parts)}." if parts else ""
    between = f"{since:%-d %B %Y} to {until:%-d %B %Y}"
    return f"I looked at {looked}, {between}, each by itself.{came}"


def _many(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
