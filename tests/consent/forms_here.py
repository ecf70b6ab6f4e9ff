"""What people do who write, approve and ask again, one function for each step."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from consent import actions, queries
from consent.domain.documents import Line
from consent.domain.form_source import FormKind
from counselling.db import as_actor
from tests.consent import steps

if TYPE_CHECKING:
    from uuid import UUID

    from consent.domain.form_source import FormSource
    from tests.world import World


def draft(world: World, slug: str = steps.SHARING, language: str = "en") -> UUID:
    """Begin the next version of a shipped form."""
    with as_actor(world.ada):
        return actions.begin_version(
            actor=world.ada, version_id=steps.form(slug), language=language
        )


def begun(world: World, title: str) -> UUID:
    """Begin a form of one's own."""
    with as_actor(world.ada):
        return actions.begin_form(actor=world.ada, title=title, kind=FormKind.OTHER, language="en")


def row(world: World, draft_id: UUID) -> queries.DraftRow:
    """Give a form in writing."""
    with as_actor(world.ada):
        return queries.draft_row(draft_id)


def save(world: World, draft_id: UUID, by: Any = None, **changes: Any) -> None:
    """Write a part of it anew."""
    who, now = by or world.ada, row(world, draft_id)
    source: FormSource = dataclasses.replace(now.source, **changes)
    with as_actor(who):
        actions.save_form(actor=who, draft_id=draft_id, source=source, revision=now.revision)


def hand_in(world: World, draft_id: UUID) -> str:
    """Hand it in; gives the hash of the words that wait."""
    with as_actor(world.ada):
        actions.hand_in_form(
            actor=world.ada, draft_id=draft_id, revision=queries.draft_row(draft_id).revision
        )
    return row(world, draft_id).sha256


def approve(world: World, draft_id: UUID, by: Any = None) -> UUID:
    """Approve it as the privacy officer."""
    who = by or world.priya
    with as_actor(who):
        return actions.approve_form(
            actor=who, draft_id=draft_id, sha256=queries.draft_row(draft_id).sha256
        )


def published(world: World, slug: str = steps.SHARING, language: str = "en") -> UUID:
    """Write, hand in and approve the next version, with another line in short."""
    made = draft(world, slug, language)
    lines = (*row(world, made).source.in_short, Line("New", "It says one thing more"))
    save(world, made, in_short=lines)
    hand_in(world, made)
    return approve(world, made)
