"""Who is in a session now, who sat in, what was recorded, and what is due to be erased."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection

import clients.queries
import consent.queries
from counselling.access import Role
from counselling.accounts import queries as accounts
from records.domain import Attendance
from records.models import Recording, SittingIn
from records.queries.roster import rosters

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from counselling.access import Actor
    from counselling.accounts.domain import Person

_AWAY: Final = frozenset({Attendance.CANCELLED, Attendance.NO_SHOW})
OBSERVER: Final = "trainee_observer"
RECORDING: Final = "recording"


@dataclasses.dataclass(frozen=True, slots=True)
class SittingRow:
    """Somebody who sits in, or sat in until they left."""

    id: UUID
    person: UUID
    at: datetime.datetime
    left_at: datetime.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class RecordingRow:
    """A recording: the sound is not here, that there is one is."""

    id: UUID
    session: UUID
    case: UUID
    at: datetime.datetime
    erased_at: datetime.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class Presence:
    """Who is in a session, and what is a fact of it beside them."""

    there: tuple[UUID, ...]
    sitting: tuple[SittingRow, ...]
    recordings: tuple[RecordingRow, ...]


def present(session_id: UUID, case_id: UUID) -> tuple[UUID, ...]:
    """Give everybody who is in a session: on its roster and not away, or joined since."""
    kept = rosters([session_id]).get(session_id, {})
    members = clients.queries.case_row(case_id).present
    joined = [one for one in members if one not in kept]
    return tuple([one for one, came in kept.items() if came not in _AWAY] + joined)


def presence_of(session_id: UUID, case_id: UUID) -> Presence:
    """Give it for a session that is there for the actor."""
    sat = SittingIn.objects.filter(session_id=session_id).order_by("at", "id")
    sound = Recording.objects.filter(session_id=session_id).order_by("at", "id")
    return Presence(
        present(session_id, case_id),
        tuple(SittingRow(one.id, one.person_id, one.at, one.left_at) for one in sat),
        tuple(_recording(one) for one in sound),
    )


def recordings_to_erase(actor: Actor) -> list[tuple[RecordingRow, bool]]:
    """Give the recordings the actor made and still has, and of each whether it may still be kept.

    It may while everybody who is in its session still agrees.
    """
    mine = [_recording(one) for one in Recording.objects.filter(by=actor.id, erased_at=None)]
    if not mine:
        return []
    there = _present_in(mine)
    agreed = consent.queries.allowed({one for row in there.values() for one in row}, RECORDING)
    return [(one, bool(there[one.id]) and there[one.id] <= agreed) for one in mine]


def _present_in(recordings: Iterable[RecordingRow]) -> dict[UUID, set[UUID]]:
    """Give who is in the session of each: two questions, however many recordings."""
    rows = list(recordings)
    kept = rosters({one.session for one in rows})
    cases = clients.queries.cases_by_id({one.case for one in rows})
    found = {}
    for one in rows:
        roster, case = kept.get(one.session, {}), cases.get(one.case)
        members = set(case.present) - set(roster) if case else set()
        found[one.id] = {person for person, came in roster.items() if came not in _AWAY} | members
    return found


def _recording(one: Recording) -> RecordingRow:
    return RecordingRow(one.id, one.session_id, one.case_id, one.at, one.erased_at)


@dataclasses.dataclass(frozen=True, slots=True)
class Stands:
    """Whether something may be done in a session now, and who of those there has not agreed."""

    there: tuple[UUID, ...]
    not_agreed: tuple[UUID, ...]

    @property
    def allowed(self) -> bool:
        """Say whether everybody who is there has agreed."""
        return bool(self.there) and not self.not_agreed


def stands(there: tuple[UUID, ...], activity: str) -> Stands:
    """Ask whoever is there, by what they signed: one question."""
    agreed = consent.queries.allowed(there, activity)
    return Stands(there, tuple(one for one in there if one not in agreed))


def trainees() -> list[Person]:
    """Give who could sit in."""
    return [one for one in accounts.staff() if one.is_active and Role.TRAINEE in one.roles]


def due_appointments() -> list[tuple[UUID]]:
    """Give the clients who are to be reminded of a session tomorrow; nothing is opened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_due_appointments(%s)", [settings.TIME_ZONE])
        return [(row[0],) for row in cursor.fetchall()]


def appointments_of_job() -> list[tuple[UUID, datetime.datetime]]:
    """Give the sessions of tomorrow that the client of this job is to be reminded of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session, starts_at FROM records_appointments_of_job(%s)", [settings.TIME_ZONE]
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]
