"""What is done with a pack that a subpoena asks for, one function for each step."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from counselling.db import as_actor
from records import actions
from records.domain.shares import Level
from tests.consent import basis_steps, law_steps
from tests.records import sharing
from tests.records.writing import signed_note

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World


@dataclasses.dataclass(frozen=True)
class Asked:
    """A subpoena, an order that names the same court, and what is prepared because of both."""

    subpoena: UUID
    order: UUID
    share: UUID


def begun(world: World, note: UUID | None = None, *, released: bool = True) -> Asked:
    """Dana prepares one note of Mara's for the court; a judge has ordered it meanwhile."""
    subpoena, court = law_steps.subpoena(world), basis_steps.recipient(world)
    note = note or signed_note(world.dana, world.mara_case, sharing.WORDS)
    share = sharing.begin(world, court, purpose="", subpoena_id=subpoena)
    sharing.choose(world, share, Level.NOTES, note)
    order = basis_steps.state(world, recipient=court)
    if released:
        basis_steps.release(world, order)
    return Asked(subpoena, order, share)


def resting(world: World, note: UUID | None = None) -> Asked:
    made = begun(world, note)
    with as_actor(world.dana):
        actions.rest_on_order(actor=world.dana, share_id=made.share, basis_id=made.order)
    return made


def locked(world: World, note: UUID | None = None) -> Asked:
    made = resting(world, note)
    sha = sharing.look(world, made.share).sha256
    with as_actor(world.dana):
        actions.lock_share(actor=world.dana, share_id=made.share, previewed=sha)
    return made


def hash_of(world: World, share: UUID, by: Actor) -> str:
    with as_actor(by):
        return actions.weigh_share(actor=by, share_id=share).sha256


def let_go(world: World, share: UUID, by: Actor) -> None:
    sha = hash_of(world, share, by)
    with as_actor(by):
        actions.release_share(actor=by, share_id=share, content_sha256=sha)


def send_back(world: World, share: UUID, by: Actor, words: str = "Page two says too much.") -> None:
    sha = hash_of(world, share, by)
    with as_actor(by):
        actions.send_back_share(actor=by, share_id=share, content_sha256=sha, words=words)
