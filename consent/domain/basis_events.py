"""The kinds of events that legal bases leave, and telling the client what went on them."""

from typing import Final

from audit.domain import Act, EventKind, register
from audit.domain.review import Trait, register_traits

BASIS_STATED: Final = EventKind(
    "basis.stated", Act.CREATE, "stated that the law asks for a disclosure or allows it"
)
BASIS_PAPER_KEPT: Final = EventKind(
    "basis.paper_kept", Act.CREATE, "kept the paper of a legal basis"
)
BASIS_READ: Final = EventKind("basis.read", Act.READ, "read a legal basis")
BASIS_PAPER_OPENED: Final = EventKind(
    "basis.paper_opened", Act.READ, "opened the paper of a legal basis"
)
BASIS_DECIDED: Final = EventKind("basis.decided", Act.CREATE, "decided about a legal basis")
BASIS_PRESSED: Final = EventKind(
    "basis.pressed", Act.UPDATE, "wrote that nobody has looked at a legal basis in time"
)
TELLING_MOVED: Final = EventKind(
    "telling.moved", Act.UPDATE, "set another time for telling the client of what was shared"
)
TELLING_TENDED: Final = EventKind(
    "telling.tended", Act.UPDATE, "saw to it that the client is told of what was shared"
)
TOLD: Final = EventKind("telling.done", Act.UPDATE, "told the client of what was shared")

register(
    BASIS_STATED, BASIS_PAPER_KEPT, BASIS_READ, BASIS_PAPER_OPENED, BASIS_DECIDED,
    BASIS_PRESSED, TELLING_MOVED, TELLING_TENDED, TOLD,
)  # fmt: skip
register_traits(Trait.WITHOUT_CONSENT, BASIS_STATED.code)
