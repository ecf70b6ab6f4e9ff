"""Notes of supervision: about a supervisee's work, kept apart from every client's record."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
from counselling import vault
from counselling.access import Permission, require
from counselling.accounts import queries as accounts
from counselling.db import now
from counselling.errors import Invalid, NotThere, Stale
from records.access import reading_supervision
from records.actions.about import stored
from records.actions.beginning import keep_first
from records.domain import AUTOSAVE_EVENT_EVERY, LONGEST_NOTE
from records.domain.supervision import (
    SUPERVISION_BEGUN,
    SUPERVISION_OPENED,
    SUPERVISION_SAVED,
    SUPERVISION_SIGNED,
    SUPERVISION_WRITTEN_ON,
)
from records.models import SupervisionDraft, SupervisionNote

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class SupervisionDraftPage:
    """What a supervisor is writing about a supervisee, opened."""

    supervisee: UUID
    version: int
    text: str = dataclasses.field(repr=False)
    saved_at: datetime.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class SupervisionNotePage:
    """A signed note of supervision, opened."""

    id: UUID
    supervisor: UUID
    supervisee: UUID
    text: str = dataclasses.field(repr=False)
    shared: bool
    signed_at: datetime.datetime


def open_supervision_draft(*, actor: Actor, supervisee_id: UUID) -> SupervisionDraftPage:
    """Open what the actor is writing about a supervisee; an empty page of version 0 if nothing.

    Raises NotThere for somebody the actor does not supervise and is not writing about.
    """
    require(actor, Permission.SUPERVISE)
    draft = _draft(actor, supervisee_id)
    grant = audit.actions.record(
        actor=actor,
        kind=SUPERVISION_WRITTEN_ON,
        about=None if draft is None else ("supervision_draft", draft.id),
        holders=[vault.holders.staff(actor.id)],
        detail={"supervisee": str(supervisee_id)},
    )
    if draft is None:
        return SupervisionDraftPage(supervisee_id, 0, "", None)
    text = vault.open_text(draft.text, grant)
    return SupervisionDraftPage(supervisee_id, draft.version, text, draft.saved_at)


def save_supervision_draft(
    *,
    actor: Actor,
    supervisee_id: UUID,
    version: int,
    text: str,
    tab: str = "",
    leaving: bool = False,
) -> tuple[int, datetime.datetime]:
    """Seal what was typed; gives the new version and the instant it is safe from.

    Leaves an event when begun, then at most once a minute, and on leaving. Raises NotThere for
    somebody else's supervisee, Stale when another tab saved since, Invalid when too long.
    """
    require(actor, Permission.SUPERVISE)
    if len(text) > LONGEST_NOTE:
        raise Invalid(f"A note holds at most {LONGEST_NOTE:,} characters.", "text")
    draft = _draft(actor, supervisee_id)
    if draft is None:
        if version:
            raise Stale
        return _begin(actor, supervisee_id, text, tab)
    if draft.version != version and not (tab and draft.tab == tab):
        raise Stale
    draft.text, draft.tab, draft.saved_at = text, tab, now()
    draft.version += 1
    tells = leaving or abs(draft.saved_at - draft.event_at) >= AUTOSAVE_EVENT_EVERY
    if tells:
        draft.event_at = draft.saved_at
    draft.save(update_fields=["text", "tab", "version", "saved_at", "event_at"])
    if tells:
        _record(actor, draft, SUPERVISION_SAVED)
    return draft.version, draft.saved_at


def sign_supervision_note(*, actor: Actor, supervisee_id: UUID, version: int, shared: bool) -> UUID:
    """Make it final; `shared` says whether the supervisee reads it too. Gives the note's id.

    Raises NotThere without a draft, Stale when it was saved since `version`, Invalid when empty.
    """
    require(actor, Permission.SUPERVISE)
    draft = _draft(actor, supervisee_id)
    if draft is None:
        raise NotThere("records_supervision_draft")
    if draft.version != version:
        raise Stale
    text = vault.open_text(draft.text, _record(actor, draft, SUPERVISION_WRITTEN_ON))
    if not text.strip():
        raise Invalid("There is nothing written yet.", "text")
    note = SupervisionNote(
        supervisor_id=actor.id,
        supervisee_id=supervisee_id,
        text=text,
        shared=shared,
        written_at=draft.begun_at,
        signed_at=now(),
    )
    note.save(force_insert=True)
    draft.delete()
    _record(actor, note, SUPERVISION_SIGNED, shared=shared)
    return note.id


def open_supervision_note(*, actor: Actor, supervision_note_id: UUID) -> SupervisionNotePage:
    """Open a signed note of supervision: one's own, or one about oneself that was shared.

    Raises NotThere for a note that is hidden or none.
    """
    require(actor, reading_supervision(actor))
    note = SupervisionNote.objects.filter(id=supervision_note_id).first()
    if note is None:
        raise NotThere("records_supervision_note", supervision_note_id)
    grant = audit.actions.record(
        actor=actor,
        kind=SUPERVISION_OPENED,
        about=("supervision_note", note.id),
        holders=[vault.holders.staff(note.supervisor_id)],
        detail={"supervisee": str(note.supervisee_id), "supervisor": str(note.supervisor_id)},
    )
    text = vault.open_text(note.text, grant)
    return SupervisionNotePage(
        note.id, note.supervisor_id, note.supervisee_id, text, note.shared, note.signed_at
    )


def _draft(actor: Actor, supervisee_id: UUID) -> SupervisionDraft | None:
    """Give what is begun; without it only supervision now lets somebody begin."""
    drafts = SupervisionDraft.objects.select_for_update()
    draft = drafts.filter(supervisor_id=actor.id, supervisee_id=supervisee_id).first()
    if draft is None and supervisee_id not in {one.id for one in accounts.supervisees(actor)}:
        raise NotThere("accounts_account", supervisee_id)
    return draft


def _begin(actor: Actor, supervisee_id: UUID, text: str, tab: str) -> tuple[int, datetime.datetime]:
    at = now()
    draft = SupervisionDraft(
        supervisor_id=actor.id,
        supervisee_id=supervisee_id,
        text=text,
        tab=tab,
        begun_at=at,
        saved_at=at,
        event_at=at,
    )
    keep_first(draft)
    _record(actor, draft, SUPERVISION_BEGUN)
    return draft.version, at


def _record(
    actor: Actor, row: SupervisionDraft | SupervisionNote, kind: EventKind, **detail: bool
) -> vault.Grant:
    # about a colleague and no client: ids only, and no case
    return audit.actions.record(
        actor=actor,
        kind=kind,
        about=(row._meta.db_table.removeprefix("records_"), row.id),
        holders=[vault.holders.staff(actor.id)],
        sealed=stored(row, "text"),
        detail={"supervisee": str(row.supervisee_id), **detail},
    )
