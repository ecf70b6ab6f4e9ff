"""A practice with a year's work: people, clients and cases by their actions, notes in bulk."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from typing import TYPE_CHECKING, Final
from unittest import mock

from django.contrib.auth.hashers import Argon2PasswordHasher

import clients.actions
import records.actions
from bench import texts
from clients.domain import Contact, Identity
from counselling.access import Role
from counselling.db import as_actor, uuid7
from records.domain import Attendance, Modality, Risk, Structure
from records.models import Note, Session
from tests import world
from tests.people import make_person

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

COUNSELLORS: Final = 4
CASELOAD: Final = 10
NOTES: Final = 100
HOUR: Final = datetime.timedelta(hours=1)
WEEK: Final = datetime.timedelta(weeks=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Planted:
    """One counsellor of several, their first case, and a note of it that was signed as always."""

    dana: Actor
    client: UUID
    case: UUID
    note: UUID
    signed: UUID


@functools.cache
def practice() -> Planted:
    """Plant everything; nobody guesses passwords here, so they are hashed cheaply."""
    with mock.patch.multiple(Argon2PasswordHasher, time_cost=1, memory_cost=64):
        staff = world.team()
        people = [staff["dana"], staff["sam"], *_more(staff["ada"])]
    cases = [_caseload(staff["fred"], person) for person in people]
    bulk = [_notes(person, mine) for person, mine in zip(people, cases, strict=True)]
    client, case = cases[0][0]
    return Planted(people[0], client, case, bulk[0], _signed(people[0], case))


def _more(ada: Actor) -> list[Actor]:
    keys = [f"person{number}" for number in range(COUNSELLORS - 2)]
    return [world.staff(ada, key, key.title(), "counsellor", {Role.COUNSELLOR}) for key in keys]


def caseload_of(cases: int, written: list[str]) -> Actor:
    """Give somebody with so many cases and a year of notes in each, a text for each note."""
    practice()
    person = make_person(Role.COUNSELLOR, email=f"of{cases}@practice.example")
    desk = make_person(Role.FRONT_DESK, email=f"for{cases}@practice.example")
    _notes(person, _caseload(desk, person, cases), written)
    return person


def _caseload(desk: Actor, person: Actor, count: int = CASELOAD) -> list[tuple[UUID, UUID]]:
    """Take in clients and have the person accept their cases."""
    found = []
    for number in range(count):
        identity = Identity(given=f"Name{number}", family="Ofabench")
        with as_actor(desk):
            client = clients.actions.take_in(actor=desk, identity=identity, contact=Contact())
        case = world.case_of(desk, client)
        world.assign(desk, case, person)
        found.append((client, case))
    return found


def case_with(person: Actor, notes: int) -> tuple[UUID, UUID]:
    """Give somebody one more client, with so many notes in one case."""
    desk = make_person(Role.FRONT_DESK, email="for.long@practice.example")
    ((client, case),) = _caseload(desk, person, 1)
    with as_actor(person) as at:
        sessions = [
            _session(person, case, at - HOUR * 3 * number) for number in range(1, notes + 1)
        ]
        Session.objects.bulk_create(sessions)
        Note.objects.bulk_create(
            _note(one, text, at) for one, text in zip(sessions, texts.notes(notes), strict=True)
        )
    return client, case


def _notes(
    person: Actor, caseload: list[tuple[UUID, UUID]], written: list[str] | None = None
) -> UUID:
    """Write a year of notes at once, as row security lets their author; give one of them."""
    with as_actor(person) as at:
        sessions = [
            _session(person, case, at - WEEK * number - HOUR * place)
            for place, (_, case) in enumerate(caseload)
            for number in range(1, NOTES + 1)
        ]
        Session.objects.bulk_create(sessions)
        written = written or texts.notes(len(sessions))
        notes = [_note(one, text, at) for one, text in zip(sessions, written, strict=True)]
        Note.objects.bulk_create(notes)
    return notes[NOTES // 2].id


def _session(person: Actor, case: UUID, at: datetime.datetime) -> Session:
    return Session(
        id=uuid7(at), case_id=case, person_id=person.id, starts_at=at, ends_at=at + HOUR,
        modality=Modality.VIDEO, attendance=Attendance.ATTENDED,
    )  # fmt: skip


def _note(session: Session, text: str, at: datetime.datetime) -> Note:
    # what is written is written now, says the database; when it was held the session tells
    return Note(
        id=uuid7(session.ends_at), session_id=session.id, case_id=session.case_id,
        author_id=session.person_id, structure=Structure.FREE, risk=Risk.NO_NEW_CONCERN,
        record_part=text, written_at=at, signed_at=at,
    )  # fmt: skip


def _signed(person: Actor, case: UUID) -> UUID:
    """Write and sign one note the way people do, with a part for its author alone."""
    text = texts.notes(2, seed=1)
    with as_actor(person) as at:
        session = records.actions.log_session(
            actor=person, case_id=case, starts_at=at - HOUR, ends_at=at,
            modality=Modality.VIDEO, attendance=Attendance.ATTENDED,
        )  # fmt: skip
        typed = records.actions.Typed(text[0], text[1], risk=Risk.NO_NEW_CONCERN)
        saved = records.actions.save_draft(actor=person, session_id=session, version=0, typed=typed)
        return records.actions.sign_draft(actor=person, session_id=session, version=saved.version)
