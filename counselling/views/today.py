"""Home of a working day: my sessions, and what waits for me."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

import clients.actions
import clients.queries
import consent.queries
import records.queries
from counselling import db
from counselling.access import Permission, actor_of, require
from counselling.views.waiting import Waits, waiting
from records.domain import ATTENDANCE_WORDS, MODALITY_WORDS, Attendance, Modality

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from clients.queries import CaseRow
    from records.queries import SessionRow

_WORDS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A session with the people in it, as the day shows it."""

    session: SessionRow
    people: str
    reference: str
    words: str
    is_now: bool
    is_past: bool


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Show my sessions of today, what waits for me, and what came in lately."""
    actor = actor_of(request)
    require(actor, Permission.WRITE_NOTE)
    at = db.now()
    begins = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    sessions = records.queries.sessions_between(actor, begins, begins + datetime.timedelta(days=1))
    waits = waiting(actor, at)
    notices = consent.queries.notices()
    cases = clients.queries.cases_by_id(_cases(sessions, waits))
    known = {one for row in cases.values() for one in row.present}
    known |= {one.client for one in notices} | {one.client for one in waits if one.client}
    names = clients.actions.names_for(actor=actor, client_ids=known, purpose="today")
    facts = {
        "day": begins,
        "lines": [_line(one, cases, names, at) for one in sessions],
        "waits": [(one, _whom(one, cases, names)) for one in waits],
        "notices": [(one, names.get(one.client, "")) for one in notices],
        "headline": _headline(len(sessions), _to_finish(sessions, waits, at)),
    }
    return render(request, "today.html", facts)


def _cases(sessions: list[SessionRow], waits: list[Waits]) -> set[UUID]:
    return {one.case for one in sessions} | {one.case for one in waits if one.case}


def _to_finish(sessions: list[SessionRow], waits: list[Waits], at: datetime.datetime) -> int:
    open_today = sum(one.ends_at <= at and not one.has_note for one in sessions)
    return open_today + sum(one.word == "unsigned" for one in waits)


def _line(
    one: SessionRow,
    cases: Mapping[UUID, CaseRow],
    names: Mapping[UUID, str],
    at: datetime.datetime,
) -> Line:
    case = cases[one.case]
    modality = MODALITY_WORDS[Modality(one.modality)]
    attendance = ATTENDANCE_WORDS[Attendance(one.attendance)]
    minutes = int((one.ends_at - one.starts_at).total_seconds() // 60)
    words = f"{modality}, {minutes} min."
    if one.attendance != "expected":
        words += f" {attendance}."
    return Line(
        one,
        _people(case, names),
        case.reference,
        words,
        is_now=one.starts_at <= at < one.ends_at,
        is_past=one.ends_at <= at,
    )


def _whom(one: Waits, cases: Mapping[UUID, CaseRow], names: Mapping[UUID, str]) -> str:
    """Name whom something is about, if anybody."""
    if one.client:
        return names.get(one.client, "")
    return _people(cases[one.case], names) if one.case and one.case in cases else ""


def _people(case: CaseRow, names: Mapping[UUID, str]) -> str:
    known = [names[one] for one in case.present if one in names]
    if case.kind == "group":
        return f"Group {case.reference}, {len(known)} members"
    return " and ".join(known) or f"Case {case.reference}"


def _headline(sessions: int, notes: int) -> str:
    """Say the state of the day in words."""
    held = f"{_count(sessions)} session{'' if sessions == 1 else 's'}"
    left = f"{_count(notes)} note{'' if notes == 1 else 's'} to finish"
    sentence = f"{held}, {left}" if notes else f"{held}, nothing to finish"
    return sentence[0].upper() + sentence[1:]


def _count(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)
