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
NAMED: Final = "Tante Regenpfeifer"
NOT_TOLD: Final = "Wetterhahnschuppen"


def read_by_client(world: World, case: UUID) -> dict[str, UUID]:
    """Open a note to Ana; have one word of hers refused, one disputed, and one not yet answered."""
    note, other = (_opened(world, case, hours_ago) for hours_ago in (70, 71))
    disputed, refused = (_refused(world, note) for _ in range(2))
    reading.disagrees(world.ana_portal, disputed, f"It was the {NOT_RIGHT}.")
    return {
        "open_note": note, "disputed_amendment": disputed, "refused_amendment": refused,
        "amendment": reading.says(world.ana_portal, other, f"The {NOT_RIGHT}."),
        **_corrected(world, case),
    }  # fmt: skip


def _corrected(world: World, case: UUID) -> dict[str, UUID]:
    """Correct a note that her GP has, who is not told; Ana names somebody else who should be."""
    note = _opened(world, case, 72)
    reading.went(world.dana, world.ana, case, note)
    said = reading.says(world.ana_portal, note, f"The {NOT_RIGHT}.")
    reading.accepts(world.dana, said, f"The {NOT_RIGHT} it was.")
    (gp,) = reading.others(world.dana, said)
    reading.leaves_out(world.dana, said, gp.id, f"He read of the {NOT_TOLD} himself.")
    return {
        "corrected": said,
        "named_other": reading.names(world.ana_portal, said, f"{NAMED}, at the school"),
    }


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
    other = signed_note(world.sam, world.jon_case, "Of no use to others.", hours_ago=61)
    reading.let_read(world.sam, other, world.jon)
    corrected = reading.says(portal, other)
    reading.accepts(world.sam, corrected, "Of some use.")
    named = reading.names(portal, corrected, "nobody else")
    return {"amendment_id": reading.says(portal, note), "other_id": named}
