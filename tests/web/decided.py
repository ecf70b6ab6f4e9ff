"""What was found about Dana and Ana's file: one to decide, one that Dana is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.domain.deciding import Word
from tests.audit.deciding import finish, found, say

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

# what a reviewer asks, and what one reviewer writes for the next
WONDERED: Final = "Quastenflosser"


def decided(world: World, case: UUID) -> dict[str, UUID]:
    """Give a finding that waits, and one about which a question waits for Dana."""
    client = {"client": world.ana, "case": case}
    say(world.vera, found(world.tess), code="training")
    finish(world.vera, f"Tess knows the {WONDERED} now.")
    waiting = found(world.dana, rule="ended-case", **client)
    asked = found(world.dana, rule="print", **client)
    say(world.vera, asked, Word.ASKED, f"Was this the {WONDERED}?")
    return {"finding": waiting, "asked_finding": asked}


def planted(world: World, client: UUID, word: str) -> None:
    """Put a word into what is said of a finding, and into what a review ends with."""
    finding = found(world.sam, client=client)
    say(world.priya, finding, text=f"{word}-finding", code="other")
    finish(world.priya, f"{word}-review")
