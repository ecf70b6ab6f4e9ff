"""The rules of signing in: names folded, waits decided, limits held, and what the log calls it."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from audit.domain import Act, EventKind, register
from counselling.access import Role

if TYPE_CHECKING:
    from uuid import UUID

# -- people ------------------------------------------------------------------------------------


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
    """A live supervision: who supervises whom."""

    id: UUID
    supervisor: Person
    supervisee: Person
    since: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Sitting:
    """A browser somebody is signed in with."""

    id: UUID
    device: str
    began_at: datetime.datetime
    seen_at: datetime.datetime
    is_this: bool


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


# -- waits -------------------------------------------------------------------------------------

FREE_FAILURES: Final = 5
LONGEST_WAIT: Final = 900
FORGOTTEN_AFTER: Final = datetime.timedelta(hours=24)


def decide_wait(failures: int) -> int:
    """Give the seconds to wait after so many wrong answers: 0, then 2, 4 ... 900 (AU-05)."""
    if failures < FREE_FAILURES:
        return 0
    doublings = min(failures - FREE_FAILURES + 1, 10)
    return int(min(2**doublings, LONGEST_WAIT))


def decide_left(failures: int, last: datetime.datetime, at: datetime.datetime) -> int:
    """Give the whole seconds still to wait, at least 1 while there are any."""
    left = decide_wait(failures) - (at - last).total_seconds()
    return max(0, int(-(-left // 1)))


def decide_failures(failures: int, last: datetime.datetime, at: datetime.datetime) -> int:
    """Give how many wrong answers still count: none of yesterday's."""
    return 0 if at - last >= FORGOTTEN_AFTER else failures


def in_words(seconds: int) -> str:
    """Say a wait so that a person can plan it."""
    if seconds <= 60:  # noqa: PLR2004 a minute
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"


class Outcome(enum.StrEnum):
    """Where an answer leads."""

    WRONG = "wrong"
    WAIT = "wait"
    LATE = "late"
    FACTOR = "factor"
    ENROLMENT = "enrolment"
    IN = "in"


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What was decided about an answer: the next page, or how many seconds to wait."""

    outcome: Outcome
    wait: int = 0


# -- sittings ----------------------------------------------------------------------------------

PENDING_LASTS: Final = datetime.timedelta(minutes=10)


class Ended(enum.StrEnum):
    """How a sitting ended; empty while it lasts."""

    SIGNED_OUT = "signed out"
    IDLE = "idle"
    TOO_LONG = "too long"
    BY_OWNER = "by the owner"
    BY_STAFF = "by the practice"


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """How long a sitting may be idle, and how long it may last at all."""

    idle: datetime.timedelta
    absolute: datetime.timedelta


def decide_end(
    began: datetime.datetime, seen: datetime.datetime, at: datetime.datetime, limits: Limits
) -> Ended | None:
    """Say whether a sitting is over by itself (AU-12)."""
    if at - began >= limits.absolute:
        return Ended.TOO_LONG
    if at - seen >= limits.idle:
        return Ended.IDLE
    return None


_BROWSERS: Final = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"),
                    ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS: Final = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
                   ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


def device_name(user_agent: str) -> str:
    """Name a browser so that its owner knows it again, and no more exactly: "Firefox on Linux"."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def local_path(address: str | None, fallback: str) -> str:
    """Give `address` if it is a path of this site, else `fallback`."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return fallback
    if any(letter <= " " or letter == "\\" for letter in address):
        return fallback
    parts = urlsplit(address)
    return fallback if parts.scheme or parts.netloc else address


# -- factors and invitations -------------------------------------------------------------------

RECOVERY_CODES: Final = 10
# no letter or digit that is read as another
RECOVERY_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
RECOVERY_LENGTH: Final = 12
PIN_DIGITS: Final = 6
PIN_TRIES: Final = 10
STAFF_INVITATION_LASTS: Final = datetime.timedelta(hours=1)
CLIENT_INVITATION_LASTS: Final = datetime.timedelta(days=3)
RESET_LASTS: Final = datetime.timedelta(hours=24)


@dataclasses.dataclass(frozen=True, slots=True)
class NewKey:
    """The key of a second factor being enrolled, as text to type and as address for a QR code."""

    text: str
    address: str


@dataclasses.dataclass(frozen=True, slots=True)
class Invited:
    """A new account, and how its owner gets in: a path, and a PIN to be told by word of mouth."""

    account: UUID
    path: str = ""
    pin: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class OpenInvitation:
    """A link that is still good: whether it asks a PIN as well."""

    asks_pin: bool


def plain_code(typed: str) -> str:
    """Take a code as people copy it: spaces and dashes are for the eye."""
    return re.sub(r"[\s-]", "", typed).lower()


def is_recovery_code(plain: str) -> bool:
    """Tell a recovery code from the six digits of an authenticator, by its length."""
    return len(plain) == RECOVERY_LENGTH


def shown_code(code: str) -> str:
    """Write a recovery code in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


