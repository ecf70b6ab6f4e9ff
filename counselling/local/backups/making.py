"""Make a backup: one snapshot, dumped and encrypted as a stream, hashed, told of in a manifest."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import time
from typing import IO, TYPE_CHECKING, Final

import psycopg

from counselling.local.backups import age, inventory, manifest, programs
from counselling.local.backups.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from counselling.local.backups.where import Side

_SNAPSHOT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class _Hashed:
    """A file that hashes what is written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes, /) -> int:
        """Write, hash, count."""
        self._hash.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Pass it on."""
        self._file.flush()

    @property
    def sha256(self) -> str:
        """The hash of all that was written."""
        return self._hash.hexdigest()


def make(side: Side, folder: Path, to: list[age.Recipient]) -> Path:
    """Back one database up and give the file; a file without its manifest counts for nothing."""
    with _snapshot(side.url) as (connection, name):
        path = _free(folder, side.kind)
        draft = folder / f".{path.name}.part"
        with _private(draft) as file, programs.dump(side.url, name) as source:
            sink = _Hashed(file)
            age.encrypt(source, sink, to)
        holds = inventory.take(connection, side.kind)
    draft.rename(path)
    _tell(Manifest(side.kind, path.name, sink.size, sink.sha256, holds), path)
    return path


@contextlib.contextmanager
def _snapshot(url: str) -> Iterator[tuple[psycopg.Connection, str]]:
    """Hold one instant of the database for the dump and for the hashes alike."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_SNAPSHOT)
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None  # noqa: S101 - for the type checker: a function answers with a row
        yield connection, row[0]
        connection.execute("COMMIT")


def _free(folder: Path, kind: str) -> Path:
    """Name the next backup; two within a second wait for each other."""
    while True:
        path = folder / manifest.stamped(kind, datetime.datetime.now(datetime.UTC))
        if not path.exists():
            return path
        time.sleep(0.1)


@contextlib.contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """Write a file for its owner alone that is on the disk itself when this ends."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _tell(told: Manifest, path: Path) -> None:
    beside = manifest.beside(path)
    draft = path.parent / f".{beside.name}.part"
    with _private(draft) as file:
        file.write(told.text().encode())
    draft.rename(beside)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def forget_older(folder: Path, kind: str, days: int) -> list[str]:
    """Remove what is older than so many days, and name it; only after a newer one was tried."""
    limit = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)
    gone = []
    for path in sorted(folder.glob(f"{kind}-*.age")):
        made = manifest.made_at(path)
        if made is not None and made < limit:
            manifest.beside(path).unlink(missing_ok=True)
            path.unlink()
            gone.append(path.name)
    return gone
