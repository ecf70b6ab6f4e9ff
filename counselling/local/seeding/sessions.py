"""Weekly sessions of one client, the notes about them, and who looked at what."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final

from clients.domain import Capacity, events
from counselling.db import uuid7
from counselling.local.seeding import words
from counselling.local.seeding.copying import model, seal_row, stored
from records.domain import (
    DRAFT_BEGUN,
    DRAFT_OPENED,
    DRAFT_SAVED,
    NOTE_OPENED,
    NOTE_SIGNED,
    SESSION_CHANGED,
    SESSION_LOGGED,
    Attendance,
    Modality,
    Risk,
    Structure,
)
from records.domain.supervision import NOTE_CO_SIGNED

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from uuid import UUID

    from django.db.models import Model

    from counselling.local.seeding.events import Teller

    Event = tuple[datetime.datetime, str]

MINUTE: Final = datetime.timedelta(minutes=1)
DAY: Final = datetime.timedelta(days=1)
WEEK: Final = datetime.timedelta(weeks=1)
LASTS: Final = 50 * MINUTE
_DAYS: Final = 5
# of a hundred sessions: cancelled, not come; and of the rest by video, by telephone
_CANCELLED, _NO_SHOW, _VIDEO, _PHONE, _LATE = 4, 8, 12, 16, 5
# one caseload of twelve places has a note that is still to be written
_UNWRITTEN: Final = (12, 7)


@dataclasses.dataclass(frozen=True, slots=True)
class Weeks:
    """The hour of the week that belongs to one client, so many weeks long."""

    place: int
    count: int
    ended_weeks_ago: int

    def start(self, now: datetime.datetime, back: int) -> datetime.datetime:
        """Give when a session began; 1 is the last one, this week's where care goes on."""
        monday = now.replace(hour=0, minute=0, second=0, microsecond=0)
        monday -= datetime.timedelta(days=now.weekday())
        at = monday + DAY * (self.place % _DAYS) + 60 * MINUTE * (9 + self.place // _DAYS)
        return at - WEEK * (back - 1 + self.ended_weeks_ago)

    def meetings(
        self, now: datetime.datetime, chance: random.Random, *, over: bool
    ) -> Iterator[Meeting]:
        """Give every session, oldest first."""
        every, which = _UNWRITTEN
        for back in range(self.count, 0, -1):
            unwritten = back == 2 and not over and self.place % every == which  # noqa: PLR2004 last week's
            yield Meeting(self.start(now, back), now, chance, unwritten)


class Meeting:
    """One session: whether it took place, and its note if there is one by now."""

    def __init__(
        self,
        starts: datetime.datetime,
        now: datetime.datetime,
        chance: random.Random,
        unwritten: bool,  # noqa: FBT001 said by the one who makes it
    ) -> None:
        """Draw what happened."""
        self.starts, self.ends, self.now, self.chance = starts, starts + LASTS, now, chance
        drawn = chance.randrange(100)
        self.modality = Modality.IN_PERSON
        if drawn >= 100 - _PHONE:
            self.modality = Modality.VIDEO if drawn >= 100 - _VIDEO else Modality.PHONE
        self.attendance = Attendance.EXPECTED
        if self.ends + MINUTE <= now:
            self.attendance = (
                Attendance.CANCELLED if drawn < _CANCELLED
                else Attendance.NO_SHOW if drawn < _NO_SHOW else Attendance.ATTENDED
            )  # fmt: skip
        late = chance.randrange(100) < _LATE
        self.signed_at = self.ends + 9 * MINUTE + (4 * DAY if late else 0 * DAY)
        held = self.attendance is Attendance.ATTENDED
        self.has_note = held and self.signed_at <= now and not unwritten
        self.note = uuid7(self.signed_at)
        self.draft = uuid7(self.ends)

    def written(
        self, client: UUID, case: UUID, person: Teller, capacity: Capacity
    ) -> tuple[list[Model], list[Event]]:
        """Give the rows of the session and its note, and the events that tell of them."""
        session = model("records.Session")(
            id=uuid7(self.starts), case_id=case, person_id=person.actor.id, starts_at=self.starts,
            ends_at=self.ends, modality=self.modality, attendance=self.attendance,
        )  # fmt: skip
        whose: dict[str, Any] = {"clients": [client], "case": case}
        about = ("session", session.pk)
        told = [person.tell(self.starts - 6 * DAY, SESSION_LOGGED, about=about, **whose)]
        if self.attendance is not Attendance.EXPECTED:
            detail: dict[str, str | int | bool] = {
                "attendance": str(self.attendance),
                "modality": str(self.modality),
            }
            told.append(
                person.tell(
                    self.ends + MINUTE, SESSION_CHANGED, about=about, detail=detail, **whose
                )
            )
        rows: list[Model] = [session]
        if self.has_note:
            rows += self._note(session, case, person, capacity)
            told += self._signing(rows[1:], person, capacity, whose)
        return rows, told

    def co_signed(
        self, client: UUID, case: UUID, person: Teller, supervisor: Teller
    ) -> tuple[list[Model], list[Event]]:
        """Give a supervisor's signature under a trainee's note; the newest still wait for one."""
        at = self.signed_at + 3 * DAY
        if not self.has_note or at > self.now - DAY:
            return [], []
        row = model("records.CoSignature")(
            id=uuid7(at), note_id=self.note, case_id=case, author_id=person.actor.id,
            supervisor_id=supervisor.actor.id, signed_at=at,
        )  # fmt: skip
        told = supervisor.tell(
            at, NOTE_CO_SIGNED, about=("note", self.note), rows=[row.pk], clients=[client],
            case=case, detail={"author": str(person.actor.id)},
        )  # fmt: skip
        return [row], [told]

    def _note(self, session: Any, case: UUID, person: Teller, capacity: Capacity) -> list[Model]:
        shared = {"case_id": case, "author_id": person.actor.id, "signed_at": self.signed_at}
        risks = (Risk.NO_NEW_CONCERN, Risk.NO_NEW_CONCERN, Risk.MONITORED)
        note = model("records.Note")(
            id=self.note, session_id=session.pk, structure=Structure.FREE.value,
            risk=self.chance.choice(risks), record_part=words.note(self.chance),
            written_at=self.ends + 4 * MINUTE,
            needs_co_signature=capacity is Capacity.TRAINEE, **shared,
        )  # fmt: skip
        made: list[Model] = [note]
        if own := words.own_part(self.chance):
            made.append(
                model("records.ProcessNote")(
                    id=uuid7(self.signed_at), note_id=self.note, text=own, **shared
                )
            )
        for one in made:
            seal_row(one)
        return made

    def _signing(
        self, made: list[Model], person: Teller, capacity: Capacity, whose: dict[str, Any]
    ) -> list[Event]:
        note, *own = made
        sealed = stored(note, "record_part", "risk")
        for one in own:
            sealed |= stored(one, "text")
        draft = ("draft", self.draft)
        begun, signed = self.ends + 4 * MINUTE, self.signed_at
        return [
            person.tell(begun, DRAFT_BEGUN, about=draft, sealed=self._drafted(), **whose),
            person.tell(signed, DRAFT_OPENED, about=draft, purpose="signing", **whose),
            person.tell(
                signed, NOTE_SIGNED, about=("note", self.note), rows=[one.pk for one in own],
                sealed=sealed, detail={"awaits_co_signature": capacity is Capacity.TRAINEE},
                **whose,
            ),
        ]  # fmt: skip

    def _drafted(self) -> dict[str, str]:
        """Give hashes of a draft: what was stored is gone once it is signed, for real ones too."""
        return {
            f"records_draft/{self.draft}/{part}": f"{self.chance.getrandbits(256):064x}"
            for part in ("record_part", "process_part", "risk")
        }

    def looked_at(
        self, client: UUID, case: UUID, person: Teller, supervisor: Teller, most: int
    ) -> list[Event]:
        """Give up to so many readings around a session whose note is signed."""
        if not self.has_note:
            return []
        care: dict[str, Any] = {"clients": [client], "purpose": "care"}
        note: dict[str, Any] = {"about": ("note", self.note), "case": case, **care}
        looks = (
            (self.starts - 10 * MINUTE, person, events.CLIENT_OPENED,
             {"about": ("clients_client", client), **care}),
            (self.signed_at + 2 * DAY, person, NOTE_OPENED, note),
            (self.starts - 9 * 60 * MINUTE, person, events.CLIENT_LISTED,
             {"clients": [client], "purpose": "today"}),
            (self.ends + 6 * MINUTE, person, DRAFT_SAVED,
             {"about": ("draft", self.draft), "sealed": self._drafted(), "case": case,
              "clients": [client]}),
            (self.signed_at + 3 * DAY, supervisor, NOTE_OPENED, note),
        )  # fmt: skip
        return [
            who.tell(at, kind, **said) for at, who, kind, said in looks[:most] if at <= self.now
        ]
