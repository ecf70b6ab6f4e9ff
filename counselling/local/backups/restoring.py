"""Restore a backup to live on: aside first, whole, and only then in the place of what was there.

Killed at any point, it leaves the living database as it was: the two renames are one transaction.
"""

from __future__ import annotations

import datetime
import os
import subprocess
from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from counselling.local import roles
from counselling.local.backups import destroying, manifest, scratch, where
from counselling.local.backups.trying import MANAGE
from counselling.local.cluster import ROOT
from counselling.local.problem import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from counselling.local.backups import age
    from counselling.local.backups.destroying import Destroyed
    from counselling.local.backups.manifest import Inventory, Manifest
    from counselling.local.backups.where import Side

_THERE: Final = "SELECT 1 FROM pg_database WHERE datname = %s"
_GUESTS: Final = (
    "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = %s AND usename IS NOT NULL"
)
_ANYTHING: Final = {
    "main": "SELECT EXISTS (SELECT FROM audit_event)",
    "keys": "SELECT EXISTS (SELECT FROM vault_key)",
}


class Living(NamedTuple):
    """What is in the place now."""

    there: bool
    holds: bool


class Restored(NamedTuple):
    """What a restore did."""

    backup: Manifest
    before: str
    destroyed_again: list[str]


def living(side: Side) -> Living:
    """Look at what is in the place; raises Problem while anybody works with it."""
    connections.close_all()
    with psycopg.connect(side.superuser_url(), autocommit=True) as connection:
        if connection.execute(_THERE, [side.name]).fetchone() is None:
            return Living(there=False, holds=False)
        if guests := connection.execute(_GUESTS, [side.name]).fetchall():
            message = (
                f"The {side.kind} database is in use ({', '.join(one for (one,) in guests)}): "
                "stop web, worker, scheduler and sealer first (the demo with Ctrl-C)."
            )
            raise Problem(message)
    return Living(there=True, holds=_holds(side))


def _holds(side: Side) -> bool:
    try:
        with psycopg.connect(side.url, autocommit=True) as connection:
            row = connection.execute(_ANYTHING[side.kind]).fetchone()
    except psycopg.errors.UndefinedTable:
        return False
    return row != (False,)


def check_version(backup: Manifest) -> None:
    """Refuse a backup of a newer program: its tables would not be understood."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or ()}
    if newer := sorted(set(backup.holds.migrations) - known):
        message = (
            f"{backup.file} was made by a newer version ({newer[-1]}): install that one first."
        )
        raise Problem(message)


def destroyed(side: Side, folder: Path, *, without_log: bool) -> Destroyed | None:
    """Collect which keys must not come back; nothing is to be asked for the main database."""
    if side.kind != "keys":
        return None
    return destroying.known(where.side("main"), side, folder, without_log=without_log)


def put_in_place(
    side: Side,
    path: Path,
    by: list[age.Identity],
    gone: Destroyed | None,
    *,
    was: Living,
    keep: bool,
) -> Restored:
    """Restore aside, compare, destroy again, bring the tables up to date, then change places."""
    backup = manifest.read(path)
    aside = side.called(f"{side.name}_restoring")
    _make_empty(side, aside)
    try:
        back = scratch.bring_back(aside, path, backup, by)
        _compare(backup, back)
        again = destroying.again(aside.url, gone) if gone else []
        _migrate(aside)
    except BaseException:
        _drop(side, aside.name)
        raise
    return Restored(backup, _change_places(side, aside, was, keep=keep), again)


def _compare(backup: Manifest, back: Inventory) -> None:
    if wrong := list(backup.holds.differences(back)):
        message = f"{backup.file} did not come back as it was: {wrong[0]}."
        raise Problem(message)


def _make_empty(side: Side, aside: Side) -> None:
    _drop(side, aside.name)
    roles.make_alike(side.superuser_url(), aside.name, side.plan)


def _drop(side: Side, name: str) -> None:
    with psycopg.connect(side.superuser_url(), autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
        connection.execute(drop)


def _migrate(aside: Side) -> None:
    """Bring an older backup's tables up to what this program knows."""
    names = {"main": ("owner", "DATABASE_OWNER_URL"), "keys": ("keys", "KEYS_DATABASE_URL")}
    alias, address = names[aside.kind]
    command = [*MANAGE, "migrate", "--database", alias, "--verbosity", "0", "--skip-checks"]
    surroundings = os.environ | {address: aside.url, "COUNSELLING_PROCESS": "migrate"}
    done = subprocess.run(
        command, env=surroundings, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        message = f"The restored tables could not be brought up to date: {said}"
        raise Problem(message)


def _change_places(side: Side, aside: Side, was: Living, *, keep: bool) -> str:
    """Rename both in one transaction; give the name of what was there, if it is kept."""
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dt%H%M%Sz")
    before = f"{side.name}_before_{stamp}"
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    living, back, old = map(sql.Identifier, (side.name, aside.name, before))
    connections.close_all()
    try:
        with psycopg.connect(side.superuser_url()) as connection:
            if was.there:
                connection.execute(rename.format(living, old))
            connection.execute(rename.format(back, living))
    except psycopg.errors.ObjectInUse as error:
        _drop(side, aside.name)
        message = f"Somebody came back to the {side.kind} database: stop everything, then again."
        raise Problem(message) from error
    if was.there and not (keep and was.holds):
        _drop(side, before)
    return before if was.there and keep and was.holds else ""


def newest_of(kind: str, given: str) -> Path:
    """Find the backup that was named, in the folder or anywhere; or the newest."""
    folder = where.folder()
    found = manifest.newest(folder, kind) if given == "newest" else folder / given
    if found is None or not found.exists():
        message = f"There is no backup {given} of {kind} in {folder}."
        raise Problem(message)
    return found
