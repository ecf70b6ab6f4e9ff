"""Emergency access and its review: reasons, decisions, limits, and how a person is named in it."""

from __future__ import annotations

import datetime
import enum
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.errors import Invalid
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clients.domain.people import Identity

LASTS: Final = datetime.timedelta(minutes=60)
TOLD_AFTER: Final = datetime.timedelta(hours=24)
# a delayed notice has a date, and another reviewer's look if it is to be later still
LONGEST_DELAY: Final = datetime.timedelta(days=60)
REVIEW_WITHIN: Final = datetime.timedelta(days=5)
ANSWER_WITHIN: Final = datetime.timedelta(days=3)
# so many by one person in a day are told to everybody
MANY: Final = 3


class Reason(enum.StrEnum):
    """Why a hidden file is opened; the code is in the log, the sentence is sealed."""

    SELF_HARM = "self_harm"
    HARM_TO_OTHERS = "harm_to_others"
    CHILD = "child"
    UNREACHABLE = "unreachable"
    MEDICAL = "medical"


REASON_WORDS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.SELF_HARM: say("somebody may harm or kill themselves"),
        Reason.HARM_TO_OTHERS: say("somebody else may be harmed"),
        Reason.CHILD: say("a child may be in danger"),
        Reason.MEDICAL: say("a medical emergency"),
        Reason.UNREACHABLE: say("their counsellor cannot be reached and it cannot wait"),
    }
)


class Decision(enum.StrEnum):
    """What is said about an access after it."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"
    ASKED = "asked"
    ANSWERED = "answered"
    POSTPONED = "postponed"
    RELEASED = "released"
    RESTORED = "restored"


DECISION_WORDS: Final[Mapping[Decision, str]] = MappingProxyType(
    {
        Decision.JUSTIFIED: "found it justified",
        Decision.NOT_JUSTIFIED: "found it not justified",
        Decision.ASKED: "asked about it",
        Decision.ANSWERED: "answered",
        Decision.POSTPONED: "put off telling the client",
        Decision.RELEASED: "let the client read the sentence",
        Decision.RESTORED: "gave the right back",
    }
)
FINAL: Final = frozenset({Decision.JUSTIFIED, Decision.NOT_JUSTIFIED})
# what needs a sentence, so that it can be understood later
NEEDS_WORDS: Final = frozenset(
    {
        Decision.NOT_JUSTIFIED,
        Decision.ASKED,
        Decision.ANSWERED,
        Decision.POSTPONED,
        Decision.RESTORED,
    }
)


def decide(said: Decision, before: frozenset[Decision], words: str) -> None:
    """Raise Invalid unless this can be said after what was said before."""
    if said in FINAL and before & FINAL:
        raise Invalid("This access has been judged already. A judgement stays.")
    if said is Decision.RESTORED and Decision.NOT_JUSTIFIED not in before:
        raise Invalid("The right was not taken away by this access.")
    if said is Decision.RESTORED and Decision.RESTORED in before:
        raise Invalid("The right was given back already.")
    if said is Decision.ANSWERED and Decision.ASKED not in before:
        raise Invalid("Nobody has asked.")
    if said is Decision.RELEASED and Decision.RELEASED in before:
        raise Invalid("The client may read the sentence already.")
    if said in NEEDS_WORDS and not words.strip():
        raise Invalid("Write one sentence.", "words")


def decide_delay(
    told_at: datetime.datetime,
    began_at: datetime.datetime,
    until: datetime.datetime,
    at: datetime.datetime,
) -> None:
    """Raise Invalid unless telling the client may be put off until then."""
    if told_at <= at:
        raise Invalid("The client has been told already.", "until")
    if until <= told_at:
        raise Invalid("Choose a later day than the one it stands at.", "until")
    if until > began_at + LONGEST_DELAY:
        raise Invalid("Telling the client can be put off for 60 days at most.", "until")


def spoken(name: str, born: datetime.date) -> str:
    """Write a name and a birth date as they are compared: no case, accents or order of names."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(
        one if one.isalnum() else " " for one in folded if not unicodedata.combining(one)
    )
    return f"{' '.join(sorted(plain.split()))}|{born.isoformat()}"


def names_of(identity: Identity) -> list[str]:
    """Give the ways somebody may be named by who calls about them; none without a birth date."""
    if identity.birth_date is None:
        return []
    firsts = {identity.given, identity.called} - {""}
    return sorted({spoken(f"{one} {identity.family}", identity.birth_date) for one in firsts})
