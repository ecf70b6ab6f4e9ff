"""The rules of signing in: waits decided, sittings limited, codes taken as they are copied."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import ipaddress
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from counselling.speech import say_number

if TYPE_CHECKING:
    from uuid import UUID

# -- waits -------------------------------------------------------------------------------------

FORGOTTEN_AFTER: Final = datetime.timedelta(hours=24)
# so long an address from which somebody signed in is one of theirs
REMEMBERED: Final = datetime.timedelta(days=30)


@dataclasses.dataclass(frozen=True, slots=True)
class Patience:
    """How many wrong answers are free, and how many seconds the longest wait lasts."""

    free: int
    longest: int


# for one name from one address
PASSWORDS: Final = Patience(free=5, longest=900)
# for all recovery codes from one address: who is made to wait elsewhere still gets in from home
RECOVERY: Final = Patience(free=20, longest=60)


def decide_wait(failures: int, patience: Patience = PASSWORDS) -> int:
    """Give the seconds to wait after so many wrong answers: 0, then 2, 4 ... 900 (AU-05)."""
    if failures < patience.free:
        return 0
    doublings = min(failures - patience.free + 1, 10)
    return int(min(2**doublings, patience.longest))


def decide_left(
    failures: int,
    last: datetime.datetime,
    at: datetime.datetime,
    patience: Patience = PASSWORDS,
) -> int:
    """Give the whole seconds still to wait, at least 1 while there are any."""
    left = decide_wait(failures, patience) - (at - last).total_seconds()
    return max(0, int(-(-left // 1)))


def decide_failures(failures: int, last: datetime.datetime, at: datetime.datetime) -> int:
    """Give how many wrong answers still count: none of yesterday's."""
    return 0 if at - last >= FORGOTTEN_AFTER else failures


def neighbourhood(address: str) -> str:
    """Give whose answers count together: an IPv4 address, or the /64 one customer is given."""
    # some proxies add the port, which is another at each try
    plain = re.sub(r"^\[(.+)\](:\d+)?$|^([\d.]+):\d+$", r"\1\3", address)
    try:
        found = ipaddress.ip_address(plain.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def in_words(seconds: int) -> str:
    """Say a wait so that a person can plan it."""
    if seconds <= 60:  # noqa: PLR2004 a minute
        return say_number("%(number)s second", "%(number)s seconds", number=seconds)
    return say_number("%(number)s minute", "%(number)s minutes", number=-(-seconds // 60))


class Outcome(enum.StrEnum):
    """Where an answer leads."""

    WRONG = "wrong"
    WAIT = "wait"
    BUSY = "busy"
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
# clocks of two machines may differ by this; what is said to happen later than now did not
CLOCKS_DIFFER: Final = datetime.timedelta(minutes=1)


class Ended(enum.StrEnum):
    """How a sitting ended; empty while it lasts."""

    SIGNED_OUT = "signed out"
    IDLE = "idle"
    TOO_LONG = "too long"
    BY_OWNER = "by the owner"
    BY_STAFF = "by the practice"


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """How long a sitting may be idle, how long it may last at all, and whether it sleeps between.

    A sitting that sleeps opens nothing; one factor wakes it, on that device and while it may last.
    """

    idle: datetime.timedelta
    absolute: datetime.timedelta
    sleeps: bool = False


def decide_end(
    began: datetime.datetime, seen: datetime.datetime, at: datetime.datetime, limits: Limits
) -> Ended | None:
    """Say whether a sitting is over by itself (AU-12).

    One seen later than now is over: the clock went back, and nobody knows how long it idled.
    """
    if at - began >= limits.absolute:
        return Ended.TOO_LONG
    if not lasts(seen, at, limits.idle):
        return Ended.IDLE
    return None


def decide_sleep(
    over: Ended, began: datetime.datetime, at: datetime.datetime, limits: Limits
) -> bool:
    """Say whether a sitting that is over for having idled only sleeps."""
    return limits.sleeps and over is Ended.IDLE and lasts(began, at, limits.absolute)


def lasts(since: datetime.datetime, at: datetime.datetime, long: datetime.timedelta) -> bool:
    """Say whether what began at `since` still lasts; never by a clock that went back."""
    return -CLOCKS_DIFFER <= at - since < long


_BROWSERS: Final = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"),
                    ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS: Final = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
                   ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


def device_name(user_agent: str) -> str:
    """Name a browser so that its owner knows it again, and no more exactly: "Firefox on Linux"."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


# longer than any address of ours, far shorter than what Django refuses to lead to
LONGEST_PATH: Final = 2000


def local_path(address: str | None, fallback: str) -> str:
    """Give `address` if it is a path of this site, else `fallback`."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return fallback
    if len(address) > LONGEST_PATH or any(one <= " " or one == "\\" for one in address):
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


def is_six_digits(plain: str) -> bool:
    """Tell the code of an authenticator from a password: none so short is taken as one."""
    return re.fullmatch(r"[0-9]{6}", plain) is not None


def is_recovery_code(plain: str) -> bool:
    """Tell a recovery code from the six digits of an authenticator, by its length."""
    return len(plain) == RECOVERY_LENGTH


def shown_code(code: str) -> str:
    """Write a recovery code in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