# -- what the log calls it ---------------------------------------------------------------------

SIGNED_IN: Final = EventKind("accounts.sign-in", Act.EXECUTE, "signed in to an account")
PASSWORD_RIGHT: Final = EventKind(
    "accounts.password.right", Act.EXECUTE, "gave the right password and was asked for a code"
)
SIGN_IN_FAILED: Final = EventKind(
    "accounts.sign-in.failed", Act.EXECUTE, "gave a wrong name or password"
)
SIGN_IN_SLOWED: Final = EventKind(
    "accounts.sign-in.slowed", Act.EXECUTE, "was asked to wait after wrong answers"
)
FACTOR_FAILED: Final = EventKind("accounts.factor.failed", Act.EXECUTE, "gave a wrong code")
ENROLMENT_SHOWN: Final = EventKind(
    "accounts.factor.shown", Act.READ, "was shown the key of a new second factor"
)
RECOVERY_USED: Final = EventKind("accounts.recovery.used", Act.UPDATE, "used up a recovery code")
ENROLLED: Final = EventKind("accounts.factor.enrolled", Act.CREATE, "enrolled a second factor")
CODES_MADE: Final = EventKind("accounts.codes.made", Act.CREATE, "made new recovery codes")
SIGNED_OUT: Final = EventKind("accounts.sign-out", Act.EXECUTE, "signed out")
TIMED_OUT: Final = EventKind("accounts.time-out", Act.EXECUTE, "was signed out by a time limit")
STEPPED_UP: Final = EventKind("accounts.step-up", Act.EXECUTE, "confirmed who they are")
SESSION_ENDED: Final = EventKind("accounts.session.ended", Act.UPDATE, "ended a sitting")
PASSWORD_CHANGED: Final = EventKind("accounts.password.changed", Act.UPDATE, "changed a password")
STAFF_INVITED: Final = EventKind("accounts.staff.invited", Act.CREATE, "invited a colleague")
CLIENT_INVITED: Final = EventKind("accounts.client.invited", Act.CREATE, "gave a client a sign-in")
INVITATION_REFUSED: Final = EventKind(
    "accounts.invitation.refused", Act.EXECUTE, "tried to invite an address that cannot be used"
)
INVITATION_SENT: Final = EventKind(
    "accounts.invitation.sent", Act.CREATE, "sent a new link to set a password"
)
INVITATION_USED: Final = EventKind(
    "accounts.invitation.used", Act.UPDATE, "set a password with an invitation"
)
INVITATION_FAILED: Final = EventKind(
    "accounts.invitation.failed", Act.EXECUTE, "gave a wrong PIN for an invitation"
)
DEACTIVATED: Final = EventKind("accounts.deactivated", Act.UPDATE, "closed an account")
REACTIVATED: Final = EventKind("accounts.reactivated", Act.UPDATE, "opened an account again")
ROLE_GIVEN: Final = EventKind("accounts.role.given", Act.CREATE, "gave a role")
ROLE_ENDED: Final = EventKind("accounts.role.ended", Act.UPDATE, "ended a role")
RESET_ASKED: Final = EventKind(
    "accounts.reset.asked", Act.CREATE, "asked for the reset of a second factor"
)
RESET_DONE: Final = EventKind(
    "accounts.reset.done", Act.DELETE, "confirmed the reset of a second factor"
)
PRACTICE_DESCRIBED: Final = EventKind(
    "accounts.practice.described", Act.UPDATE, "described the practice"
)
SUPERVISION_ARRANGED: Final = EventKind(
    "accounts.supervision.arranged", Act.CREATE, "arranged supervision"
)
SUPERVISION_ENDED: Final = EventKind(
    "accounts.supervision.ended", Act.UPDATE, "ended a supervision"
)
register(
    SIGNED_IN, PASSWORD_RIGHT, SIGN_IN_FAILED, SIGN_IN_SLOWED, FACTOR_FAILED,
    ENROLMENT_SHOWN, RECOVERY_USED, ENROLLED, CODES_MADE, SIGNED_OUT, TIMED_OUT, STEPPED_UP,
    SESSION_ENDED, PASSWORD_CHANGED, STAFF_INVITED, CLIENT_INVITED, INVITATION_REFUSED,
    INVITATION_SENT, INVITATION_USED, INVITATION_FAILED, DEACTIVATED, REACTIVATED,
    ROLE_GIVEN, ROLE_ENDED, RESET_ASKED, RESET_DONE, PRACTICE_DESCRIBED,
    SUPERVISION_ARRANGED, SUPERVISION_ENDED,
)  # fmt: skip
