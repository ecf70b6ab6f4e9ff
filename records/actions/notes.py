"""Read a signed note, and add to what never changes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
import clients.actions
import clients.queries
from counselling import vault
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused
from records.access import may_add_to
from records.actions.about import about_left, about_note, about_row, people_of, stored
from records.actions.amendments_shown import amendments_under, holders_of_words
from records.actions.parts import holders_of, parts_of, rows_of, shown_parts
from records.actions.shown import AddendumShown
from records.domain import (
    LATENESS_WORDS,
    NOTE_ADDED_TO,
    NOTE_OPENED,
    AddendumKind,
    Lateness,
    has_roster,
    lateness,
)
from records.models import Addendum, Note
from records.queries import LeftNote, left_notes

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from clients.queries import CaseRow
    from counselling.access import Actor
    from records.actions.amendments_shown import AmendmentShown
    from records.actions.shown import PartShown


@dataclasses.dataclass(frozen=True, slots=True)
class NotePage:
    """A signed note, opened; `process_part` only for its author."""

    id: UUID
    session: UUID
    case: CaseRow | LeftNote
    author: UUID
    risk: str = dataclasses.field(repr=False)
    structure: str
    session_at: datetime.datetime
    session_ends_at: datetime.datetime
    modality: str
    attendance: str
    written_at: datetime.datetime
    signed_at: datetime.datetime
    lateness: Lateness
    awaits_co_signature: bool
    record_part: str = dataclasses.field(repr=False)
    process_part: str | None = dataclasses.field(repr=False)
    names: Mapping[UUID, str] = dataclasses.field(repr=False)
    addenda: tuple[AddendumShown, ...] = ()
    # of several people: a part for each, or the one of whom the page is about
    parts: tuple[PartShown, ...] = ()
    # what clients say is not right, and what became of it
    amendments: tuple[AmendmentShown, ...] = ()

    @property
    def late(self) -> str:
        """Give the word that marks it if it came late; both dates stand beside it (EN-16)."""
        return LATENESS_WORDS[self.lateness]


def open_note(
    *,
    actor: Actor,
    note_id: UUID,
    purpose: str = "care",
    of: UUID | None = None,
    to_judge: bool = False,
) -> NotePage:
    """Open a signed note with its addenda, and for its author the part for them alone.

    Of a session of several people every member's part comes along, or, where the page is `of` one
    member, theirs and no other (AC-05). `to_judge` lets through what waits for a supervisor while
    its case is hidden. Raises NotThere for a note that is hidden or none, and for somebody who
    has no part in it.
    """
    require(actor, Permission.READ_NOTE)
    note, case = _found(note_id, to_judge=to_judge)
    own = actor.id == note.author_id
    addenda = list(note.addenda.order_by("signed_at"))
    parts = parts_of([note.id], of) if has_roster(case.kind) else []
    if of is not None and of not in {*case.present, *(one.client_id for one in parts)}:
        raise NotThere("records_note", note_id)
    about = about_left(case) if isinstance(case, LeftNote) else about_row(actor, case)
    if parts:
        about["clients"] = sorted({*people_of(about), *(one.client_id for one in parts)})
    said_by = holders_of_words([note.id])
    grant = audit.actions.record(
        actor=actor,
        kind=NOTE_OPENED,
        about=("note", note.id),
        rows=[*(one.id for one in addenda), *rows_of(parts)],
        holders=[
            *holders_of(parts),
            *([vault.holders.author(note.case_id, actor.id)] if own else []),
            *said_by,
        ],
        purpose=purpose,
        **about,
    )
    process = getattr(note, "process_note", None) if own else None
    page = shown_note(
        note,
        case,
        grant,
        addenda=addenda,
        names=clients.actions.names_under(grant, people_of(about)),
    )
    return dataclasses.replace(
        page,
        process_part=None if process is None else vault.open_text(process.text, grant),
        parts=shown_parts(parts, grant),
        amendments=amendments_under(grant, [note.id], client=of).get(note.id, ())
        if said_by
        else (),
    )


def _found(note_id: UUID, *, to_judge: bool) -> tuple[Note, CaseRow | LeftNote]:
    """Find a note with its case; without a case that is seen there is only what is to be judged."""
    # its author's own part comes along, and to nobody else: that is what its policy says
    notes = Note.objects.select_related("session", "case", "process_note").filter(id=note_id)
    if note := next(iter(notes), None):
        return note, clients.queries.case_row_of(note.case)
    left = left_notes().get(note_id) if to_judge else None
    if left is None:
        raise NotThere("records_note", note_id)
    return Note.objects.select_related("session").get(id=note_id), left


def shown_note(
    note: Note,
    case: CaseRow | LeftNote,
    grant: vault.Grant,
    *,
    addenda: Iterable[Addendum],
    names: Mapping[UUID, str],
) -> NotePage:
    """Open the record part of a note and what stands under it; nothing for its author alone."""
    return NotePage(
        id=note.id,
        session=note.session_id,
        case=case,
        author=note.author_id,
        risk=vault.open_text(note.risk, grant),
        structure=note.structure,
        session_at=note.session.starts_at,
        session_ends_at=note.session.ends_at,
        modality=note.session.modality,
        attendance=note.session.attendance,
        written_at=note.written_at,
        signed_at=note.signed_at,
        lateness=lateness(note.session.ends_at, note.written_at, note.signed_at),
        awaits_co_signature=note.needs_co_signature,
        record_part=vault.open_text(note.record_part, grant),
        process_part=None,
        names=names,
        addenda=tuple(
            AddendumShown(
                AddendumKind(one.kind),
                one.author_id,
                one.signed_at,
                vault.open_text(one.text, grant),
            )
            for one in addenda
        ),
    )


def add_addendum(*, actor: Actor, note_id: UUID, kind: AddendumKind, text: str) -> UUID:
    """Sign a correction, a late entry or "entered in error" under a note; gives its id.

    Raises NotThere for a hidden note, Refused when not the author's to say, Invalid when empty.
    """
    require(actor, Permission.WRITE_NOTE)
    note = Note.objects.filter(id=note_id).first()
    if note is None:
        raise NotThere("records_note", note_id)
    in_error = kind is AddendumKind.ENTERED_IN_ERROR
    if not may_add_to(actor, note.author_id, in_error=in_error):
        raise Refused(
            "not-own-note",
            "Only its author may say a note was entered in error.",
            case=note.case_id,
        )
    if not text.strip():
        raise Invalid("Write what is to stand under the note.", "text")
    addendum = Addendum(
        note_id=note.id,
        case_id=note.case_id,
        author_id=actor.id,
        kind=kind,
        text=text,
        signed_at=now(),
    )
    # asked before: an answer to a return puts the note out of its author's sight
    about = about_note(actor, note.id, note.case_id)
    addendum.save(force_insert=True)
    audit.actions.record(
        actor=actor,
        kind=NOTE_ADDED_TO,
        about=("note", note.id),
        rows=[addendum.id],
        detail={"kind": str(kind)},
        sealed=stored(addendum, "text"),
        **about,
    )
    return addendum.id
