"""The kinds of events that a link for a recipient leaves, and letters to recipients."""

from typing import Final

from audit.domain import Act, EventKind, register

LINK_MADE: Final = EventKind("delivery.made", Act.CREATE, "made a link for a recipient")
LINK_REVOKED: Final = EventKind("delivery.revoked", Act.UPDATE, "took a link of a recipient back")
LINK_STOPPED: Final = EventKind(
    "delivery.stopped", Act.UPDATE, "closed links whose permission had ended"
)
SECRET_WRONG: Final = EventKind(
    "delivery.secret_wrong", Act.EXECUTE, "gave a wrong secret for a link"
)
LINK_GUESSED: Final = EventKind(
    "delivery.guessed", Act.UPDATE, "closed a link after five wrong secrets"
)
SHARE_OPENED: Final = EventKind(
    "delivery.opened", Act.EXECUTE, "opened a link to what was shared with them"
)
SHARE_READ: Final = EventKind("delivery.read", Act.READ, "read what was shared with them")
SHARE_FINISHED: Final = EventKind(
    "delivery.finished", Act.UPDATE, "finished reading what was shared with them"
)
LETTER_QUEUED: Final = EventKind(
    "delivery.letter_queued", Act.CREATE, "asked for a letter to a recipient"
)
LETTER_CLAIMED: Final = EventKind(
    "delivery.letter_claimed", Act.READ, "began to send a letter to a recipient"
)
LETTER_SENT: Final = EventKind("delivery.letter_sent", Act.UPDATE, "sent a letter to a recipient")
LETTER_FAILED: Final = EventKind(
    "delivery.letter_failed", Act.UPDATE, "could not send a letter to a recipient"
)
LETTER_UNSURE: Final = EventKind(
    "delivery.letter_unsure", Act.UPDATE, "does not know whether a letter to a recipient went"
)
LETTER_DROPPED: Final = EventKind(
    "delivery.letter_dropped", Act.UPDATE, "dropped a letter to a recipient"
)

register(
    LINK_MADE, LINK_REVOKED, LINK_STOPPED, SECRET_WRONG, LINK_GUESSED, SHARE_OPENED, SHARE_READ,
    SHARE_FINISHED, LETTER_QUEUED, LETTER_CLAIMED, LETTER_SENT, LETTER_FAILED, LETTER_UNSURE,
    LETTER_DROPPED,
)  # fmt: skip
