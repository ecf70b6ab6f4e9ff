"""The kinds of events that subpoenas, legal holds and accountings leave."""

from typing import Final

from audit.domain import Act, EventKind, register
from audit.domain.review import Trait, register_traits

HOLD_PLACED: Final = EventKind("hold.placed", Act.CREATE, "laid down that nothing is erased")
HOLDS_READ: Final = EventKind("hold.read", Act.READ, "looked at why nothing is erased")
HOLD_END_ASKED: Final = EventKind("hold.end_asked", Act.CREATE, "asked to end a legal hold")
HOLD_DECIDED: Final = EventKind(
    "hold.decided", Act.CREATE, "decided as the second person about the end of a legal hold"
)
SUBPOENA_CAME: Final = EventKind("subpoena.came", Act.CREATE, "wrote down a subpoena")
SUBPOENAS_READ: Final = EventKind("subpoena.read", Act.READ, "looked at subpoenas for a file")
SUBPOENA_PAPER_KEPT: Final = EventKind(
    "subpoena.paper_kept", Act.CREATE, "kept the paper of a subpoena"
)
SUBPOENA_PAPER_OPENED: Final = EventKind(
    "subpoena.paper_opened", Act.READ, "opened the paper of a subpoena"
)
SUBPOENA_STEP: Final = EventKind(
    "subpoena.step", Act.CREATE, "wrote down what happened to a subpoena"
)
SUBPOENA_TENDED: Final = EventKind(
    "subpoena.tended", Act.UPDATE, "saw to it that the client is told of a subpoena"
)
SUBPOENA_TOLD: Final = EventKind("subpoena.told", Act.UPDATE, "told the client of a subpoena")
SUBPOENA_RELEASED: Final = EventKind(
    "subpoena.released", Act.CREATE, "let go as the second person what a subpoena asks for"
)
SUBPOENA_SENT_BACK: Final = EventKind(
    "subpoena.sent_back", Act.CREATE, "sent back as the second person what a subpoena asks for"
)
OWN_SUBPOENAS_READ: Final = EventKind(
    "subpoena.own_read", Act.READ, "read who asked for their file by subpoena"
)
ACCOUNTING_READ: Final = EventKind("accounting.read", Act.READ, "looked at what went to whom")
ACCOUNTING_ASKED: Final = EventKind(
    "accounting.asked", Act.CREATE, "noted that an accounting was asked for"
)
ACCOUNTING_EXTENDED: Final = EventKind(
    "accounting.extended", Act.CREATE, "took thirty more days for an accounting"
)
ACCOUNTING_GIVEN: Final = EventKind(
    "accounting.given", Act.CREATE, "gave an accounting of what went to whom"
)
ACCOUNTING_SUSPENDED: Final = EventKind(
    "accounting.suspended", Act.CREATE, "held back lines of an accounting for an official"
)
ACCOUNTINGS_ASKED_READ: Final = EventKind(
    "accounting.asked_read", Act.READ, "looked at which accountings were asked for"
)
ACCOUNTING_OPENED: Final = EventKind(
    "accounting.opened", Act.READ, "opened an accounting as it was given"
)
SUSPENSION_READ: Final = EventKind(
    "accounting.suspension_read", Act.READ, "looked at what an official had held back"
)

register(
    HOLD_PLACED, HOLDS_READ, HOLD_END_ASKED, HOLD_DECIDED, SUBPOENA_CAME, SUBPOENAS_READ,
    SUBPOENA_PAPER_KEPT, SUBPOENA_PAPER_OPENED, SUBPOENA_STEP, SUBPOENA_TENDED, SUBPOENA_TOLD,
    SUBPOENA_RELEASED, SUBPOENA_SENT_BACK, OWN_SUBPOENAS_READ, ACCOUNTING_READ, ACCOUNTING_ASKED,
    ACCOUNTING_EXTENDED, ACCOUNTING_GIVEN, ACCOUNTING_SUSPENDED, ACCOUNTINGS_ASKED_READ,
    ACCOUNTING_OPENED, SUSPENSION_READ,
)  # fmt: skip
register_traits(Trait.ASKS, ACCOUNTING_ASKED.code, SUBPOENA_CAME.code)
