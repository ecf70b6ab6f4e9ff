"""Forms of the fictional practice: a newer agreement, one that waits, one that is being written."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

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
    friend = "May somebody you trust join us once?"
    story.tell(story.at(-1, "08:10"), "jo", _agreement, "form.agreement")
    story.tell(story.at(-1, "08:40"), "jo", lambda jo: _hand_in(jo, ids["form.agreement"]))
    story.tell(story.at(-1, "18:05"), "priya", lambda priya: _approve(priya, ids["form.agreement"]))
    story.tell(story.at(-1, "18:20"), "jo", _observer, "form.observer")
    story.tell(story.at(-1, "18:30"), "jo", lambda jo: _hand_in(jo, ids["form.observer"]))
    story.tell(
        story.at(-1, "18:40"),
        "jo",
        lambda jo: consent.actions.begin_form(
            actor=jo, title=friend, kind=FormKind.OTHER, language="en"
        ),
        "form.friend",
    )


def _agreement(actor: Actor) -> UUID:
    """Say in the agreement what happens when somebody falls ill."""
    draft, source = _begun(actor, AGREEMENT)
    text = source.text.replace("\n\n## Your right", f"{SICK}\n\n## Your right", 1)
    line = Line("If you are ill", "Call us; it costs nothing")
    return _kept(actor, draft, text=text, in_short=(*source.in_short, line))


def _observer(actor: Actor) -> UUID:
    """Say who will sit in."""
    draft, source = _begun(actor, OBSERVER)
    line = Line("Who it is", "We tell you the name the week before")
    return _kept(actor, draft, in_short=(*source.in_short, line))


def _begun(actor: Actor, slug: str) -> tuple[UUID, FormSource]:
    """Begin the next English version of a form that came with the product."""
    card = next(one for one in consent.queries.forms_here() if one.slug == slug)
    newest = next(one for one in card.newest if one.language == "en")
    draft = consent.actions.begin_version(actor=actor, version_id=newest.id, language="en")
    return draft, consent.queries.draft_row(draft).source


def _kept(actor: Actor, draft: UUID, **changes: Any) -> UUID:
    row = consent.queries.draft_row(draft)
    consent.actions.save_form(
        actor=actor,
        draft_id=draft,
        source=dataclasses.replace(row.source, **changes),
        revision=row.revision,
    )
    return draft


def _hand_in(actor: Actor, draft: UUID) -> None:
    revision = consent.queries.draft_row(draft).revision
    consent.actions.hand_in_form(actor=actor, draft_id=draft, revision=revision)


def _approve(actor: Actor, draft: UUID) -> UUID:
    sha256 = consent.queries.draft_row(draft).sha256
    return consent.actions.approve_form(actor=actor, draft_id=draft, sha256=sha256)
