"""Home of a working day: my sessions, and what waits for me."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

import clients.actions
import clients.queries
import consent.queries
import records.queries
from counselling import db
from counselling.access import ActorKind, Permission, actor_of
from counselling.errors import Refused
from counselling.views.numbers import sentence, spelled
from counselling.views.waiting import waiting
from records.domain import ATTENDANCE_WORDS, MODALITY_WORDS, Attendance, Modality

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from clients.queries import CaseRow
    from counselling.access import Actor
    from counselling.views.waits import Waits
    from records.queries import SessionRow

_DAY: Final = datetime.timedelta(days=1)
_FARTHEST: Final = datetime.timedelta(days=20 * 365)
_NOT_HELD: Final = frozenset({Attendance.CANCELLED, Attendance.NO_SHOW})


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A session with the people in it, as the day shows it."""

    session: SessionRow
    people: str
    reference: str
    words: str
    is_now: bool
    is_past: bool
    is_held: bool
    # what else can be said of it by one press
    acts: tuple[tuple[str, str], ...]


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Show my sessions of today or of another day, what waits for me, and what came in lately."""
    actor = actor_of(request)
    if actor.kind is not ActorKind.STAFF:
        raise Refused("not-permitted", "This is the day of who works here.")
    at = db.now()
    begins = _day(request, at)
    writes = actor.may(Permission.WRITE_NOTE)
    sessions = records.queries.sessions_between(actor, begins, begins + _DAY) if writes else []
    waits = waiting(actor, at)
    notices = consent.queries.notices() if writes else []
    cases = clients.queries.cases_by_id(_cases(sessions, waits))
    names = _names(actor, cases.values(), waits, notices)
    lines = [_line(one, cases, names, at) for one in sessions]
    facts = {
        "day": begins,
        "is_today": begins <= at < begins + _DAY,
        "day_before": begins - _DAY,
        "day_after": begins + _DAY,
        "lines": lines,
        "writes": writes,
        "waits": [(one, _whom(one, cases, names)) for one in waits],
        "notices": [(one, names.get(one.client, "")) for one in notices],
        "headline": _headline(lines, waits) if writes else _what_waits(len(waits)),
    }
    return render(request, "today.html", facts)


def _day(request: HttpRequest, at: datetime.datetime) -> datetime.datetime:
    """Give the midnight a day begins with: today's, or that of the day asked for."""
    now = timezone.localtime(at).date()
    try:
        day = datetime.date.fromisoformat(request.GET.get("day") or f"{now}")
    except ValueError:
        raise Http404 from None
    if abs(day - now) > _FARTHEST:
        raise Http404
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _cases(sessions: list[SessionRow], waits: list[Waits]) -> set[UUID]:
    return {one.case for one in sessions} | {one.case for one in waits if one.case}


def _names(
    actor: Actor,
    cases: Iterable[CaseRow],
    waits: list[Waits],
    notices: list[consent.queries.Notice],
) -> Mapping[UUID, str]:
    known = {one for row in cases for one in row.present}
    known |= {one.client for one in notices} | {one.client for one in waits if one.client}
    if not known:  # not everybody may ask for names
        return {}
    return clients.actions.names_for(actor=actor, client_ids=known, purpose="today")


def _line(
    one: SessionRow,
    cases: Mapping[UUID, CaseRow],
    names: Mapping[UUID, str],
    at: datetime.datetime,
) -> Line:
    case = cases[one.case]
    attendance = Attendance(one.attendance)
    minutes = int((one.ends_at - one.starts_at).total_seconds() // 60)
    words = f"{MODALITY_WORDS[Modality(one.modality)]}, {minutes} min."
    if attendance is not Attendance.EXPECTED:
        words += f" {ATTENDANCE_WORDS[attendance]}."
    return Line(
        one,
        _people(case, names),
        case.reference,
        words,
        is_now=one.starts_at <= at < one.ends_at,
        is_past=one.ends_at <= at,
        is_held=attendance not in _NOT_HELD,
        acts=_acts(one, attendance, at),
    )


def _acts(
    one: SessionRow, attendance: Attendance, at: datetime.datetime
) -> tuple[tuple[str, str], ...]:
    """Give what may be said of a session by one press: before it begins, only that it is off."""
    if one.has_note:
        return ()
    begun = one.starts_at <= at
    offered = (
        (Attendance.ATTENDED, "Attended", begun),
        (Attendance.NO_SHOW, "Did not come", begun),
        (Attendance.CANCELLED, "Cancelled", True),
        (Attendance.EXPECTED, "Takes place", not begun),
    )
    return tuple((str(to), word) for to, word, fits in offered if fits and to is not attendance)


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


def _headline(lines: list[Line], waits: list[Waits]) -> str:
    """Say the state of the day in words."""
    held = [one for one in lines if one.is_held]
    left = sum(one.is_past and not one.session.has_note for one in held)
    left += sum(one.unfinished for one in waits)
    words = f"{spelled(len(held))} session{'' if len(held) == 1 else 's'}"
    words += (
        f", {spelled(left)} note{'' if left == 1 else 's'} to finish"
        if left
        else (", nothing to finish")
    )
    return sentence(words)


def _what_waits(number: int) -> str:
    if not number:
        return "Nothing waits for you"
    return sentence(f"{spelled(number)} thing{' waits' if number == 1 else 's wait'} for you")
