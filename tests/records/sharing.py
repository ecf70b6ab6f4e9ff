"""What is done with a share in these stories, one function for each step."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from consent.actions.recipients import add_recipient
from consent.domain.recipients import RecipientKind
from counselling.access import SERVICE
from counselling.db import as_actor
from records import actions
from records.domain.shares import Channel, Level
from records.queries.shares import ShareRow, share_row
from tests.consent import steps
from tests.records.writing import signed_note

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

WORDS = "She slept through most nights this week."
PAPER = actions.Way(channel=Channel.PAPER)


@dataclasses.dataclass(frozen=True)
class Begun:
    """Something that is prepared, and what it is about."""

    share: UUID
    note: UUID
    recipient: UUID


def somebody(world: World) -> UUID:
    """Write down a recipient nobody was asked about."""
    with as_actor(world.dana):
        return add_recipient(
            actor=world.dana, client_id=world.mara, shown=steps.EVA, kind=RecipientKind.DOCTOR
        )


def begin(world: World, recipient: UUID, actor: Actor | None = None, **changes: Any) -> UUID:
    who = actor or world.dana
    said = {
        "client_id": world.mara, "case_id": world.mara_case, "recipient_id": recipient,
        "purpose": "medication",
    }  # fmt: skip
    with as_actor(who):
        return actions.begin_share(actor=who, **(said | changes))


def choose(world: World, share: UUID, level: Level, *items: UUID, **said: Any) -> None:
    with as_actor(world.dana):
        actions.choose(
            actor=world.dana, share_id=share,
            chosen=actions.Chosen(level=level, items=items, **said),
        )  # fmt: skip


def begun(world: World, recipient: UUID | None = None) -> Begun:
    """Dana prepares one note of Mara's for her GP, whom Mara was not asked about."""
    note = signed_note(world.dana, world.mara_case, WORDS)
    to = recipient or somebody(world)
    share = begin(world, to)
    choose(world, share, Level.NOTES, note)
    return Begun(share, note, to)


def look(world: World, share: UUID, actor: Actor | None = None) -> actions.Looked:
    who = actor or world.dana
    with as_actor(who):
        return actions.preview_share(actor=who, share_id=share)


def send(world: World, share: UUID, previewed: str | None = None, **said: Any) -> actions.ShareSent:
    sha = look(world, share).sha256 if previewed is None else previewed
    with as_actor(world.dana):
        return actions.send_share(
            actor=world.dana, share_id=share, previewed=sha, way=said.pop("way", PAPER), **said
        )


def row(world: World, share: UUID) -> ShareRow:
    with as_actor(world.dana):
        return share_row(share)


def resume(world: World, share: UUID, how: Any, way: actions.Way = PAPER) -> None:
    sha = look(world, share).sha256
    with as_actor(world.dana):
        actions.resume_when_agreed(
            actor=world.dana, share_id=share, how=how, previewed=sha, way=way
        )


def of_tess(world: World) -> UUID:
    """Tess prepares a note of Tom's and asks that it be sent."""
    with as_actor(world.tess):
        to = add_recipient(
            actor=world.tess, client_id=world.tom, shown=steps.EVA, kind=RecipientKind.DOCTOR
        )
    return asked_of_supervisor(world, world.tom, world.tom_case, to)


def asked_of_supervisor(world: World, client: UUID, case: UUID, to: UUID) -> UUID:
    """Have Tess prepare a note of hers and ask that it be sent."""
    note = signed_note(world.tess, case, WORDS)
    share = begin(world, to, world.tess, client_id=client, case_id=case)
    with as_actor(world.tess):
        actions.choose(
            actor=world.tess, share_id=share,
            chosen=actions.Chosen(level=Level.NOTES, items=(note,)),
        )  # fmt: skip
    sha = look(world, share, world.tess).sha256
    with as_actor(world.tess):
        actions.ask_release(actor=world.tess, share_id=share, previewed=sha, way=PAPER)
    return share


def agree(world: World, recipient: UUID, answers: Any = None, **asked: Any) -> UUID:
    """Mara is asked and signs; gives the request."""
    request = ask(world, recipient, **asked)
    whose = asked.get("client", world.mara)
    actor = steps.open_by_link(steps.send(world, request), whose)
    steps.sign(request, actor, steps.read_through(request, actor, answers or steps.YES))
    return request


def ask(world: World, recipient: UUID, **asked: Any) -> UUID:
    return steps.ask(world, recipient=recipient, new_recipient=None, **asked)


def machine(share: UUID, client: UUID) -> bool:
    with as_actor(SERVICE, client=client):
        return actions.send_by_itself(actor=SERVICE, share_id=share)
