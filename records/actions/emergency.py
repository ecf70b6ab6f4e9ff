"""Read the notes and plans of a file that was opened in an emergency; nothing is written here.

Each act enters the emergency for itself: outside such an act these rows are not there. Row security
leaves out the part for its author alone, and of several people everybody else's part.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import audit.actions
import clients.actions
import clients.queries
from counselling.access import Permission, require
from counselling.errors import NotThere
from records.actions.dangers import dangers_under
from records.actions.notes import shown_note
from records.actions.parts import parts_of, rows_of, shown_parts
from records.actions.plans import plans_under
from records.domain import NOTE_OPENED, has_roster
from records.domain.events import FILE_READ_IN_EMERGENCY
from records.models import Note
from records.queries import notes_of_cases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from counselling.access import Actor
    from records.actions.dangers_shown import DangerPage
    from records.actions.notes import NotePage
    from records.actions.plans import PlanShown
    from records.queries import NoteRow

_EMERGENCY: Final = "emergency"


@dataclasses.dataclass(frozen=True, slots=True)
class EmergencyRecord:
    """What helps first: plans and dangers, open; and which notes there are."""

    notes: Sequence[NoteRow]
    plans: Sequence[PlanShown] = dataclasses.field(repr=False)
    dangers: Sequence[DangerPage] = dataclasses.field(repr=False)


def open_record_in_emergency(*, actor: Actor, access_id: UUID) -> EmergencyRecord:
    """Open safety plans and dangers of the one client, and list the signed notes.

    Raises NotThere once the hour is over.
    """
    require(actor, Permission.USE_EMERGENCY)
    row = clients.queries.enter_emergency(actor, access_id)
    cases = [one.id for one in clients.queries.cases_of(row.client)]
    grant = audit.actions.record(
        actor=actor,
        kind=FILE_READ_IN_EMERGENCY,
        client=row.client,
        about=("clients_emergencyaccess", access_id),
        rows=cases,
        relation=_EMERGENCY,
        purpose=_EMERGENCY,
    )
    return EmergencyRecord(
        notes=notes_of_cases(cases),
        plans=plans_under(grant, row.client),
        dangers=dangers_under(grant, row.client),
    )


def open_note_in_emergency(*, actor: Actor, access_id: UUID, note_id: UUID) -> NotePage:
    """Open the record part of one signed note, with what stands under it and the client's own part.

    The event names this client only: whoever else is in the case is not told that there was an
    emergency. Raises NotThere for a note of nobody's or of another client's, and after the hour.
    """
    require(actor, Permission.USE_EMERGENCY)
    row = clients.queries.enter_emergency(actor, access_id)
    cases = {one.id: one for one in clients.queries.cases_of(row.client)}
    found = Note.objects.select_related("session").filter(id=note_id, case_id__in=list(cases))
    note = found.first()
    if note is None:
        raise NotThere("records_note", note_id)
    case = cases[note.case_id]
    parts = parts_of([note.id], row.client) if has_roster(case.kind) else []
    addenda = list(note.addenda.order_by("signed_at"))
    grant = audit.actions.record(
        actor=actor,
        kind=NOTE_OPENED,
        client=row.client,
        case=case.id,
        about=("note", note.id),
        rows=[*(one.id for one in addenda), *rows_of(parts)],
        relation=_EMERGENCY,
        purpose=_EMERGENCY,
    )
    names = clients.actions.names_under(grant, [row.client])
    page = shown_note(note, case, grant, addenda=addenda, names=names)
    return dataclasses.replace(page, parts=shown_parts(parts, grant))
