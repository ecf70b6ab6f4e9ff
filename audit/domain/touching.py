"""Whom somebody touched, and what the trail looks like: which kinds print, and which let go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.domain.kinds import Act, EventKind, kinds, register
from audit.domain.review.traits import Trait, register_traits

if TYPE_CHECKING:
    from collections.abc import Iterable

TOUCHED_READ: Final = EventKind(
    "audit.trail.touched", Act.READ, "looked at whom somebody touched between two days"
)
PICTURE_READ: Final = EventKind(
    "audit.trail.pictured", Act.READ, "looked at a picture of the trail"
)
register(TOUCHED_READ, PICTURE_READ)
register_traits(Trait.REVIEWS, TOUCHED_READ.code, PICTURE_READ.code)
PRINTED: Final = ("printed", "print")
LEFT: Final = (
    "disclosure.made", "disclosure.locked", "share.sent", "delivery.letter_sent", "delivery.read",
    "notes.exported", "document.downloaded", "accounting.given", "audit.trail.taken",
)  # fmt: skip


def kinds_like(words: Iterable[str]) -> list[str]:
    """Give the codes that are one of the words, or have one for their last part."""
    wanted = frozenset(words)
    return sorted(code for code in kinds() if code in wanted or code.rpartition(".")[2] in wanted)
