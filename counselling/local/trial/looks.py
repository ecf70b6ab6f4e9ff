"""Looks that nobody should have had, as they happen: rarely at midnight, mostly in passing."""

from __future__ import annotations

import collections
import dataclasses
import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.local.trial.ordinary import DAY, MACHINE, WEEKEND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from counselling.local.trial.ordinary import Quarter
    from counselling.local.trial.practice import Client, Person, Span

CARE: Final = ("counsellor", "trainee")


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """What was planted: of which kind, by whom, and the events it left."""

    kind: str
    person: UUID
    events: frozenset[UUID]


def plant(quarter: Quarter, each: int) -> list[Look]:
    """Plant so many looks of every kind; where nobody fits, another day is tried."""
    found: list[Look] = []
    places: dict[tuple[UUID, UUID | None], list[int]] = collections.defaultdict(list)
    for place, one in enumerate(quarter.events):
        places[one.who, one.client].append(place)
    for kind, look in LOOKS.items():
        planted = 0
        for _ in range(each * 40):
            if planted == each:
                break
            before = len(quarter.events)
            person = look(quarter, _some_day(quarter))
            if person is not None:
                new = frozenset(one.id for one in quarter.events[before:])
                found.append(Look(kind, person.id, new))
                if look in _KEPT_AWAY:
                    _leave_to_others(
                        quarter, person, places[person.id, quarter.events[before].client]
                    )
                planted += 1
                if look is not _browses and (client := quarter.events[before].client):
                    quarter.looked_at.add(client)
    return found


def _leave_to_others(quarter: Quarter, person: Person, places: list[int]) -> None:
    """Have a colleague do what there is to do for whom one ought to keep away from."""
    others = [one.id for one in quarter.practice.those(person.role) if one is not person]
    desk = person.role in {"front_desk", "privacy_officer"}
    for place in places:
        one = quarter.events[place]
        who = quarter.random.choice(others) if desk else MACHINE
        kind = one.who_kind if desk else "service"
        quarter.events[place] = dataclasses.replace(one, who=who, who_kind=kind)


def _some_day(quarter: Quarter) -> datetime.date:
    while True:
        day = quarter.random.choice(quarter.practice.days)
        if day.weekday() < WEEKEND:
            return day


def _somebody(quarter: Quarter, day: datetime.date, *roles: str) -> Person | None:
    here = [one for one in quarter.practice.those(*roles) if one.works(day)]
    return quarter.random.choice(here) if here else None


def _client(
    quarter: Quarter, fits: Callable[[Client], bool]
) -> Client | None:  # fmt: skip
    """Choose whom to look at; everybody once, or the trail would tell of two looks at them."""
    fitting = [
        one for one in quarter.practice.clients if one.id not in quarter.looked_at and fits(one)
    ]
    return quarter.random.choice(fitting) if fitting else None


def _moment(quarter: Quarter, day: datetime.date, client: Client) -> datetime.datetime:
    """Choose when: in passing, before going home, or cleverly beside a real session."""
    near = [at for at in client.sessions if abs(at.date() - day) <= 3 * DAY]
    if near and quarter.random.random() < 0.4:
        return quarter.random.choice(near) + datetime.timedelta(minutes=20)
    return quarter.at(day, quarter.random.triangular(8, 21, 16))


def _reads(quarter: Quarter, code: str) -> list[str]:
    """Give how much is read: one thing mostly, sometimes all of it."""
    return [code] * quarter.random.choice((1, 1, 1, 2, 5))


def _stranger(quarter: Quarter, day: datetime.date) -> Person | None:
    return _not_theirs(quarter, day, CARE)


def _above(quarter: Quarter, day: datetime.date) -> Person | None:
    return _not_theirs(quarter, day, ("supervisor",))


def _not_theirs(
    quarter: Quarter, day: datetime.date, roles: tuple[str, ...]
) -> Person | None:  # fmt: skip
    person = _somebody(quarter, day, *roles)
    client = _client(quarter, lambda one: (
        all(care.person is not person and care.person.supervisor is not person
            for care in one.care)
        and not any(span.person is person and one.id in span.clients
                    for span in quarter.practice.covers)
    ))  # fmt: skip
    if person is None or client is None:
        return None
    at = _moment(quarter, day, client)
    for week in range(quarter.random.choice((1, 1, 3))):
        later = at + week * 7 * DAY
        quarter.say(person, client, later, *_reads(quarter, "note.opened"))
    return person


def _former(quarter: Quarter, day: datetime.date) -> Person | None:
    person = _somebody(quarter, day, *CARE)
    long_ago = day - quarter.random.randrange(35, 150) * DAY
    client = _client(
        quarter, lambda one: bool(one.ended and one.ended < long_ago)
        and one.care[-1].person is person,
    )  # fmt: skip
    if person is None or client is None:
        return None
    quarter.say(person, client, _moment(quarter, day, client), *_reads(quarter, "note.opened"))
    return person


def _relative(quarter: Quarter, day: datetime.date) -> Person | None:
    person = _somebody(quarter, day, "front_desk", "privacy_officer")
    client = _client(quarter, lambda _: True)
    if person is None or client is None:
        return None
    client.surname = person.surname
    return _at_the_desk(quarter, day, person, client)


def _neighbour(quarter: Quarter, day: datetime.date) -> Person | None:
    person = _somebody(quarter, day, "front_desk", "privacy_officer")
    client = _client(quarter, lambda _: True)
    if person is None or client is None:
        return None
    client.street = person.street
    return _at_the_desk(quarter, day, person, client)


