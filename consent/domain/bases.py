"""Legal bases: what allows that something leaves without consent, and the facts each one needs."""

from __future__ import annotations

import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Mapping


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
