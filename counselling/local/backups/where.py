"""Where backups go, which databases they are of, and who can open them; from the environment."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from django.conf import settings
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from counselling import env
from counselling.local.backups import age
from counselling.local.problem import Problem
from counselling.local.roles import KEYS_DATABASE, MAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

# in this order: every key a row needs is committed before the row, so keys dumped after the main
# database hold all that it needs
KINDS: Final = ("main", "keys")
_ADDRESSES: Final = {
    "main": (MAIN, "DATABASE_OWNER_URL", "SUPERUSER_URL"),
    "keys": (KEYS_DATABASE, "KEYS_DATABASE_URL", "KEYS_SUPERUSER_URL"),
}


class Side(NamedTuple):
    """One of the two databases: what it is called in the plan, and its owner's address."""

    kind: str
    plan: str
    url: str

    @property
    def name(self) -> str:
        """The name of the database as it is now."""
        return str(conninfo_to_dict(self.url)["dbname"])

    def called(self, name: str) -> Side:
        """Give the same side in a database of another name."""
        return self._replace(url=make_conninfo(self.url, dbname=name))

    def superuser_url(self) -> str:
        """The address that may make and rename databases: only a restore asks for it."""
        return env.text(_ADDRESSES[self.kind][2])


def side(kind: str) -> Side:
    """Give the living database of a kind."""
    plan, address, _ = _ADDRESSES[kind]
    return Side(kind, plan, env.text(address))


def folder() -> Path:
    """Give the folder of the backups, for its owner alone."""
    found = env.path("BACKUP_FOLDER", settings.DATA / "backups").resolve()
    try:
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"The folder {found} cannot be made ({error.strerror}): set BACKUP_FOLDER."
        raise Problem(message) from error
    return found


def recipients() -> list[age.Recipient]:
    """Give the public keys that backups are made for; at home they are made when missing."""
    given = env.text("BACKUP_RECIPIENTS", "")
    path = settings.SECRETS / age.PUBLIC
    if not given and path.exists():
        given = path.read_text()
    return age.recipients(given)


def identities(given: str | None) -> list[age.Identity] | None:
    """Give the private keys from a file, from standard input for "-", at home from the demo's.

    None in production when none was given: they are kept apart.
    """
    if settings.AT_HOME:
        age.make_keys(settings.SECRETS)
    at_home = settings.SECRETS / age.PRIVATE
    if given is None and not (settings.AT_HOME and at_home.exists()):
        return None
    try:
        text = os.read(0, 65536).decode() if given == "-" else Path(given or at_home).read_text()
    except OSError as error:
        message = f"The private key cannot be read ({error.strerror}): {given}."
        raise Problem(message) from error
    return age.identities(text)


@contextlib.contextmanager
def alone(place: Path) -> Iterator[None]:
    """Let one backup or restore happen at a time, and clear what a killed one left half done."""
    handle = os.open(place / ".lock", os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for part in place.glob(".*.part"):
            part.unlink()
        yield
    except BlockingIOError as error:
        message = f"Another backup or restore is at work in {place}: let it end first."
        raise Problem(message) from error
    finally:
        os.close(handle)
