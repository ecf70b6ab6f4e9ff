"""What the scene of every page leaves out: drafts that would stand in the way of its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import records.actions
from counselling.db import as_actor
from tests.records import several
from tests.records.safety import type_plan

if TYPE_CHECKING:
    from tests.web.scene import Scene


def leave(scene: Scene) -> None:
    """Begin a plan and a note of supervision, and add to the part about one of a couple."""
    world = scene.world
    type_plan(world.dana, scene.case, world.ana, follows=1, signs="She stays in bed.")
    with as_actor(world.vera):
        records.actions.save_supervision_draft(
            actor=world.vera, supervisee_id=world.tess.id, version=0, text="Half a sentence."
        )
    several.add(world.dana, scene.part, "She said so again.")
