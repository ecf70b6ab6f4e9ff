"""A client's notes of one year, all in one act: on the page, on paper, in a file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, cast

from django.db.models.functions import ExtractYear
from django.utils import timezone

import audit.actions
import clients.actions
import clients.queries
from counselling import vault
from counselling.access import Permission, require, require_step_up
from counselling.accounts.actions import allowances
from counselling.db import now
from counselling.errors import NotThere, Refused
from records import queries
from records.actions.amendments_shown import amendments_under, holders_of_words
from records.actions.leaving import agreed_to_copy
from records.actions.notes import shown_note
from records.actions.parts import holders_of, parts_of, rows_of, shown_parts
from records.domain import (
    READING_EVENTS,
    SHARED_EXISTS,
    Attendance,
    NoteState,
    Outlet,
    decide_leaves,
    has_roster,
)
from records.models import Note

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from clients.queries import CaseRow
    from counselling.access import Actor
    from records.actions.notes import NotePage
    from records.models import Addendum


# the database knows no others as dates with a time zone
FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclasses.dataclass(frozen=True, slots=True)
class YearNote:
    """One note of a year; `told` stands for what does not leave with this client."""

    page: NotePage
    state: NoteState
    told: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class YearPage:
    """All signed notes of a client's year, in the order of their sessions."""

    client: UUID
    reference: str
    year: int
    years: tuple[int, ...]
    notes: tuple[YearNote, ...]
    names: Mapping[UUID, str] = dataclasses.field(repr=False)


def open_year(
    *, actor: Actor, client_id: UUID, year: int | None = None, outlet: Outlet = Outlet.SCREEN
) -> YearPage:
    """Open the notes of a year, the newest if none is named; one event names them all.

    Of a session of several people this client's part comes along and no other's (AC-05); what is
    printed or taken out holds of the shared part what may leave with one of them (DESIGN 7).
    Raises NotThere for a hidden client, StepUpNeeded before anything is taken out.
    """
    require(actor, Permission.READ_NOTE)
    _ask(actor, outlet)
    row = clients.queries.client_row(client_id)
    cases = {row.id: row for row in clients.queries.cases_of(client_id)}
    of_client = Note.objects.filter(case_id__in=cases)
    years = _years(of_client)
    of_year = year or max(years, default=timezone.localtime(now()).year)
    notes = list(_of_year(of_client, of_year))
    shown = _opened(actor, client_id, notes, cases, outlet)
    return YearPage(client_id, row.reference, of_year, years, *shown)


def open_paper(*, actor: Actor, note_id: UUID, outlet: Outlet) -> YearPage:
    """Open one note to print it or to take it out, as a year that holds nothing else.

    Raises NotThere for a hidden note, Refused for one of several people: on paper each has their
    own; StepUpNeeded before it is taken out.
    """
    require(actor, Permission.READ_NOTE)
    _ask(actor, outlet)
    notes = list(_with_all(Note.objects.filter(id=note_id)))
    if not notes:
        raise NotThere("records_note", note_id)
    cases = clients.queries.cases_by_id([notes[0].case_id])
    case = cases.get(notes[0].case_id)
    if case is None:  # it only waits for a judgement
        raise NotThere("records_note", note_id)
    if has_roster(case.kind) or not case.present:
        raise Refused(
            "of-a-member",
            "A note of several people is printed from each person's own year.",
            case=case.id,
        )
    shown = _opened(actor, case.present[0], notes, cases, outlet)
    year = timezone.localtime(notes[0].session.starts_at).year
    reference = clients.queries.client_row(case.present[0]).reference
    return YearPage(case.present[0], reference, year, (year,), *shown)


def _ask(actor: Actor, outlet: Outlet) -> None:
    if outlet is Outlet.EXPORT:
        require_step_up(actor, now())
    allowances.spend(
        actor, allowances.PREVIEWS if outlet is Outlet.SCREEN else allowances.DOCUMENTS
    )


def _of_year(notes: QuerySet[Note], year: int) -> QuerySet[Note]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotThere("records_note")
    found = notes.filter(session__starts_at__year=year)
    return _with_all(found).order_by("session__starts_at", "signed_at")


def _with_all(notes: QuerySet[Note]) -> QuerySet[Note]:
    return queries.with_standing(notes.select_related("session").prefetch_related("addenda"))


def _years(notes: QuerySet[Note]) -> tuple[int, ...]:
    found = notes.annotate(of_year=ExtractYear("session__starts_at"))
    return tuple(found.order_by("of_year").values_list("of_year", flat=True).distinct())


