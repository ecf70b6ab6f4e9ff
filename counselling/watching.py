"""What whoever runs the machine has to watch: figures and dates, and no name of anybody."""

from __future__ import annotations

import dataclasses
import datetime
import pathlib
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections

import audit.queries
from counselling import health, jobs, restores
from counselling.vault import certificates
from counselling.vault.router import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

SEALED_WITHIN: Final = datetime.timedelta(minutes=2)
BACKED_UP_WITHIN: Final = datetime.timedelta(days=2)
VERIFIED_WITHIN: Final = datetime.timedelta(days=1)
CERTIFICATE_DAYS: Final = 30
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
    if last is None:
        return Sight("verification", "never", well=False)
    ago = now - last.at
    # twice, so that one that was missed is not yet an alarm; 0 leaves it to somebody else
    every = datetime.timedelta(seconds=settings.VERIFY_EVERY_SECONDS) or VERIFIED_WITHIN
    limit = 2 * every
    said = f"{'whole' if last.whole else 'NOT WHOLE'}, {_short(ago)} ago"
    return Sight("verification", said, last.whole and ago < limit)


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
