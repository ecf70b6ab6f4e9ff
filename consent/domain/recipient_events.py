"""The kinds of events that keeping recipients leaves."""

from typing import Final

from audit.domain import Act, EventKind, register

RECIPIENT_ADDED: Final = EventKind(
    "recipient.added", Act.CREATE, "wrote down somebody outside who may be told something"
)
RECIPIENT_CORRECTED: Final = EventKind(
    "recipient.corrected", Act.CREATE, "wrote down anew how a recipient is called"
)
ADDRESS_ADDED: Final = EventKind(
    "recipient.address_added", Act.CREATE, "wrote down how a recipient is reached"
)
ADDRESS_VERIFIED: Final = EventKind(
    "recipient.address_verified", Act.UPDATE, "made sure that an address is a recipient's own"
)
ADDRESS_ENDED: Final = EventKind(
    "recipient.address_ended",
    Act.UPDATE,
    "said that an address of a recipient is not used any more",
)
RECIPIENTS_MERGED: Final = EventKind(
    "recipient.merged", Act.CREATE, "said that two recipients are the same"
)
NAME_DECIDED: Final = EventKind(
    "recipient.decided", Act.CREATE, "answered whether a changed recipient is the same"
)

register(
    RECIPIENT_ADDED, RECIPIENT_CORRECTED, ADDRESS_ADDED, ADDRESS_VERIFIED, ADDRESS_ENDED,
    RECIPIENTS_MERGED, NAME_DECIDED,
)  # fmt: skip
