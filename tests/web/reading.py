"""What Ana may read in the practice of the matrix, and what she says is not right in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.records import reading
from tests.records.writing import signed_note
from tests.world import sign_in_for

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

# words that are nowhere else
OPENED: Final = "Brombeerfahrplan"
NOT_RIGHT: Final = "Lindenbluetenzug"


def read_by_client(world: World, case: UUID) -> dict[str, UUID]:
    """Open a note to Ana; have one word of hers refused, one disputed, and one not yet answered."""
    note, other = (_opened(world, case, hours_ago) for hours_ago in (70, 71))
    disputed, refused = (_refused(world, note) for _ in range(2))
    reading.disagrees(world.ana_portal, disputed, f"It was the {NOT_RIGHT}.")
    return {
        "open_note": note, "disputed_amendment": disputed, "refused_amendment": refused,
        "amendment": reading.says(world.ana_portal, other, f"The {NOT_RIGHT}."),
    }  # fmt: skip


def _opened(world: World, case: UUID, hours_ago: int) -> UUID:
    note = signed_note(world.dana, case, f"{OPENED} again.", hours_ago=hours_ago)
    reading.let_read(world.dana, note, world.ana)
    return note


def _refused(world: World, note: UUID) -> UUID:
    said = reading.says(world.ana_portal, note, f"The {NOT_RIGHT}.")
    reading.refuses(world.dana, said, f"No {NOT_RIGHT} then.")
    return said


def read_elsewhere(world: World) -> dict[str, UUID]:
    """Have Jon say, too, that something is not right in a note of Sam's."""
    portal = sign_in_for(world.fred, world.jon)
    note = signed_note(world.sam, world.jon_case, "Of no use to others.", hours_ago=60)
    reading.let_read(world.sam, note, world.jon)
    return {"amendment_id": reading.says(portal, note)}
