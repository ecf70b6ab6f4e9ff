"""Something about Ana that Dana prepares to share, and that Ana is shown first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import consent.queries
import records.actions
from counselling.db import as_actor
from records.domain.shares import Level

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

# what the letter says, and nothing else does
LETTER = "Zephyrine sleeps through most nights"


def prepared(world: World, case: UUID) -> dict[str, UUID]:
    """Leave a letter that waits for Ana's word."""
    dana = world.dana
    with as_actor(dana):
        (row,) = consent.queries.live_consents(world.ana, sharing=True)
        assert row.recipient is not None
        share = records.actions.begin_share(
            actor=dana, client_id=world.ana, case_id=case, recipient_id=row.recipient,
            purpose="school",
        )  # fmt: skip
    with as_actor(dana):
        records.actions.choose(
            actor=dana, share_id=share,
            chosen=records.actions.Chosen(level=Level.SUMMARY, show_first=True),
        )  # fmt: skip
    with as_actor(dana):
        records.actions.write_letter(actor=dana, share_id=share, version=1, text=LETTER)
    with as_actor(dana):
        looked = records.actions.preview_share(actor=dana, share_id=share)
    with as_actor(dana):
        showing = records.actions.show_first(actor=dana, share_id=share, previewed=looked.sha256)
    return {"share": share, "showing": showing}
