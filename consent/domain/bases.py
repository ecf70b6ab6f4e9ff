"""Legal bases: what allows that something leaves without consent, and the facts each one needs."""

from __future__ import annotations

import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.errors import Invalid
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class BasisKind(enum.StrEnum):
    """Why the law asks for a disclosure, or allows it; a subpoena alone is none of them (DS-05)."""

    COURT_ORDER = "court_order"
    DANGER = "danger"
    CHILD_PROTECTION = "child_protection"
    STATUTE = "statute"


class Fact(enum.StrEnum):
    """What has to be said of a basis; the words are sealed, that they were said is not."""

    COURT = "court"
    ORDER_KIND = "order_kind"
    DOCKET = "docket"
    ORDERED_ON = "ordered_on"
    SCOPE = "scope"
    THREAT = "threat"
    ENDANGERED = "endangered"
    CONSULTED = "consulted"
    CHILD = "child"
    CONCERN = "concern"
    AUTHORITY = "authority"
    STATUTE = "statute"
    REQUIRED = "required"
    NECESSARY = "necessary"


class BasisAnswer(enum.StrEnum):
    """What the second person says."""

    RELEASE = "release"
    REFUSE = "refuse"


K, F = BasisKind, Fact
# why only so much goes is said of each (DS-04)
FACTS: Final[Mapping[BasisKind, frozenset[Fact]]] = MappingProxyType({
    K.COURT_ORDER: frozenset({F.COURT, F.ORDER_KIND, F.DOCKET, F.ORDERED_ON, F.SCOPE, F.NECESSARY}),
    K.DANGER: frozenset({F.THREAT, F.ENDANGERED, F.CONSULTED, F.NECESSARY}),
    K.CHILD_PROTECTION: frozenset({F.CHILD, F.CONCERN, F.CONSULTED, F.AUTHORITY, F.NECESSARY}),
    K.STATUTE: frozenset({F.STATUTE, F.REQUIRED, F.AUTHORITY, F.NECESSARY}),
})  # fmt: skip
# danger that does not wait for a second person
MAY_BE_IMMEDIATE: Final = frozenset({K.DANGER, K.CHILD_PROTECTION})
# where nobody else is there, what two people decide waits so long (DESIGN 3)
ALONE_WAITS: Final = datetime.timedelta(hours=72)
# how long a basis that did not wait for a second person opens anything
IMMEDIATE_LASTS: Final = datetime.timedelta(hours=24)
# a danger is of these weeks: for longer somebody states anew what it is now
DANGER_LASTS: Final = datetime.timedelta(days=30)

# on the page of what was shared, to its recipient and to the client: no fact of a danger
BASIS_SENTENCES: Final[Mapping[BasisKind, str]] = MappingProxyType({
    K.COURT_ORDER: say("A court has ordered it."),
    K.DANGER: say("It was needed to keep somebody from a danger to life."),
    K.CHILD_PROTECTION: say("It was needed to protect a child."),
    K.STATUTE: say("A law asks for it."),
})  # fmt: skip
BASIS_PURPOSES: Final[Mapping[BasisKind, str]] = MappingProxyType({
    K.COURT_ORDER: say("to follow an order of a court"),
    K.DANGER: say("to keep somebody from a danger to life"),
    K.CHILD_PROTECTION: say("to protect a child"),
    K.STATUTE: say("to do what a law asks for"),
})  # fmt: skip
BASIS_WORDS: Final[Mapping[BasisKind, str]] = MappingProxyType({
    K.COURT_ORDER: "Court order",
    K.DANGER: "Danger to life",
    K.CHILD_PROTECTION: "Protection of a child",
    K.STATUTE: "A law asks for it",
})  # fmt: skip
FACT_WORDS: Final[Mapping[Fact, str]] = MappingProxyType({
    F.COURT: "Court",
    F.ORDER_KIND: "Kind of order",
    F.DOCKET: "Docket or file number",
    F.ORDERED_ON: "Date of the order",
    F.SCOPE: "What exactly it orders",
    F.THREAT: "The danger",
    F.ENDANGERED: "Whose life it is about",
    F.CONSULTED: "Who was consulted",
    F.CHILD: "Which child",
    F.CONCERN: "What the concern is",
    F.AUTHORITY: "Which office it goes to",
    F.STATUTE: "Which law, with its section",
    F.REQUIRED: "What it asks for, and by when",
    F.NECESSARY: "Why this much, and no less",
})  # fmt: skip


class OrderKind(enum.StrEnum):
    """What a court ordered: only the second reaches what is kept of substance use (DS-05)."""

    ORDER = "order"
    PART_2 = "part_2"


ORDER_WORDS: Final[Mapping[OrderKind, str]] = MappingProxyType({
    OrderKind.ORDER: "Order of a court",
    OrderKind.PART_2: "Court order under 42 CFR 2.61 to 2.67, with its subpoena",
})  # fmt: skip
# said clear among the facts given, so that the gate can ask for it
SPECIAL_ORDER: Final = "special_order"
# what each kind can reach at most; the law on substance use has its own, narrower list
REACHES: Final[Mapping[BasisKind, tuple[str, ...]]] = MappingProxyType({
    K.COURT_ORDER: ("attendance", "summary", "session_notes", "process_notes", "sud_notes"),
    K.DANGER: ("attendance", "summary", "session_notes", "sud_notes"),
    K.CHILD_PROTECTION: ("attendance", "summary", "session_notes"),
    K.STATUTE: ("attendance", "summary", "session_notes"),
})  # fmt: skip


# what its recipient is told of it: which order, which law; never what a danger is
NAMED_BY: Final[Mapping[BasisKind, tuple[Fact, ...]]] = MappingProxyType({
    K.COURT_ORDER: (F.COURT, F.DOCKET, F.ORDERED_ON),
    K.DANGER: (),
    K.CHILD_PROTECTION: (),
    K.STATUTE: (F.STATUTE,),
})  # fmt: skip


def decide_facts(
    kind: BasisKind, facts: Mapping[Fact, str], categories: Collection[str]
) -> frozenset[str]:
    """Give which facts were given; raises Invalid for what is missing or out of reach."""
    for fact in Fact:
        if fact in FACTS[kind] and not facts.get(fact, "").strip():
            raise Invalid(f"{FACT_WORDS[fact]}: please say it.", fact.value)
    if not categories:
        raise Invalid("Choose what it reaches.", "categories")
    if not set(categories) <= set(REACHES[kind]):
        raise Invalid("This basis does not reach all of that.", "categories")
    given = frozenset(str(one) for one in FACTS[kind])
    special = facts.get(F.ORDER_KIND) == OrderKind.PART_2
    if "sud_notes" in categories and kind is K.COURT_ORDER and not special:
        message = "Notes of substance use counselling need an order under 42 CFR 2.61 to 2.67."
        raise Invalid(message, "order_kind")
    return given | ({SPECIAL_ORDER} if special else frozenset())
