"""Sign a draft: from here nobody changes a word of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
from counselling import vault
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Stale
from records.access import signs_as_trainee
from records.actions.about import about_case, stored
from records.domain import (
    DRAFT_OPENED,
    NOTE_SIGNED,
    Attendance,
    NoteMove,
    NoteState,
    Risk,
    decide_state,
)
from records.models import Draft, Note, ProcessNote

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


def sign_draft(*, actor: Actor, session_id: UUID, version: int) -> UUID:
    """Make the actor's draft final; gives the note's id. From here nobody changes a word of it.

    Raises NotThere without a draft, Stale when it was saved since `version`, Invalid when the
    record part is empty or the risk line has no answer.
    """
    require(actor, Permission.WRITE_NOTE)
    drafts = Draft.objects.select_for_update().select_related("session")
    draft = drafts.filter(session_id=session_id, author_id=actor.id).first()
    if draft is None:
        raise NotThere("records_draft")
    if draft.version != version:
        raise Stale
    record_part, process_part, risk = _opened(actor, draft)
    _check_complete(draft, record_part, risk)
    note = _note(actor, draft, record_part, risk)
    process = _process_note(note, process_part) if process_part.strip() else None
    draft.delete()
    _record_signing(actor, note, process)
    return note.id


def _opened(actor: Actor, draft: Draft) -> tuple[str, str, str]:
    grant = audit.actions.record(
        actor=actor,
        kind=DRAFT_OPENED,
        about=("draft", draft.id),
        holders=[vault.holders.author(draft.case_id, actor.id)],
        purpose="signing",
        **about_case(actor, draft.case_id),
    )
    return (
        vault.open_text(draft.record_part, grant),
        vault.open_text(draft.process_part, grant),
        vault.open_text(draft.risk, grant),
    )


def _check_complete(draft: Draft, record_part: str, risk: str) -> None:
    if not record_part.strip():
        raise Invalid("The record part is empty. Write it before you sign.", "record_part")
    if draft.session.attendance == Attendance.EXPECTED:
        raise Invalid("Say whether the session took place.", "attendance")
    if not risk:
        raise Invalid("Choose what applies to risk today.", "risk")


def _note(actor: Actor, draft: Draft, record_part: str, risk: str) -> Note:
    move = NoteMove.SIGN_AS_TRAINEE if signs_as_trainee(actor) else NoteMove.SIGN
    state = decide_state(NoteState.DRAFT, move)
    note = Note(
        session_id=draft.session_id,
        case_id=draft.case_id,
        author_id=actor.id,
        structure=draft.structure,
        risk=Risk(risk),
        record_part=record_part,
        needs_co_signature=state is NoteState.AWAITING,
        written_at=draft.begun_at,
        signed_at=now(),
    )
    note.save(force_insert=True)
    return note


def _process_note(note: Note, text: str) -> ProcessNote:
    process = ProcessNote(
        note_id=note.id,
        case_id=note.case_id,
        author_id=note.author_id,
        text=text,
        signed_at=note.signed_at,
    )
    process.save(force_insert=True)
    return process


def _record_signing(actor: Actor, note: Note, process: ProcessNote | None) -> None:
    sealed = stored(note, "record_part", "risk")
    if process is not None:
        sealed |= stored(process, "text")
    audit.actions.record(
        actor=actor,
        kind=NOTE_SIGNED,
        about=("note", note.id),
        rows=[] if process is None else [process.id],
        sealed=sealed,
        detail={"awaits_co_signature": note.needs_co_signature},
        **about_case(actor, note.case_id),
    )
