"""One counsellor's caseload: clients, cases, weekly sessions, notes, and what was looked at."""

from __future__ import annotations

import dataclasses
import datetime
import random
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from clients.actions.naming import found_by, name_token
from clients.domain import Capacity, CaseKind, CaseState, Channel, events
from clients.domain.emergency import names_of
from clients.domain.naming import beginnings_of
from clients.domain.references import ALPHABET, check_character
from counselling import vault
from counselling.access import Role
from counselling.db import uuid7
from counselling.local.seeding import words
from counselling.local.seeding.copying import model, seal_row, stored
from counselling.local.seeding.events import Teller
from counselling.local.seeding.sessions import Weeks
from counselling.local.seeding.sizes import MOST_CLIENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.db.models import Model

    from audit.domain import EventKind
    from clients.domain import Identity
    from counselling.local.seeding.sessions import Meeting
    from counselling.local.seeding.sizes import Size
    from counselling.local.seeding.staff import Holder

DAY: Final = datetime.timedelta(days=1)
HOUR: Final = datetime.timedelta(hours=1)
# four of five are still cared for
ENDED: Final = 5
_STEP: Final = 3_137_597  # shares no factor with the number of references, so none comes twice


@dataclasses.dataclass(slots=True)
class Planted:
    """What one caseload is made of, ready to be written."""

    rows: list[Model] = dataclasses.field(default_factory=list)
    events: list[tuple[datetime.datetime, str]] = dataclasses.field(default_factory=list)
    # (client, case, when care began) of those who may be written to: who may sign an agreement
    people: list[tuple[UUID, UUID, datetime.datetime]] = dataclasses.field(default_factory=list)


def client_reference(caseload: int, number: int) -> str:
    """Give the reference of a seeded client: the same each time, so that what is there is known."""
    place = (caseload * MOST_CLIENTS + number + 1) * _STEP
    drawn = _drawn(place, 5)
    return f"{drawn}-{check_character(drawn)}"


def case_reference(caseload: int, number: int) -> str:
    """Give the reference of the case of that client."""
    drawn = _drawn((caseload * MOST_CLIENTS + number + 1) * _STEP, 6)
    return f"{drawn[:3]}-{drawn[3:]}"


