"""Who was in a session: its roster, who led it too, and whom what was shared in it is about."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import clients.queries
from counselling.db import among
from counselling.errors import NotThere
from records.domain import Attendance, has_roster, without_names
from records.models import CoLeader, DraftPart, Note, NotePart, SessionMember
from records.queries.notes import notes_of_cases

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from clients.queries import CaseRow
    from counselling.access import Actor
    from records.queries.notes import NoteRow


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A client on the roster of a session."""

    client: UUID
    attendance: Attendance


@dataclasses.dataclass(frozen=True, slots=True)
class Together:
    """What an editor asks of a session of several people; `beside` for who led it too.

    For a case of one person there is no roster, and no kind that asks for anything.
    """

    kind: str = ""
    places: tuple[Place, ...] = ()
    beside: bool = False


def together(
    actor: Actor, *, session: UUID, case: UUID, person: UUID, ends_at: datetime.datetime
) -> Together:
    """Give the roster to who holds a session; who has left the case keeps what they began."""
    if person != actor.id:
        return Together(beside=True)
    row = clients.queries.cases_by_id([case]).get(case)
    if row is None:
        return Together(places=_begun(actor, session))
    return Together(row.kind, roster(row, session, ends_at))


def _begun(actor: Actor, session: UUID) -> tuple[Place, ...]:
    found = DraftPart.objects.filter(draft__session_id=session, author_id=actor.id)
    ids = found.order_by("id").values_list("client_id", flat=True)
    return tuple(Place(one, Attendance.EXPECTED) for one in ids)


def roster(case: CaseRow, session: UUID, ends_at: datetime.datetime) -> tuple[Place, ...]:
    """Give who is on the roster: who was when it was logged, and who came into the case since.

    Nobody for a case of one person.
    """
    if not has_roster(case.kind):
        return ()
    kept = rosters([session]).get(session, {})
    fresh = [
        one.client
        for one in case.members
        if one.client not in kept and one.until is None and (not kept or one.since <= ends_at)
    ]
    places = {**kept, **dict.fromkeys(fresh, Attendance.EXPECTED)}
    return tuple(Place(client, came) for client, came in places.items())


def rosters(sessions: Iterable[UUID]) -> dict[UUID, dict[UUID, Attendance]]:
    """Give the rosters of several sessions, as they were kept: one question."""
    found: dict[UUID, dict[UUID, Attendance]] = {}
    rows = SessionMember.objects.filter(among("session_id", sessions)).order_by("id")
    for row in rows:
        found.setdefault(row.session_id, {})[row.client_id] = Attendance(row.attendance)
    return found


def co_leaders(session: UUID) -> tuple[UUID, ...]:
    """Give who led a session beside the one who holds it, those first who were added first."""
    found = CoLeader.objects.filter(session_id=session).order_by("added_at", "id")
    return tuple(found.values_list("person_id", flat=True))


def notes_of_session(session: UUID) -> dict[UUID, UUID]:
    """Give the signed notes about a session, each with its author."""
    found = Note.objects.filter(session_id=session).order_by("signed_at", "id")
    return dict(found.values_list("id", "author_id"))


def notes_holding(client_id: UUID, cases: Iterable[CaseRow]) -> list[NoteRow]:
    """List the notes of cases that hold something of a client, newest first.

    Of a group that is what is about a session they were in, or a part of theirs.
    """
    kinds = {case.id: case for case in cases}
    rows = notes_of_cases(kinds)
    groups = [row for row in rows if without_names(kinds[row.case].kind)]
    if not groups:
        return rows
    kept = rosters(row.session for row in groups)
    own = set(
        NotePart.objects.filter(
            client_id=client_id, note_id__in=[row.id for row in groups]
        ).values_list("note_id", flat=True)
    )
    there = {one for one, places in kept.items() if places.get(client_id) == Attendance.ATTENDED}
    away = {row.id for row in groups if row.session not in there and row.id not in own}
    return [row for row in rows if row.id not in away]


@dataclasses.dataclass(frozen=True, slots=True)
class PartRow:
    """One member's part of a signed note, as far as nothing is opened."""

    id: UUID
    note: UUID
    client: UUID


def part_row(part_id: UUID) -> PartRow:
    """Give a part; raises NotThere for a hidden one and for none alike."""
    found = NotePart.objects.filter(id=part_id).first()
    if found is None:
        raise NotThere("records_note_part", part_id)
    return PartRow(found.id, found.note_id, found.client_id)


def concerned(
    case: CaseRow,
    kept: Mapping[UUID, Attendance],
    since: datetime.datetime,
    until: datetime.datetime,
) -> frozenset[UUID]:
    """Give everybody whom what was shared in a session is about: on its roster, or in the case."""
    then = {
        one.client
        for one in case.members
        if one.since < until and (one.until is None or one.until > since)
    }
    return frozenset(then | set(kept))
