"""The kinds of events that the life of a permission leaves after it was signed."""

from typing import Final

from audit.domain import Act, EventKind, register

LETTERS_DROPPED: Final = EventKind(
    "consent.letters_dropped", Act.UPDATE, "dropped letters whose permission had ended"
)
STOP_SEEN_TO: Final = EventKind("stop.seen_to", Act.UPDATE, "saw to what a client's stop asks for")
ENDS_ASKED: Final = EventKind(
    "ending.asked", Act.CREATE, "asked a client about permissions that end soon"
)
END_ANSWERED: Final = EventKind(
    "ending.answered", Act.UPDATE, "said what is to become of a permission that ends"
)
RESEARCH_READ: Final = EventKind(
    "research.read", Act.READ, "looked up who agreed to take part in research"
)

register(LETTERS_DROPPED, STOP_SEEN_TO, ENDS_ASKED, END_ANSWERED, RESEARCH_READ)