def _drawn(place: int, length: int) -> str:
    letters = []
    for _ in range(length):
        place, letter = divmod(place, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def plan(number: int, size: Size, holder: Holder, now: datetime.datetime) -> Planted:
    """Make one caseload; the same number gives the same people and sessions."""
    chance = random.Random(number)  # noqa: S311 a fictional past, no key
    here = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    people = [_drawn_person(place, size, here, chance) for place in range(size.clients)]
    vault.ensure_keys([one for who in people for one in who.holders(holder.person.id)])
    made = _Caseload(number, holder, here, chance)
    for who in people:
        made.add_client(who, size)
    return made.planted


@dataclasses.dataclass(frozen=True, slots=True)
class _Person:
    """Somebody who was cared for so many weeks; all ids are known before anything is sealed."""

    place: int
    weeks: Weeks
    began: datetime.datetime
    over: bool
    client: UUID
    case: UUID

    def holders(self, author: UUID) -> tuple[str, ...]:
        """Name whose keys what is written of them needs."""
        names = vault.holders
        return names.client(self.client), names.case(self.case), names.author(self.case, author)


def _drawn_person(place: int, size: Size, now: datetime.datetime, chance: random.Random) -> _Person:
    over = place % ENDED == ENDED - 1
    varies = min(8, size.sessions // 2)
    count = size.sessions + chance.randint(-varies, varies)
    weeks = Weeks(place, count, 3 + chance.randrange(20) if over else 0)
    began = weeks.start(now, count) - 6 * DAY - chance.randrange(5) * HOUR
    return _Person(place, weeks, began, over, uuid7(began), uuid7(began))


def _found_by(client: UUID, identity: Identity) -> Iterator[Model]:
    """Give the keyed hashes by which somebody is found, as taking them in writes them."""
    for beginning in sorted(beginnings_of(identity)):
        yield model("clients.NamePart")(client_id=client, token=name_token(beginning))
    for said in names_of(identity):
        yield model("clients.FoundBy")(client_id=client, token=found_by(said))


class _Caseload:
    """One caseload in the making."""

    def __init__(
        self, number: int, holder: Holder, now: datetime.datetime, chance: random.Random
    ) -> None:
        self.number, self.now, self.chance = number, now, chance
        self.planted = Planted()
        self.person = Teller(holder.person, "assigned", chance)
        self.supervisor = Teller(holder.supervisor, "supervision", chance)
        self.desk = Teller(holder.desk, "front desk", chance)
        trainee = Role.TRAINEE in holder.person.roles
        self.capacity = Capacity.TRAINEE if trainee else Capacity.COUNSELLOR

    def add_client(self, who: _Person, size: Size) -> None:
        """Take somebody in, have their case accepted, and meet week after week."""
        case = self._add_case(who)
        self._add_person(who)
        assignment = self._add_assignment(who)
        for meeting in who.weeks.meetings(self.now, self.chance, over=who.over):
            self._add_meeting(who, meeting, size)
        if who.over:
            self._close(who, case, assignment, who.weeks.start(self.now, 1) + 5 * DAY)

    def _add_case(self, who: _Person) -> Any:
        at = who.began
        case = model("clients.Case")(
            id=who.case, reference=case_reference(self.number, who.place),
            kind=CaseKind.INDIVIDUAL.value, state=CaseState.OPEN.value, created_at=at,
            created_by_id=self.desk.actor.id,
        )  # fmt: skip
        self.planted.rows.append(case)
        self._add_change(who, at, self.desk, "", CaseState.ENQUIRY)
        return case

    def _add_change(
        self, who: _Person, at: datetime.datetime, by: Teller, before: str, after: CaseState
    ) -> None:
        change = model("clients.CaseChange")(
            id=uuid7(at), case_id=who.case, at=at, by_id=by.actor.id, before=before,
            after=after.value,
        )  # fmt: skip
        self.planted.rows.append(change)

    def _add_person(self, who: _Person) -> None:
        at, reference = who.began, client_reference(self.number, who.place)
        said = words.card(self.chance)
        named = words.identity(self.chance)
        client = model("clients.Client")(
            id=who.client, reference=reference, created_at=at, created_by_id=self.desk.actor.id,
            identity=named.to_json(),
            contact=words.contact(self.chance, reference).to_json(),
        )  # fmt: skip
        card = model("clients.ContactCard")(
            id=uuid7(at), client_id=who.client, card=said.to_json(), answered_at=at, updated_at=at
        )
        member = model("clients.CaseMember")(
            id=uuid7(at), case_id=who.case, client_id=who.client, since=at
        )
        for one in (client, card):
            seal_row(one)
        self.planted.rows += [client, card, member, *_found_by(who.client, named)]
        if said.channel is Channel.EMAIL:
            self.planted.people.append((who.client, who.case, at + DAY))
        self._tell(
            self.desk, at, events.CLIENT_TAKEN_IN, who, about=("clients_client", who.client),
            sealed=stored(client, "identity", "contact") | stored(card, "card"),
            detail={"asked how to reach": said.answered},
        )  # fmt: skip

    def _add_assignment(self, who: _Person) -> Any:
        offered, accepted = who.began + HOUR, who.began + DAY
        person = self.person.actor.id
        row = model("clients.Assignment")(
            id=uuid7(offered), case_id=who.case, person_id=person, capacity=self.capacity.value,
            offered_by_id=self.desk.actor.id, offered_at=offered, accepted_at=accepted,
            since=accepted,
        )  # fmt: skip
        self.planted.rows.append(row)
        self._add_change(who, accepted, self.person, CaseState.ENQUIRY.value, CaseState.OPEN)
        said = {"person": str(person), "capacity": self.capacity.value}
        for teller, at, kind, more in (
            (self.desk, offered, events.ASSIGNMENT_OFFERED, {"own intake": False}),
            (self.person, accepted, events.ASSIGNMENT_ACCEPTED, {"opened": True}),
        ):
            about = ("clients_assignment", row.pk)
            self._tell(teller, at, kind, who, about=about, detail={**said, **more})
        return row

    def _close(self, who: _Person, case: Any, assignment: Any, at: datetime.datetime) -> None:
        self._add_change(who, at, self.person, CaseState.OPEN.value, CaseState.CLOSED)
        case.state, case.closed_at, assignment.until = CaseState.CLOSED.value, at, at
        detail = {"before": CaseState.OPEN.value, "after": CaseState.CLOSED.value}
        about = ("clients_case", who.case)
        self._tell(self.person, at, events.CASE_CHANGED, who, about=about, detail=detail)

    def _add_meeting(self, who: _Person, meeting: Meeting, size: Size) -> None:
        rows, told = meeting.written(who.client, who.case, self.person, self.capacity)
        if self.capacity is Capacity.TRAINEE:
            more, said = meeting.co_signed(who.client, who.case, self.person, self.supervisor)
            rows, told = rows + more, told + said
        self.planted.rows += rows
        self.planted.events += told
        self.planted.events += meeting.looked_at(
            who.client, who.case, self.person, self.supervisor, size.looks
        )

    def _tell(
        self, by: Teller, at: datetime.datetime, kind: EventKind, who: _Person, **said: Any
    ) -> None:
        self.planted.events.append(by.tell(at, kind, clients=[who.client], case=who.case, **said))
