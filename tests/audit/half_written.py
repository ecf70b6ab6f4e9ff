"""What the scene of every page leaves out: drafts that would stand in the way of its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import consent.actions
import records.actions
from consent.domain.states import WhyVoid
from counselling.accounts import actions as accounts
from counselling.db import as_actor
from tests.consent import steps
from tests.people import fresh
from tests.records import several
from tests.records.safety import type_plan
from tests.web import accounted, drawn, kept, planting, prepared

WORD = "halfway"

if TYPE_CHECKING:
    from tests.web.scene import Scene
    from tests.world import World


def leave(scene: Scene) -> None:
    """Begin a plan and a note of supervision, and add to the part about one of a couple."""
    world = scene.world
    type_plan(world.dana, scene.case, world.ana, follows=1, signs="She stays in bed.")
    with as_actor(world.vera):
        records.actions.save_supervision_draft(
            actor=world.vera, supervisee_id=world.tess.id, version=0, text="Half a sentence."
        )
    with as_actor(world.ada):
        accounts.ask_alias(
            actor=fresh(world.ada), person_id=world.tess.id, reason="Somebody waits outside."
        )
    several.add(world.dana, scene.part, "She said so again.")
    _said_of_forms(world)
    _prepared(world)


def _prepared(world: World) -> None:
    """Prepare something to be shared in every way, keep something back, and account for it."""
    client, case = planting.taken_in(world)
    prepared.planted(world, client, case, WORD)
    accounted.planted(world, client, case, WORD)
    kept.planted(world, client, WORD)


def _said_of_forms(world: World) -> None:
    """Call one form back in words, decline one with a note, answer a question, draw a name."""
    called_back = steps.ask(world)
    with as_actor(world.dana):
        consent.actions.void_request(
            actor=world.dana, request_id=called_back, why=WhyVoid.MISTAKE, words="The wrong form."
        )
    declined, link = steps.ready_to_read(world)
    with as_actor(link):
        consent.actions.decline(actor=link, request_id=declined, note="Not before summer.")
    asked, link = steps.ready_to_read(world)
    shown = steps.read_through(asked, link, steps.YES)
    with as_actor(link):
        question = consent.actions.ask_question(actor=link, request_id=asked, text="How long?")
    with as_actor(world.dana):
        consent.actions.close_question(
            actor=world.dana, question_id=question, answer="Until the day named there."
        )
    steps.sign(asked, link, shown, drawing=drawn.SENT)
