"""A quarter as it goes when everybody does their work: what it leaves in the trail."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from audit.domain import Entry
from audit.domain.kinds import kinds
from counselling.local.trial.practice import Care, Span

if TYPE_CHECKING:
    from random import Random
    from zoneinfo import ZoneInfo

    from counselling.local.trial.practice import Client, Person, Practice

MACHINE: Final = UUID(int=7)
DAY: Final = datetime.timedelta(days=1)
WEEKEND: Final = 5


class Quarter:
    """Writes down what happens; everything it does goes through `say`."""

    def __init__(self, random: Random, practice: Practice, zone: ZoneInfo) -> None:
        """Begin with nothing."""
        self.random, self.practice, self.zone = random, practice, zone
        self.events: list[Entry] = []
        # what is told to a reviewer by its nature, however rightly it was done
        self.rightly: set[UUID] = set()
        self.looked_at: set[UUID] = set()
        self._near: dict[datetime.date, list[Client]] = {}

    def at(self, day: datetime.date, hour: float) -> datetime.datetime:
        """Give a moment of a day, by the practice's clock."""
        midnight = datetime.datetime.combine(day, datetime.time(), self.zone)
        return (midnight + datetime.timedelta(hours=hour)).astimezone(datetime.UTC)

    def say(
        self, person: Person | None, client: Client | None, at: datetime.datetime, *codes: str,
        row: UUID | None = None, outcome: str = "ok",
    ) -> datetime.datetime:  # fmt: skip
        """Write events one after the other, each some seconds later; give when the last was."""
        for code in codes:
            known = kinds()[code]
            self.events.append(Entry(
                id=UUID(int=self.random.getrandbits(128), version=4), when=at, kind=code,
                action=known.action, sentence=known.sentence, outcome=outcome,
                who=person.id if person else MACHINE, who_kind="staff" if person else "service",
                role=person.role if person else "", client=client.id if client else None,
                case=client.case if client else None, row=row,
            ))  # fmt: skip
            at += datetime.timedelta(seconds=self.random.randrange(5, 90))
        return at

    def ask(self, client: Client, at: datetime.datetime, by: Person) -> None:
        """Have somebody ask for what is done at a moment: it is written down before, or just after.

        Half of them do it by themselves, in their space; for others whoever took the call notes it.
        """
        soon = self.random.random() < 0.15
        hours = self.random.uniform(-1.2, 0) if soon else self.random.expovariate(1 / 16)
        when = at - datetime.timedelta(hours=hours)
        self.practice.asked.append(Span(None, frozenset({client.id}), when, at))
        if soon or self.random.random() < 0.5:
            self.say(by, client, when, self.random.choice(_NOTED))
            return
        self.say(None, client, when, self.random.choice(_THEMSELVES))
        self.events[-1] = dataclasses.replace(self.events[-1], who=client.id, who_kind="client")

    def run(self) -> None:
        """Live through the quarter, and through what came before it as everybody worked."""
        for one in self.practice.people:
            if one.left:
                self._hand_over(one, one.left)
        lived = self.practice.run_in + self.practice.days
        for day in lived:
            self._hold_sessions(day)
        for one in self.practice.people:
            self._arrange(one)
        for client in self.practice.clients:
            self._finish(client)
        for day in lived:
            self._work(day)
        self._rare_things()

    def _work(self, day: datetime.date) -> None:
        for one in self.practice.people:
            if one.works(day):
                _WORK[one.role](self, one, day)

    def _rare_things(self) -> None:
        """Let happen what has to be looked at even where it was right."""
        for code in ("emergency.begun", "basis.stated", "accounts.reset.done"):
            for _ in range(self.random.randrange(1, 6)):
                day = self.random.choice(self.practice.days)
                here = [one for one in self.practice.those("counsellor") if one.works(day)]
                mine = [one for one in self.practice.clients if here and one.carer(day) is here[0]]
                if not mine:
                    continue
                client = None if code.startswith("accounts") else self.random.choice(mine)
                row = None if client else self.random.choice(here).id
                self.say(here[0], client, self.at(day, self.random.uniform(9, 16)), code, row=row)
                self.rightly.add(self.events[-1].id)

    def _hand_over(self, person: Person, day: datetime.date) -> None:
        others = [
            one for one in self.practice.those("counsellor", "trainee")
            if one is not person and one.came < day
        ]  # fmt: skip
        for client in self.practice.clients:
            if client.carer(day - DAY) is not person or (client.ended and client.ended < day):
                continue
            client.care[-1].until = day
            heir = self.random.choice(others)
            client.care.append(Care(heir, day - 3 * DAY))
            client.weekday = self.random.choice(heir.days)
            self.say(heir, client, self.at(day - 3 * DAY, 15), "assignment.accepted")
            self.say(heir, client, self.at(day - DAY, self.random.uniform(9, 17)),
                     *["note.opened"] * self.random.randrange(3, 12))  # fmt: skip
            self.say(person, client, self.at(day + self.random.randrange(6) * DAY, 11),
                     "draft.opened", "draft.saved", "note.signed")  # fmt: skip

    def _hold_sessions(self, day: datetime.date) -> None:
        for client in self.practice.clients:
            if not client.comes(day):
                continue
            carer = client.carer(day)
            if carer is None or day < carer.came:
                continue
            if carer.is_away(day):
                if self.random.random() < 0.15:
                    self._stand_in(carer, client, day)
            elif self.random.random() < 0.9:
                self._session(carer, client, day)

    def _stand_in(self, carer: Person, client: Client, day: datetime.date) -> None:
        others = [one for one in self.practice.those("counsellor") if one.works(day)]
        if not others or carer.away is None:
            return
        other = self.random.choice(others)
        first, last = carer.away
        self.practice.covers.append(
            Span(other, frozenset({client.id}), self.at(first, 0), self.at(last, 24))
        )
        self._session(other, client, day)

    def _session(self, carer: Person, client: Client, day: datetime.date) -> None:
        at = self.at(day, client.hour)
        client.sessions.append(at)
        chance = self.random.random()
        if chance < 0.5:
            self.say(carer, client, at - datetime.timedelta(minutes=12), "note.opened")
        elif chance < 0.58:
            self.say(carer, client, self.at(day - DAY, self.random.uniform(17, 21)), "note.opened")
        self.say(None, client, at - DAY, "reminder.made", "message.queued", "message.sent")
        self._write(carer, client, day, at)

    def _write(
        self, carer: Person, client: Client, day: datetime.date, at: datetime.datetime
    ) -> None:
        chance = self.random.random()
        when = at + datetime.timedelta(minutes=52)
        if chance < (0.65 if carer.writes_late else 0.03):
            when = self.at(day, self.random.uniform(20, 23.7))
        elif chance < 0.8:
            when = max(when, self.at(day, self.random.uniform(15, 18.5)))
        saves = ["draft.saved"] * self.random.randrange(30, 115)
        when = self.say(carer, client, when, "session.logged", "draft.begun", *saves)
        if self.random.random() < 0.2:
            self.say(carer, client, when, "consent.read", "client.opened")
        when = self.say(carer, client, when, "note.signed")
        chief = carer.supervisor
        if carer.role == "trainee" and chief:
            later = self.at(day + DAY * self.random.randrange(1, 5), self.random.uniform(9, 18))
            self.say(chief, client, later, "note.opened", "note.co-signed")

    def _arrange(self, person: Person) -> None:
        """Go once through all files, as everybody must; most say so beforehand."""
        if person.role not in {"counsellor", "trainee"}:
            return
        days = [day for day in self.practice.days if person.works(day)]
        if not days or self.random.random() > self.practice.weeks / 13:
            return
        day = self.random.choice(days)
        mine = [one for one in self.practice.clients if one.carer(day) is person]
        at = self.at(day, self.random.uniform(9, 15))
        if self.random.random() < 0.85:
            self.practice.planned.append(Span(person, frozenset(), at - DAY, at + DAY))
        for client in mine:
            if not client.ended or client.ended > day:
                at = self.say(person, client, at, "note.opened", "consent.read", "plan.opened")

    def _finish(self, client: Client) -> None:
        """Close a case: a letter, now and then with printed notes, and the last look at it."""
        day, practice = client.ended, self.practice
        carer = client.carer(day) if day else None
        if day is None or carer is None or not practice.days[0] <= day <= practice.days[-1]:
            return
        at = self.at(day + self.random.randrange(14) * DAY, self.random.uniform(10, 17))
        since, until = at - DAY, at + DAY
        self.say(carer, client, at, "case.changed", "note.opened", "note.opened")
        if self.random.random() < 0.35:
            chance = self.random.random()
            if chance < 0.6:
                practice.planned.append(Span(carer, frozenset({client.id}), since, until))
            elif chance < 0.92:
                self.ask(client, at, carer)
            self.say(carer, client, at, "notes.printed")

    def near(self, day: datetime.date) -> list[Client]:
        """Give whom the front desk has to do with on a day: who came or comes these days."""
        if day not in self._near:
            from_, until = self.at(day - 5 * DAY, 0), self.at(day + 6 * DAY, 0)
            self._near[day] = [
                one for one in self.practice.clients
                if any(from_ <= at < until for at in one.sessions)
            ]  # fmt: skip
        return self._near[day]

    def care_day(self, person: Person, day: datetime.date) -> None:
        """Between sessions: somebody rings, a letter is thought about, a plan is looked up."""
        mine = [one for one in self.practice.clients if one.carer(day) is person]
        for _ in range(self.random.randrange(4)):
            current = [one for one in mine if not one.ended or one.ended > day]
            if not current:
                return
            client = self.random.choice(current)
            late = person.writes_late and self.random.random() < 0.3
            hour = self.random.uniform(20, 23) if late else self.random.triangular(8, 20, 12)
            at = self.say(person, client, self.at(day, hour), "note.opened", "card.read")
            if self.random.random() < 0.5:
                self.say(person, client, at, "message.queued")
        if self.random.random() < 0.25:
            wrong = self.random.choice((1, 1, 1, 2, 2, 3))
            self.sign_in(person, self.at(day, 8), wrong)
        else:
            self.sign_in(person, self.at(day, 8), 0)

    def sign_in(self, person: Person, at: datetime.datetime, wrong: int) -> None:
        """Sign in, after some wrong tries."""
        for _ in range(wrong):
            at = self.say(
                None, None, at, "accounts.sign-in.failed", row=person.id, outcome="refused"
            )
        self.say(person, None, at, "accounts.sign-in", row=person.id)

    def supervise_day(self, person: Person, day: datetime.date) -> None:
        """Meet two or three, with the files that they bring."""
        self.care_day(person, day)
        theirs = [one for one in self.practice.people if one.supervisor is person]
        for one in self.random.sample(theirs, min(len(theirs), 2)):
            brought = [x for x in self.near(day) if x.carer(day) is one]
            at = self.at(day, self.random.uniform(9, 17))
            for client in self.random.sample(brought, min(len(brought), 4)):
                at = self.say(person, client, at, "note.opened", "note.opened")

    def desk_day(self, person: Person, day: datetime.date) -> None:
        """Answer the telephone and the door."""
        self.sign_in(person, self.at(day, 7.8), 0)
        everybody = self.practice.clients
        for _ in range(self.random.randrange(60, 95)):
            client = self.random.choice(
                self.near(day) if self.random.random() < 0.9 and self.near(day) else everybody
            )
            if client.ended and client.ended < day and self.random.random() < 0.75:
                # who came once rings seldom: one or two in a day, for a bill or a paper
                client = self.random.choice(self.near(day) or everybody)
            at = self.at(day, self.random.triangular(8, 16.8, 9.5))
            over = client.ended is not None and client.ended < day
            if (over and self.random.random() < 0.85) or self.random.random() < 0.03:
                self.ask(client, at, person)
            at = self.say(person, client, at, "client.listed", "client.opened")
            if self.random.random() < 0.45:
                self.say(person, client, at, "consent.read", "card.read")
            if self.random.random() < 0.4:
                self.say(person, client, at, self.random.choice(_DESK), "card.read")

    def office_day(self, person: Person, day: datetime.date) -> None:
        """Answer requests for copies and accountings, and look after forms."""
        self.sign_in(person, self.at(day, 8.5), 0)
        for _ in range(self.random.randrange(3, 8)):
            client = self.random.choice(self.practice.clients)
            at = self.at(day, self.random.uniform(9, 16))
            if self.random.random() < 0.95:
                self.ask(client, at, person)
            self.say(person, client, at, "request.read", "document.downloaded", "accounting.read")


_DESK: Final = ("client.amended", "card.set", "message.queued", "session.changed", "request.made")
_NOTED: Final = ("accounting.asked", "restriction.asked")
_THEMSELVES: Final = ("form.answered", "card.set", "online.accepted", "consent.withdrawn")
_WORK: Final = {
    "counsellor": Quarter.care_day,
    "trainee": Quarter.care_day,
    "supervisor": Quarter.supervise_day,
    "front_desk": Quarter.desk_day,
    "privacy_officer": Quarter.office_day,
}