def _colleague_s(quarter: Quarter, day: datetime.date) -> Person | None:
    """Look up the family of somebody one works with."""
    person = _somebody(quarter, day, "front_desk")
    client = _client(
        quarter,
        lambda one: not one.sessions or bool(one.ended and one.ended < day),
    )
    if person is None or client is None:
        return None
    client.surname = quarter.random.choice(quarter.practice.those(*CARE)).surname
    return _at_the_desk(quarter, day, person, client)


def _at_the_desk(
    quarter: Quarter, day: datetime.date, person: Person, client: Client
) -> Person:  # fmt: skip
    code = "note.opened" if person.role in CARE else "client.opened"
    quarter.say(person, client, _moment(quarter, day, client), *_reads(quarter, code))
    return person


def _own(quarter: Quarter, day: datetime.date) -> Person | None:
    person = _somebody(quarter, day, "front_desk", "privacy_officer", "supervisor", *CARE)
    client = _client(quarter, lambda one: one.own is None and one.carer(day) is not person)
    if person is None or client is None:
        return None
    client.own = person
    return _at_the_desk(quarter, day, person, client)


def _shut_out(quarter: Quarter, day: datetime.date) -> Person | None:
    person = _somebody(quarter, day, "front_desk", "supervisor", *CARE)
    client = _client(quarter, lambda one: one.without is None and one.carer(day) is not person)
    if person is None or client is None:
        return None
    client.without = person
    return _at_the_desk(quarter, day, person, client)


def _about(span: Span, day: datetime.date) -> bool:
    return abs(span.since.date() - day) < 8 * DAY


def _takes(quarter: Quarter, day: datetime.date) -> Person | None:
    """Take notes of one's own client home, often in the same breath as writing one."""
    person = _somebody(quarter, day, *CARE)
    client = _client(
        quarter, lambda one: one.carer(day) is person
        and not any(one.id in span.clients and _about(span, day) for span in quarter.practice.asked)
        and not any(span.person is person and _about(span, day)
            for span in quarter.practice.planned),
    )  # fmt: skip
    if person is None or client is None:
        return None
    code = quarter.random.choice(("notes.printed", "notes.exported"))
    quarter.say(person, client, _moment(quarter, day, client), "note.opened", code)
    return person


def _browses(quarter: Quarter, day: datetime.date) -> Person | None:
    """Go through files of people who do not come any more, in a quiet hour."""
    person = _somebody(quarter, day, "front_desk", "privacy_officer")
    quiet = [one for one in quarter.practice.clients if one.ended and one.ended < day - 21 * DAY]
    if person is None:
        return None
    many = quarter.random.choice((12, 20, 30))
    at = quarter.at(day, quarter.random.choice((12.2, 16.5, 18)))
    for client in quarter.random.sample(quiet, min(many, len(quiet))):
        at = quarter.say(person, client, at, "client.opened")
    return person


def _at_night(quarter: Quarter, day: datetime.date) -> Person | None:
    """Read late, what there was no reason to read that week."""
    person = _somebody(quarter, day, "front_desk", *CARE)
    client = _client(
        quarter, lambda one: person is not None
        and (person.role == "front_desk" or one.carer(day) is person)
        and not any(abs(at.date() - day) < 20 * DAY for at in one.sessions),
    )  # fmt: skip
    if person is None or client is None:
        return None
    code = "client.opened" if person.role == "front_desk" else "note.opened"
    at = quarter.at(day, quarter.random.uniform(22.2, 26))
    quarter.say(person, client, at, *_reads(quarter, code))
    return person


def _emergency(quarter: Quarter, day: datetime.date) -> Person | None:
    person = _somebody(quarter, day, *CARE)
    client = _client(quarter, lambda one: one.carer(day) is not person)
    if person and client:
        quarter.say(person, client, _moment(quarter, day, client), "emergency.begun",
                    "emergency.file.read")  # fmt: skip
    return person if client else None


def _lets_out(quarter: Quarter, day: datetime.date) -> Person | None:
    person = _somebody(quarter, day, *CARE)
    client = _client(quarter, lambda one: one.carer(day) is person)
    if person and client:
        quarter.say(person, client, _moment(quarter, day, client), "basis.stated",
                    "disclosure.made")  # fmt: skip
    return person if client else None


def _stolen(quarter: Quarter, day: datetime.date) -> Person | None:
    """Come in with somebody's account, by trying."""
    person = _somebody(quarter, day, "front_desk", *CARE)
    if person:
        at = quarter.at(day, quarter.random.uniform(6, 23))
        quarter.sign_in(person, at, quarter.random.randrange(6, 15))
    return person


_KEPT_AWAY: Final = frozenset({_relative, _neighbour, _own, _shut_out})
LOOKS: Final[Mapping[str, Callable[[Quarter, datetime.date], Person | None]]] = MappingProxyType({
    "a case of somebody else": _stranger,
    "a supervisor beyond supervision": _above,
    "a case that had ended": _former,
    "a relative": _relative,
    "a colleague's relative": _colleague_s,
    "a neighbour": _neighbour,
    "their own file": _own,
    "shut out by the client": _shut_out,
    "notes taken home": _takes,
    "browsing at the desk": _browses,
    "late, and for nothing": _at_night,
    "no emergency": _emergency,
    "given away": _lets_out,
    "with a stolen account": _stolen,
})  # fmt: skip
