"""The kinds of events that keeping something back leaves."""

from typing import Final

from audit.domain import Act, EventKind, register
from audit.domain.review import Trait, register_traits

RESTRICTION_ASKED: Final = EventKind(
    "restriction.asked", Act.CREATE, "asked that something is kept back"
)
RESTRICTION_ANSWERED: Final = EventKind(
    "restriction.answered", Act.CREATE, "answered whether something is kept back"
)
RESTRICTION_ENDED: Final = EventKind(
    "restriction.ended", Act.CREATE, "wrote down that something is no longer kept back"
)
RESTRICTIONS_READ: Final = EventKind(
    "restriction.read", Act.READ, "looked at what is to be kept back"
)
RESTRICTION_OVERRIDDEN: Final = EventKind(
    "restriction.overridden", Act.EXECUTE, "shared what was kept back, because the law asked for it"
)

register(
    RESTRICTION_ASKED, RESTRICTION_ANSWERED, RESTRICTION_ENDED, RESTRICTIONS_READ,
    RESTRICTION_OVERRIDDEN,
)  # fmt: skip
register_traits(Trait.WITHOUT_CONSENT, RESTRICTION_OVERRIDDEN.code)
register_traits(Trait.ASKS, RESTRICTION_ASKED.code)