def _opened(
    actor: Actor,
    client: UUID,
    notes: list[Note],
    cases: Mapping[UUID, CaseRow],
    outlet: Outlet,
) -> tuple[tuple[YearNote, ...], Mapping[UUID, str]]:
    """Open them under one event, in as many questions however many they are."""
    ids = [note.id for note in notes]
    parts = parts_of(ids, client)
    said_by = holders_of_words(ids)
    about = {note.case_id for note in notes}
    grant = audit.actions.record(
        actor=actor,
        kind=READING_EVENTS[outlet],
        client=client,
        clients=_concerned(client, about, cases),
        case=next(iter(about)) if len(about) == 1 else None,
        rows=[row for note in notes for row in (note.id, *(one.id for one in note.addenda.all()))]
        + rows_of(parts),
        holders=[*map(vault.holders.case, about), *holders_of(parts), *said_by],
        purpose=outlet.value,
        relation=clients.queries.relation_to_client(actor, client),
    )
    said = amendments_under(grant, ids, client=client) if said_by else {}
    own = {one.note: one for one in shown_parts(parts, grant)}
    names = clients.actions.names_under(grant, [client])
    pages = [
        dataclasses.replace(
            shown_note(note, cases[note.case_id], grant, addenda=_in_order(note), names=names),
            parts=(own[note.id],) if note.id in own else (),
            amendments=said.get(note.id, ()),
        )
        for note in notes
    ]
    going = [
        YearNote(page, queries.state_of(note)) for page, note in zip(pages, notes, strict=True)
    ]
    return (tuple(going) if outlet is Outlet.SCREEN else _leaving(actor, client, going)), names


def _concerned(client: UUID, cases: Collection[UUID], rows: Mapping[UUID, CaseRow]) -> list[UUID]:
    """Name whom the event is about: what was shared in a case is about everybody in it."""
    return sorted({client, *(one for case in cases for one in rows[case].present)})


def _in_order(note: Note) -> list[Addendum]:
    return sorted(note.addenda.all(), key=lambda one: (one.signed_at, one.id))


def _leaving(actor: Actor, client: UUID, notes: list[YearNote]) -> tuple[YearNote, ...]:
    """Take out what may not leave with this one person: a shared part, or a note not theirs."""
    several = [one.page for one in notes if has_roster(one.page.case.kind)]
    places = queries.rosters([one.session for one in several]) if several else {}
    # who may not share asks nobody's consent, and has nobody's
    asked = {one.case.id: _case(one) for one in several} if actor.may(Permission.DISCLOSE) else {}
    agreed = {case.id: agreed_to_copy(actor, case, client) for case in asked.values()}
    going = (
        _left(
            client,
            _said(one),
            places.get(one.page.session, {}),
            agreed.get(one.page.case.id, frozenset()),
        )
        for one in notes
    )
    return tuple(one for one in going if one is not None)


def _case(page: NotePage) -> CaseRow:
    """Give the case of a page that is printed: it is seen, or there would be no such page."""
    return cast("CaseRow", page.case)


def _said(one: YearNote) -> YearNote:
    """Keep of what clients said of a note what goes wherever it goes."""
    travels = tuple(said for said in one.page.amendments if said.travels)
    return dataclasses.replace(one, page=dataclasses.replace(one.page, amendments=travels))


def _left(
    client: UUID, one: YearNote, kept: Mapping[UUID, Attendance], agreed: frozenset[UUID]
) -> YearNote | None:
    page = one.page
    concerned = queries.concerned(_case(page), kept, page.session_at, page.session_ends_at)
    came = {who for who, how in kept.items() if how is Attendance.ATTENDED}
    leaves = decide_leaves(
        page.case.kind,
        member=client,
        present=came,
        adults=concerned,
        agreed=agreed,
        has_shared=bool(page.record_part.strip()),
        has_own=bool(page.parts),
    )
    if not (leaves.shared or leaves.own or leaves.told):
        return None
    if leaves.shared:
        return one
    return dataclasses.replace(
        one, page=_without_shared(page), told=SHARED_EXISTS if leaves.told else ""
    )


def _without_shared(page: NotePage) -> NotePage:
    """Take out what is about everybody: the part, what was said of it, and the line about risk."""
    own = tuple(one for one in page.amendments if one.of_own_part)
    return dataclasses.replace(page, record_part="", addenda=(), amendments=own, risk="")
