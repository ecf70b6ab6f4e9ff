"""Approve what somebody else wrote, which publishes it; give it back; choose what is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import audit.actions
from consent.actions.writing import locked_draft, recorded, require_translation
from consent.domain import form_events as events
from consent.domain.codec import decode
from consent.domain.documents import text_sha256
from consent.domain.elements import what_is_missing
from consent.domain.form_source import FormSource
from consent.domain.writing import DraftState, decide_approval, require_draft_move
from consent.models import Form, FormApproval, FormVersion
from consent.queries.writing import others_could_approve
from counselling import db
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere, Refused, Stale

if TYPE_CHECKING:
    from uuid import UUID

    from consent.models import FormDraft
    from counselling.access import Actor

LONGEST_WORDS: Final = 2000


def approve_form(*, actor: Actor, draft_id: UUID, sha256: str) -> UUID:
    """Approve exactly the words that were shown and publish them; gives the version.

    Nobody approves what they wrote, unless nobody else could: then it has waited 72 hours, and
    is shown as done by one person.
    """
    require(actor, Permission.APPROVE_FORM)
    draft = locked_draft(draft_id)
    require_draft_move(DraftState(draft.state), DraftState.PUBLISHED)
    if draft.sha256 != sha256:
        raise Stale
    alone = _decided(actor, draft)
    source = decode(FormSource, draft.source)
    _still_fits(draft, source)
    FormApproval.objects.create(
        draft=draft, sha256=draft.sha256, by=actor.id, at=db.now(), alone=alone
    )
    made = _published(draft, source)
    draft.state, draft.ended_at = DraftState.PUBLISHED, db.now()
    draft.save(update_fields=["state", "ended_at"])
    recorded(actor, draft, events.FORM_PUBLISHED, text=draft.sha256, alone=alone)
    return made.pk


def _decided(actor: Actor, draft: FormDraft) -> bool:
    assert draft.handed_in_at is not None  # noqa: S101 a constraint of the table
    return decide_approval(
        by=actor.id,
        writers=draft.writers,
        others=others_could_approve(draft.writers),
        handed_in_at=draft.handed_in_at,
        at=db.now(),
    )


def _still_fits(draft: FormDraft, source: FormSource) -> None:
    """Refuse what a newer library or a newer rule has overtaken since it was handed in."""
    if what_is_missing(source):
        raise Refused(
            "form-lacks", "This form lacks something that is asked for now. Give it back."
        )
    try:
        require_translation(draft, source)
    except Invalid as apart:
        raise Refused("form-apart", f"{apart.message} Give it back.") from apart
    same = {"form_id": draft.form_id, "language": draft.language, "number": source.edition}
    if FormVersion.objects.filter(**same).exists():
        raise Refused("form-overtaken", "Another version was published meanwhile. Give it back.")


def _published(draft: FormDraft, source: FormSource) -> FormVersion:
    return FormVersion.objects.create(
        id=db.uuid7(db.given_clock()),
        form_id=draft.form_id,
        number=source.edition,
        language=source.language,
        title=source.title,
        text=source.text,
        clauses=draft.source["clauses"],
        in_short=draft.source["in_short"],
        source=draft.source,
        sha256=draft.sha256,
        published_at=db.now(),
        draft=draft,
    )


def give_form_back(*, actor: Actor, draft_id: UUID, words: str) -> None:
    """Give a form back to be written further, with a word of what is not right yet."""
    require(actor, Permission.APPROVE_FORM)
    said = words.strip()
    if not said or len(said) > LONGEST_WORDS:
        raise Invalid("Say what is not right yet.", "words")
    draft = locked_draft(draft_id)
    require_draft_move(DraftState(draft.state), DraftState.WRITING)
    draft.state, draft.given_back = DraftState.WRITING, said
    draft.save(update_fields=["state", "given_back"])
    recorded(actor, draft, events.FORM_GIVEN_BACK, words=text_sha256(said))


def offer_form(*, actor: Actor, form_id: UUID, offered: bool) -> None:
    """Choose whether clients are asked for a form here; what was signed stays as it is."""
    require(actor, Permission.MANAGE_FORMS)
    form = Form.objects.select_for_update().filter(pk=form_id).first()
    if form is None:
        raise NotThere("consent_form", form_id)
    if offered and not form.versions.exists():
        raise Refused("form-unpublished", "Nothing of this form is published yet.")
    form.offered, form.offered_at, form.offered_by = offered, db.now(), actor.id
    form.save(update_fields=["offered", "offered_at", "offered_by"])
    audit.actions.record(
        actor=actor,
        kind=events.FORM_OFFERED,
        about=("consent_form", form_id),
        detail={"offered": offered},
    )
