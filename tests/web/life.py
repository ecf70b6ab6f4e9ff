"""What Ana allowed apart from sharing, what she stopped, and what ends soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import consent.actions
import consent.queries
import records.actions
from counselling.db import as_actor
from tests.consent.allowing import allow, ends_soon

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World


def lived(world: World, session: UUID) -> dict[str, UUID]:
    """Leave a task after a stop, a permission that ends in ten days, a trainee and a recording."""
    ana = (world, world.ana, world.ana_portal)
    allow(*ana, "recording", {"recording": True})
    allow(*ana, "trainee-observer", {"trainee-observer": True})
    allow(*ana, "messages", {"email": True, "text-messages": True, "reminders": True})
    with as_actor(world.dana):
        live = {one.activity: one.id for one in consent.queries.live_consents(world.ana)}
        records.actions.begin_recording(actor=world.dana, session_id=session)
        records.actions.let_sit_in(actor=world.dana, session_id=session, person_id=world.tess.id)
    with as_actor(world.ana_portal):
        consent.actions.withdraw(actor=world.ana_portal, consent_id=live["text_messages"])
    ends_soon(live["reminders"])
    with as_actor(world.dana):
        (task,) = consent.queries.open_stops([world.ana])
    return {"task": task.id, "ending": live["reminders"]}
