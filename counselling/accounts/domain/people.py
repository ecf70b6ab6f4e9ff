"""People with accounts: whose they are, their roles in words, and names to sign in with."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import re
from typing import TYPE_CHECKING, Final

from counselling.access import Role

if TYPE_CHECKING:
    from uuid import UUID


class Kind(enum.StrEnum):
    """Whose account it is."""

    STAFF = "staff"
    CLIENT = "client"


STAFF_ROLES: Final = tuple(role for role in Role if role not in {Role.CLIENT, Role.GUARDIAN})

ROLE_NAMES: Final = {
    Role.COUNSELLOR: "Counsellor",
    Role.TRAINEE: "Trainee",
    Role.SUPERVISOR: "Supervisor",
    Role.PRIVACY_OFFICER: "Privacy officer",
    Role.FRONT_DESK: "Front desk",
    Role.ADMINISTRATOR: "Administrator",
    Role.OUTSIDE_REVIEWER: "Outside reviewer",
    Role.CLIENT: "Client",
    Role.GUARDIAN: "Guardian",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, as other parts know them."""

    id: UUID
    name: str
    title: str
    roles: frozenset[Role]
    is_active: bool = True

    @property
    def short_name(self) -> str:
        """Give the first name and one letter: "Dana R."."""
        return short_name(self.name)

    @property
    def role_names(self) -> list[str]:
        """Give the roles in words, in the order of the table."""
        return [ROLE_NAMES[role] for role in Role if role in self.roles]


def short_name(name: str) -> str:
    """Give the first word, and the first letter of the last: "Dana R."."""
    words = name.split()
    if len(words) < 2:  # noqa: PLR2004 a name of one word has nothing to shorten
        return name
    return f"{words[0]} {words[-1][0]}."


@dataclasses.dataclass(frozen=True, slots=True)
class Practice:
    """The practice as its clients see it."""

    name: str
    address: str = ""
    phone: str = ""
    crisis_line: str = ""
    complaints_contact: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Arrangement:
    """A supervision: who supervises whom, from when until when."""

    id: UUID
    supervisor: Person
    supervisee: Person
    since: datetime.datetime
    until: datetime.datetime | None = None
    has_ended: bool = False
    is_to_come: bool = False

    @property
    def last(self) -> datetime.datetime | None:
        """Give the last instant it holds, which is on its last day."""
        return None if self.until is None else self.until - datetime.timedelta(microseconds=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Sitting:
    """A browser somebody is signed in with."""

    id: UUID
    device: str
    began_at: datetime.datetime
    seen_at: datetime.datetime
    is_this: bool
    sleeps: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Reset:
    """A second factor that somebody asked to be taken away, for another to confirm."""

    id: UUID
    person: Person
    asked_by: Person
    asked_at: datetime.datetime


# -- sign-in names -----------------------------------------------------------------------------

_ADDRESS: Final = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)*")
LONGEST_ADDRESS: Final = 254


def is_usable(folded: str) -> bool:
    """Say whether an address can be a sign-in name; look-alikes of other scripts cannot (AU-01)."""
    return len(folded) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(folded) is not None
