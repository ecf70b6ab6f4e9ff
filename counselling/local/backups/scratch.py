"""A PostgreSQL server for one trial: made in a folder of its own, destroyed with all that is in it.

What a restore brings into it is as sealed as where it came from.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg

from counselling.local import binaries, roles
from counselling.local.backups import age, inventory, manifest, programs
from counselling.local.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counselling.local.backups.manifest import Inventory, Manifest
    from counselling.local.backups.where import Side

PREFIX: Final = "counselling-scratch-"


@contextlib.contextmanager
def server() -> Iterator[Cluster]:
    """Run a server with the practice's roles and two empty databases, then destroy it."""
    _clear_remains(place())
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place()))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    handle = _locked(folder)
    cluster = Cluster(folder / "pg", programs.folder(), fast=True)
    try:
        cluster.start()
        roles.prepare(cluster.superuser_url, databases=(roles.MAIN, roles.KEYS_DATABASE))
        yield cluster
    finally:
        cluster.destroy()
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def place() -> Path:
    """Give where there is room for a trial."""
    named = os.environ.get("BACKUP_SCRATCH")
    if named:
        return Path(named)
    return (
        binaries.FALLBACK if os.access(binaries.FALLBACK, os.W_OK) else Path(tempfile.gettempdir())
    )


def _locked(folder: Path) -> int:
    handle = os.open(folder / "lock", os.O_CREAT | os.O_WRONLY, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def _clear_remains(place: Path) -> None:
    """Destroy what a trial that was killed left: its lock is free.

    Only what is our own: where anybody may write, anybody could have put a folder there for us.
    """
    for folder in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.lstat().st_uid != os.geteuid() or folder.is_symlink():
                continue
            handle = _locked(folder)
            Cluster(folder / "pg").destroy()
            shutil.rmtree(folder, ignore_errors=True)
            os.close(handle)


def bring_back(side: Side, path: Path, told: Manifest, by: list[age.Identity]) -> Inventory:
    """Restore a backup into the side's empty database, as its owner, and take its inventory."""
    with psycopg.connect(side.url, autocommit=True) as connection:
        # the dump brings the schema with it
        connection.execute("DROP SCHEMA IF EXISTS public CASCADE")
    with manifest.opened(path, told, place()) as source, programs.restore(side.url) as sink:
        age.decrypt(source, sink, by, path.name)
    with psycopg.connect(side.url) as connection:
        return inventory.take(connection, side.kind)
