"""The colleagues who hold the caseloads: the demo's own first, then more, made by the use cases."""

from __future__ import annotations

import dataclasses
import datetime
import random
from typing import TYPE_CHECKING, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import Argon2PasswordHasher

from counselling.access import Role
from counselling.accounts import actions as accounts
from counselling.accounts import queries
from counselling.db import as_actor, clock_at
from counselling.local.people import PASSWORD, Person
from counselling.local.seeding import words

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from counselling.access import Actor

# whose caseload of the demo grows by the first numbers
KNOWN: Final = ("dana", "sam", "lea", "noor")
A_GROUP: Final = 10
# a day after the demo's own practice began
SINCE: Final = datetime.timedelta(days=49)


@dataclasses.dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a caseload, who supervises them, and who at the front desk took the clients in."""

    person: Actor
    supervisor: Actor
    desk: Actor


def holder(number: int) -> Holder:
    """Give who holds the caseload of that number; they must be there."""
    return Holder(_actor(_key(number)), _actor(_lead(number)), _actor("kim"))


def hash_cheaply() -> None:
    """Hash passwords in no time: everybody may know these, nobody has to be kept from guessing."""
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 64


def make_missing(count: int, now: datetime.datetime, say: Callable[[str], None]) -> int:
    """Make the colleagues that are not there yet and give how many."""
    hash_cheaply()
    numbers = range(len(KNOWN), count)
    wanted = [(_lead(number), Role.SUPERVISOR) for number in numbers]
    wanted += [(_key(number), Role.COUNSELLOR) for number in numbers]
    missing = [(key, role) for key, role in dict(wanted).items() if _find(key) is None]
    with clock_at(now - SINCE):
        jo = dataclasses.replace(_actor("jo"), step_up_at=now - SINCE)
        for key, role in missing:
            _make(jo, key, role)
        for number in numbers:
            if (_key(number), Role.COUNSELLOR) in missing:
                _supervise(jo, _lead(number), _key(number))
    if missing:
        say(f"  {len(missing)} colleagues")
    return len(missing)


def _make(jo: Actor, key: str, role: Role) -> None:
    person = Person(key, words.name(random.Random(key)), role.value, frozenset({role}), "")  # noqa: S311 names, not keys
    with as_actor(jo):
        accounts.create_staff(
            actor=jo, name=person.name, email=person.email, roles=person.roles,
            title=person.title, password=PASSWORD, secret=person.secret,
        )  # fmt: skip


def _supervise(jo: Actor, supervisor: str, supervisee: str) -> None:
    with as_actor(jo):
        accounts.supervise(actor=jo, supervisor_id=_id(supervisor), supervisee_id=_id(supervisee))


def _key(number: int) -> str:
    return KNOWN[number] if number < len(KNOWN) else f"counsellor-{number:03}"


def _lead(number: int) -> str:
    """Name the supervisor: nobody has more than ten."""
    return "ruth" if number < A_GROUP else f"supervisor-{number // A_GROUP:03}"


def _find(key: str) -> UUID | None:
    index = queries.index_of(f"{key}@example.org")
    found = get_user_model().objects.filter(sign_in_index=index).values_list("pk", flat=True)
    return found.first()


def _id(key: str) -> UUID:
    found = _find(key)
    if found is None:
        message = f"Nobody signs in as {key}@example.org here: is this the demo's practice?"
        raise LookupError(message)
    return found


def _actor(key: str) -> Actor:
    return queries.actor_of_person(_id(key))
