"""Sign a draft: from here nobody changes a word of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
from counselling import vault
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Stale
from records.access import signs_as_trainee
from records.actions.about import about_case, stored
from records.actions.parts import draft_parts, holders_of, opened_parts, sign_parts
from records.domain import (
    DRAFT_OPENED,
    NOTE_SIGNED,
    Attendance,
    NoteMove,
    NoteState,
    Risk,
    decide_state,
    state_of_draft,
)
from records.models import Draft, Note, ProcessNote

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from records.models import NotePart


@dataclasses.dataclass(frozen=True, slots=True)
class Missing:
    """What a locked draft never said, said at last; what it does say stays as it is."""

    record_part: str = dataclasses.field(default="", repr=False)
    risk: Risk | None = None


def sign_draft(
    *, actor: Actor, session_id: UUID, version: int, missing: Missing | None = None
) -> UUID:
    """Make the actor's draft final; gives the note's id. From here nobody changes a word of it.

    `missing` fills what a locked draft left empty, and nothing else. Raises NotThere without a
    draft, Stale when it was saved since `version`, Invalid when the record part is empty or the
    risk line has no answer.
    """
    require(actor, Permission.WRITE_NOTE)
    drafts = Draft.objects.select_for_update().select_related("session")
    draft = drafts.filter(session_id=session_id, author_id=actor.id).first()
    if draft is None:
        raise NotThere("records_draft")
    if draft.version != version:
        raise Stale
    record_part, process_part, risk, parts = _opened(actor, draft)
    state = state_of_draft(draft.begun_at, now())
    if missing is not None and state is NoteState.LOCKED:
        record_part = record_part if record_part.strip() else missing.record_part
        risk = risk or missing.risk or ""
    _check_complete(draft, record_part or "".join(parts.values()), process_part, risk)
    note = _note(actor, draft, state, record_part, risk)
    process = _process_note(note, process_part) if process_part.strip() else None
    signed = sign_parts(note, parts)
    draft.parts.all().delete()
    draft.delete()
    _record_signing(actor, note, process, signed)
    return note.id


def _opened(actor: Actor, draft: Draft) -> tuple[str, str, str, dict[UUID, str]]:
    parts = draft_parts(draft)
    grant = audit.actions.record(
        actor=actor,
        kind=DRAFT_OPENED,
        about=("draft", draft.id),
        holders=[vault.holders.author(draft.case_id, actor.id), *holders_of(parts)],
        purpose="signing",
        **about_case(actor, draft.case_id),
    )
    return (
        vault.open_text(draft.record_part, grant),
        vault.open_text(draft.process_part, grant),
        vault.open_text(draft.risk, grant),
        opened_parts(parts, grant),
    )


def _check_complete(draft: Draft, record: str, process_part: str, risk: str) -> None:
    """Refuse what is not a note yet; who led beside may write for themselves alone."""
    beside = draft.session.person_id != draft.author_id
    if not (record + process_part if beside else record).strip():
        raise Invalid("The record part is empty. Write it before you sign.", "record_part")
    if draft.session.attendance == Attendance.EXPECTED and not beside:
        raise Invalid("Say whether the session took place.", "attendance")
    if not risk:
        raise Invalid("Choose what applies to risk today.", "risk")


def _note(actor: Actor, draft: Draft, was: NoteState, record_part: str, risk: str) -> Note:
    move = NoteMove.SIGN_AS_TRAINEE if signs_as_trainee(actor) else NoteMove.SIGN
    state = decide_state(was, move)
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


def _record_signing(
    actor: Actor, note: Note, process: ProcessNote | None, parts: list[NotePart]
) -> None:
    beside: list[ProcessNote | NotePart] = [*([] if process is None else [process]), *parts]
    sealed = stored(note, "record_part", "risk")
    for row in beside:
        sealed |= stored(row, "text")
    audit.actions.record(
        actor=actor,
        kind=NOTE_SIGNED,
        about=("note", note.id),
        rows=[row.id for row in beside],
        sealed=sealed,
        detail={"awaits_co_signature": note.needs_co_signature},
        **about_case(actor, note.case_id),
    )
