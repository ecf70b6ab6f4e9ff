"""What whoever runs the machine has to watch: figures and dates, and no name of anybody."""

from __future__ import annotations

import dataclasses
import datetime
import pathlib
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections

import audit.queries
from audit.queries import outside
from counselling import health, jobs, restores
from counselling.vault import certificates
from counselling.vault.router import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

SEALED_WITHIN: Final = datetime.timedelta(minutes=2)
BACKED_UP_WITHIN: Final = datetime.timedelta(days=2)
WITNESSED_WITHIN: Final = datetime.timedelta(hours=1)
VERIFIED_WITHIN: Final = datetime.timedelta(days=1)
CERTIFICATE_DAYS: Final = 30
# with less left, an event of next month may find no place
NEXT_MONTH: Final = datetime.timedelta(days=31)
MOST_DUE: Final = 100
MOST_CONNECTED: Final = 0.8
CLOCKS_APART: Final = 5
BEATING: Final = ("worker", "scheduler")

_CONNECTED: Final = """
SELECT count(*)::float / current_setting('max_connections')::int, clock_timestamp()
FROM pg_stat_activity
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Sight:
    """One thing that was looked at; `well` is False when a person is needed."""

    name: str
    said: str
    well: bool


def look() -> Iterator[Sight]:
    """Look at everything; the manual says what to do about each."""
    now = datetime.datetime.now(datetime.UTC)
    yield _sealing(now)
    yield _verification(now)
    yield _sharing()
    yield from _witnesses(now)
    yield _months()
    yield from (_beat(process) for process in BEATING)
    yield _due()
    yield from _database(now)
    yield _keys()
    yield from _backups()
    yield from _certificates(now)


def _sealing(now: datetime.datetime) -> Sight:
    standing = audit.queries.standing()
    late = now - standing.oldest if standing.oldest else datetime.timedelta()
    said = f"{standing.waiting} events wait, the oldest for {_short(late)}"
    return Sight("sealing", said, late < SEALED_WITHIN)


def _verification(now: datetime.datetime) -> Sight:
    last = audit.queries.last_verification()
    if last is None or last.all_at is None:
        return Sight("verification", "never", well=False)
    ago, all_ago = now - last.at, now - last.all_at
    # twice, so that one that was missed is not yet an alarm; 0 leaves it to somebody else
    every = datetime.timedelta(seconds=settings.VERIFY_EVERY_SECONDS)
    look = datetime.timedelta(seconds=settings.LOOK_EVERY_SECONDS)
    limit, soon = 2 * (every or VERIFIED_WITHIN), 2 * (min(every, look) or VERIFIED_WITHIN)
    word = "whole" if last.whole else "read again" if last.doubted else "NOT WHOLE"
    said = f"{word}, {_short(ago)} ago, all of it {_short(all_ago)} ago"
    return Sight("verification", said, last.whole and ago < soon and all_ago < limit)


def _sharing() -> Sight:
    stopped = outside.frozen()
    said = f"STOPPED since {stopped.at:%Y-%m-%d %H:%M} UTC" if stopped else "goes on"
    return Sight("sharing", said, stopped is None)


def _witnesses(now: datetime.datetime) -> Iterator[Sight]:
    """Look whether those outside can be told; the file is looked for even if no mail is set."""
    known = outside.witnesses()
    for name in ("file", *(["mail"] if settings.WITNESS_MAIL else [])):
        one = known.get(name)
        since = one.failing_since if one else None
        told = one.told_at if one else None
        if since:
            said = f"cannot be told for {_short(now - since)}"
        else:
            said = f"told {_short(now - told)} ago" if told and name == "mail" else "is told"
        yield Sight(f"witness-{name}", said, since is None or now - since < WITNESSED_WITHIN)


def _months() -> Sight:
    """Look how far the log reaches ahead, and since when it is kept."""
    there = audit.queries.months()
    said = f"{there.left.days} days made ahead, kept since {there.first:%Y-%m}"
    return Sight("months", said, there.left > NEXT_MONTH)


def _beat(process: str) -> Sight:
    age = health.age(process)
    said = "never" if age is None else f"{_short(age)} ago"
    return Sight(process, said, age is not None and age < health.OLD)


def _due() -> Sight:
    waiting = sum(1 for _ in jobs.due())
    return Sight("due", f"{waiting} letters and documents", waiting < MOST_DUE)


def _database(now: datetime.datetime) -> Iterator[Sight]:
    with connection.cursor() as cursor:
        cursor.execute(_CONNECTED)
        used, clock = cursor.fetchone()
    yield Sight("connections", f"{used:.0%} of what the database allows", used < MOST_CONNECTED)
    apart = abs((clock - now).total_seconds())
    yield Sight("clock", f"{apart:.1f} s from the database's", apart < CLOCKS_APART)


def _keys() -> Sight:
    with connections[KEYS].cursor() as cursor:
        cursor.execute("SELECT 1")
    return Sight("keys", "the keys database answers", well=True)


def _backups() -> Iterator[Sight]:
    seen = restores.ages()
    for kind in restores.KINDS:
        _, age = seen.get(kind, (None, None))
        said = "never" if age is None else f"tried {_short(age)} ago"
        yield Sight(f"backup-{kind}", said, age is not None and age < BACKED_UP_WITHIN)


def _certificates(now: datetime.datetime) -> Iterator[Sight]:
    """Look at those that this process can read: the servers' everywhere, the practice's at home."""
    servers = settings.DATABASES[DEFAULT_DB_ALIAS]["OPTIONS"].get("sslrootcert", "")
    paths = {"servers": servers, "practice": settings.PRACTICE_CERTIFICATE_FILE}
    for name, path in paths.items():
        if not str(path) or not pathlib.Path(path).exists():
            continue
        left = (certificates.ends(pathlib.Path(path)) - now).days
        yield Sight(f"certificate-{name}", f"{left} days left", left > CERTIFICATE_DAYS)


def _short(span: datetime.timedelta) -> str:
    return str(span).partition(".")[0]
