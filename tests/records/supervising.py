"""What the stories of supervision have in common: a note that waits, one that came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import records.actions
from counselling.db import as_actor
from records.actions import Given
from tests.records.writing import signed_note

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

TEXT = "He slept **five hours** and spoke of the brother.\n\nWe looked at the Sunday evenings."


def waiting_note(world: World, text: str = TEXT, *, hours_ago: int = 1) -> UUID:
    """Have Tess sign a note that waits for Vera."""
    return signed_note(world.tess, world.tom_case, text, hours_ago=hours_ago)


def co_sign(by: Actor, note: UUID, addenda: int = 0) -> UUID:
    """Co-sign a note."""
    with as_actor(by):
        return records.actions.co_sign(actor=by, note_id=note, addenda=addenda)


def give_back(by: Actor, note: UUID, *comments: Given, addenda: int = 0) -> UUID:
    """Return a note; with one comment if none is given."""
    said = comments or (Given("Say how you know.", "spoke of the brother"),)
    with as_actor(by):
        return records.actions.return_note(actor=by, note_id=note, comments=said, addenda=addenda)


def noted(by: Actor, about: UUID, text: str, *, shared: bool = False) -> UUID:
    """Write and sign a note of supervision."""
    with as_actor(by):
        version, _ = records.actions.save_supervision_draft(
            actor=by, supervisee_id=about, version=0, text=text
        )
        return records.actions.sign_supervision_note(
            actor=by, supervisee_id=about, version=version, shared=shared
        )
