"""Every kind of reading has words for the client it is about: "something" says too little."""

from __future__ import annotations

from audit.domain import Act, kinds
from clients.domain.openings import LISTS
from counselling.views import visits

# of accounts, the log and nobody's file, or the client's own reading
_NEVER_LISTED = (
    "accounts.", "audit.", "tests.", "document.claimed", "document.compared", "emergency.told",
    "reading.read", "subpoena.own_read", "opening.own-read", "delivery.letter_claimed",
)  # fmt: skip


def test_no_reading_is_called_something() -> None:
    read = {code for code, kind in kinds().items() if kind.action is Act.READ}
    shown = {one for one in read - LISTS if not one.startswith(_NEVER_LISTED)}
    assert shown - set(visits._WORDS) == set()
