"""Forms of the fictional practice: a newer agreement, one that waits, one that is being written."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import consent.actions
import consent.queries
from consent.domain.documents import Line
from consent.domain.form_source import FormKind
from counselling.local.practice.signing import AGREEMENT, OBSERVER

if TYPE_CHECKING:
    from uuid import UUID

    from consent.domain.form_source import FormSource
    from counselling.access import Actor
    from counselling.local.practice.story import Story

SICK: Final = "\n\nIf you are ill on the day, call us as early as you can. We do not charge for it."


def tell(story: Story) -> None:
    """Tell what was written, approved and begun in the last days."""
    ids = story.ids

    def keep(actor: Actor, draft: UUID, source: FormSource) -> None:
        row = consent.queries.draft_row(draft)
        consent.actions.save_form(actor=actor, draft_id=draft, source=source, revision=row.revision)

    def agreement(actor: Actor) -> UUID:
        draft = _begun(actor, AGREEMENT)
        source = consent.queries.draft_row(draft).source
        keep(actor, draft, dataclasses.replace(
            source,
            text=source.text.replace("\n\n## Your right", f"{SICK}\n\n## Your right", 1),
            in_short=(*source.in_short, Line("If you are ill", "Call us; it costs nothing")),
        ))  # fmt: skip
        return draft

    def observer(actor: Actor) -> UUID:
        draft = _begun(actor, OBSERVER)
        source = consent.queries.draft_row(draft).source
        lines = (*source.in_short, Line("Who it is", "We tell you the name the week before"))
        keep(actor, draft, dataclasses.replace(source, in_short=lines))
        return draft

    def friend(actor: Actor) -> UUID:
        return consent.actions.begin_form(
            actor=actor, title="May somebody you trust join us once?", kind=FormKind.OTHER,
            language="en",
        )  # fmt: skip

    def hand_in(actor: Actor, name: str) -> None:
        row = consent.queries.draft_row(ids[name])
        consent.actions.hand_in_form(actor=actor, draft_id=row.id, revision=row.revision)

    def approve(actor: Actor) -> UUID:
        row = consent.queries.draft_row(ids["form.agreement"])
        return consent.actions.approve_form(actor=actor, draft_id=row.id, sha256=row.sha256)

    story.tell(story.at(-1, "08:10"), "jo", agreement, "form.agreement")
    story.tell(story.at(-1, "08:40"), "jo", lambda jo: hand_in(jo, "form.agreement"))
    story.tell(story.at(-1, "18:05"), "priya", approve)
    story.tell(story.at(-1, "18:20"), "jo", observer, "form.observer")
    story.tell(story.at(-1, "18:30"), "jo", lambda jo: hand_in(jo, "form.observer"))
    story.tell(story.at(-1, "18:40"), "jo", friend, "form.friend")


def _begun(actor: Actor, slug: str) -> UUID:
    """Begin the next English version of a form that came with the product."""
    card = next(one for one in consent.queries.forms_here() if one.slug == slug)
    newest = next(one for one in card.newest if one.language == "en")
    return consent.actions.begin_version(actor=actor, version_id=newest.id, language="en")
