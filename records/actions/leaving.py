"""What of notes leaves with one member: composed for a recipient, or for their own copy (DESIGN 7).

Another member's part is never even fetched here.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
import consent.actions
from clients import queries as clients
from clients.domain import CaseKind
from counselling import vault
from counselling.access import Permission, require
from counselling.db import among
from counselling.errors import NotThere
from records.actions.about import about_row
from records.actions.amendments_shown import amendments_under, holders_of_words
from records.actions.parts import holders_of, parts_of, rows_of, shown_parts
from records.actions.shown import AddendumShown
from records.domain import (
    NOTES_COMPOSED,
    AddendumKind,
    Attendance,
    decide_leaves,
    has_roster,
)
from records.models import Addendum, Note
from records.queries import concerned, rosters

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from clients.queries import CaseRow
    from counselling.access import Actor
    from records.actions.amendments_shown import AmendmentShown
    from records.actions.shown import PartShown
    from records.domain import Leaves
    from records.models import NotePart


@dataclasses.dataclass(frozen=True, slots=True)
class LeavingNote:
    """A note as it leaves with one member; what does not leave is not in it."""

    id: UUID
    author: UUID
    session_at: datetime.datetime
    session_ends_at: datetime.datetime
    modality: str
    attendance: str
    written_at: datetime.datetime
    signed_at: datetime.datetime
    leaves: Leaves
    # the part about everybody, or the whole record part of one person's note
    shared: str | None = dataclasses.field(repr=False)
    addenda: tuple[AddendumShown, ...]
    own: PartShown | None
    # what this client says is not right, where it was refused: it goes along
    said: tuple[AmendmentShown, ...] = ()

    @property
    def holds_nothing(self) -> bool:
        """Say whether nothing of it leaves, not even a line."""
        return self.shared is None and self.own is None and not self.leaves.told


def member_record(
    *, actor: Actor, client_id: UUID, note_ids: Iterable[UUID] | None = None, ordered: bool = False
) -> tuple[LeavingNote, ...]:
    """Give what a member's own copy holds of the notes the actor sees, oldest session first.

    All their cases together, or only the notes named; `ordered` is a court order for what is
    about everybody. For a client of an individual case it is simply their notes.
    """
    require(actor, Permission.DISCLOSE)
    clients.client_row(client_id)
    chosen = None if note_ids is None else set(note_ids)
    found: list[LeavingNote] = []
    for case in clients.cases_of(client_id):
        notes = _of_case(case.id, chosen)
        if notes:
            agreed = agreed_to_copy(actor, case, client_id)
            found += compose(
                actor, case, client_id, notes, agreed, purpose="own copy", ordered=ordered
            )
    return tuple(sorted(found, key=lambda one: (one.session_at, one.signed_at)))


def _of_case(case: UUID, chosen: set[UUID] | None) -> list[Note]:
    notes = Note.objects.filter(case_id=case).select_related("session")
    return list(notes if chosen is None else notes.filter(among("id", chosen)))


def agreed_to_copy(actor: Actor, case: CaseRow, client_id: UUID) -> frozenset[UUID]:
    """Give who agrees that this member has what is about all of them."""
    if not _needs_all(case):
        return frozenset()
    others = consent.actions.who_agreed_with(
        actor=actor, client_id=client_id, client_ids=case.present
    )
    return frozenset(others) | {client_id}


def agreed_to(actor: Actor, case: CaseRow, consent_id: UUID | None) -> frozenset[UUID]:
    """Give who has agreed to what one of them has: the same recipient, purpose and notes."""
    if consent_id is None or not _needs_all(case):
        return frozenset()
    return frozenset(
        consent.actions.who_agreed(actor=actor, consent_id=consent_id, client_ids=case.present)
    )


def words_of_others(
    actor: Actor, case: CaseRow, client_id: UUID, consent_id: UUID
) -> tuple[UUID, ...]:
    """Give the consents of the others in a couple or family that agreed to the same."""
    if not _needs_all(case):
        return ()
    agreed = consent.actions.who_agreed(actor=actor, consent_id=consent_id, client_ids=case.present)
    return tuple(sorted(one for client, one in agreed.items() if client != client_id))


def _needs_all(case: CaseRow) -> bool:
    return case.kind in {CaseKind.COUPLE, CaseKind.FAMILY}


def compose(
    actor: Actor,
    case: CaseRow,
    client_id: UUID,
    notes: list[Note],
    agreed: frozenset[UUID],
    *,
    purpose: str,
    ordered: bool = False,
) -> list[LeavingNote]:
    """Open what leaves of the notes of one case with one member, under one event for all."""
    if client_id not in case.present:
        raise NotThere("clients_case", case.id)
    several = has_roster(case.kind)
    parts = parts_of([note.id for note in notes], client_id) if several else []
    kept = rosters([note.session_id for note in notes]) if several else {}
    said_by = holders_of_words(note.id for note in notes)
    grant = audit.actions.record(
        actor=actor,
        kind=NOTES_COMPOSED,
        rows=[*(note.id for note in notes), *rows_of(parts)],
        holders=holders_of(parts),
        purpose=purpose,
        **about_row(actor, case),
    )
    own = {part.note_id: part for part in parts}
    room = _Room(case, client_id, agreed, _addenda(notes), ordered=ordered)
    found = [
        _leaving(room, note, own.get(note.id), kept.get(note.session_id, {}), grant)
        for note in notes
    ]
    return _with_words(found, client_id, grant) if said_by else found


def _with_words(notes: list[LeavingNote], member: UUID, grant: vault.Grant) -> list[LeavingNote]:
    """Put to each note what this client said of it, where it was refused (RT-04).

    What it says of a part that does not leave stays with that part.
    """
    said = amendments_under(grant, [note.id for note in notes], client=member)
    return [
        dataclasses.replace(
            note,
            said=tuple(
                one
                for one in said.get(note.id, ())
                if one.travels and (note.own if one.of_own_part else note.shared) is not None
            ),
        )
        for note in notes
    ]


@dataclasses.dataclass(frozen=True, slots=True)
class _Room:
    """For whom it is composed, who has agreed, and what stands under each note."""

    case: CaseRow
    member: UUID
    agreed: frozenset[UUID]
    addenda: Mapping[UUID, list[Addendum]]
    ordered: bool


def _leaving(
    room: _Room,
    note: Note,
    part: NotePart | None,
    kept: Mapping[UUID, Attendance],
    grant: vault.Grant,
) -> LeavingNote:
    session = note.session
    record = vault.open_text(note.record_part, grant)
    leaves = decide_leaves(
        room.case.kind,
        member=room.member,
        present={one for one, word in kept.items() if word is Attendance.ATTENDED},
        adults=concerned(room.case, kept, session.starts_at, session.ends_at),
        agreed=room.agreed,
        has_shared=bool(record.strip()),
        has_own=part is not None,
        ordered=room.ordered,
    )
    return LeavingNote(
        id=note.id,
        author=note.author_id,
        session_at=session.starts_at,
        session_ends_at=session.ends_at,
        modality=session.modality,
        attendance=session.attendance,
        written_at=note.written_at,
        signed_at=note.signed_at,
        leaves=leaves,
        shared=record if leaves.shared else None,
        addenda=_added(room.addenda.get(note.id, ()), grant) if leaves.shared else (),
        own=shown_parts([part], grant)[0] if part is not None and leaves.own else None,
    )


def _addenda(notes: Iterable[Note]) -> dict[UUID, list[Addendum]]:
    """Give what was added to notes, in the order it was signed: one question."""
    found: dict[UUID, list[Addendum]] = {}
    rows = Addendum.objects.filter(among("note_id", (note.id for note in notes)))
    for one in rows.order_by("signed_at", "id"):
        found.setdefault(one.note_id, []).append(one)
    return found


def _added(addenda: Iterable[Addendum], grant: vault.Grant) -> tuple[AddendumShown, ...]:
    return tuple(
        AddendumShown(
            AddendumKind(one.kind), one.author_id, one.signed_at, vault.open_text(one.text, grant)
        )
        for one in addenda
    )
