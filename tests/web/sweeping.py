"""Look for a word in everything that is kept: tables, files, sessions, in any usual spelling."""

from __future__ import annotations

import base64
import contextlib
import functools
import os
import pathlib
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

from counselling.local.backups import programs
from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DATABASES: Final = "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate"
_TABLES: Final = (
    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm') "
    "AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
)


def spellings(word: str | bytes) -> dict[str, bytes]:
    """Give a word as it may lie about: in clear, in both UTF-16, in hex, in base64."""
    plain = word if isinstance(word, bytes) else word.encode()
    found = {
        "clear": plain,
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        **{f"base64 from {shift}": _base64(plain, shift) for shift in range(3)},
    }
    if isinstance(word, str):
        found |= {"UPPER": word.upper().encode(), "Title": word.title().encode()}
        found |= {"utf-16-le": word.encode("utf-16-le"), "utf-16-be": word.encode("utf-16-be")}
    return found


def _base64(plain: bytes, shift: int) -> bytes:
    """Give the letters that depend on the word alone when it begins `shift` bytes into a group."""
    whole = base64.b64encode(b"\x00" * shift + plain)
    first = -(-shift * 8 // 6)
    sure = (shift + len(plain)) * 8 // 6
    return whole[first:sure]


def found_in(content: bytes, words: Mapping[str, str | bytes]) -> set[str]:
    """Name the words that are in some bytes, each with its spelling."""
    return {
        f"{name} ({spelling})"
        for name, word in words.items()
        for spelling, form in spellings(word).items()
        if form in content
    }


def tables(words: Mapping[str, str | bytes]) -> dict[str, set[str]]:
    """Look through every row of every database, as the bytes that are stored."""
    return {table: hits for table, content in _rows() if (hits := found_in(content, words))}


def _rows() -> Iterator[tuple[str, bytes]]:
    with superuser() as connection:
        databases = [name for (name,) in connection.execute(_DATABASES).fetchall()]
    for database in databases:
        url = make_conninfo(os.environ["SUPERUSER_URL"], dbname=database)
        with psycopg.connect(url, autocommit=True) as connection:
            for (table,) in connection.execute(_TABLES).fetchall():
                yield f"{database}: {table}", _copied(connection, table)


def _copied(connection: psycopg.Connection[Any], table: str) -> bytes:
    query = f"COPY (SELECT * FROM ONLY {table}) TO STDOUT (FORMAT binary)"
    with connection.cursor().copy(query) as copy:
        return b"".join(bytes(part) for part in copy)


def files(words: Mapping[str, str | bytes]) -> dict[str, set[str]]:
    """Look through the data folder of PostgreSQL, its log of writes, and our own folder."""
    with superuser() as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    found = {}
    for folder in {pathlib.Path(row[0]), pathlib.Path(settings.DATA)}:
        for path in folder.rglob("*"):
            if path.is_file() and (hits := found_in(path.read_bytes(), words)):
                found[str(path.relative_to(folder))] = hits
    return found


def dumps(words: Mapping[str, str | bytes]) -> dict[str, set[str]]:
    """Look into a `pg_dump` of every database, as whoever steals a backup would."""
    found = {}
    with superuser() as connection:
        databases = [name for (name,) in connection.execute(_DATABASES).fetchall()]
    for database in databases:
        url = make_conninfo(os.environ["SUPERUSER_URL"], dbname=database)
        # large objects and owners included; a broker's tables lie in a database of their own
        command = [programs.folder() / "pg_dump", "--dbname", url]
        dump = subprocess.run(command, capture_output=True, check=True).stdout
        assert b"PostgreSQL database dump complete" in dump, database
        if hits := found_in(dump, words):
            found[database] = hits
    return found


def folder(path: pathlib.Path, words: Mapping[str, str | bytes]) -> dict[str, set[str]]:
    """Look through the files of a folder."""
    return {
        str(file.relative_to(path)): hits
        for file in path.rglob("*")
        if file.is_file() and (hits := found_in(file.read_bytes(), words))
    }


@contextlib.contextmanager
def temporary(path: pathlib.Path) -> Iterator[None]:
    """Have temporary files made in a folder and never taken away: as if the power failed then."""
    truly = os.unlink

    def kept(name: Any, *said: Any, **more: Any) -> None:
        if not str(name).startswith(str(path)):
            truly(name, *said, **more)

    with (
        mock.patch.dict(os.environ, {"TMPDIR": str(path)}),
        mock.patch.object(tempfile, "tempdir", str(path)),
        mock.patch.object(os, "unlink", kept),
        mock.patch.object(os, "remove", kept),
        # it has taken hold of unlink before
        mock.patch.object(
            tempfile,
            "NamedTemporaryFile",
            functools.partial(tempfile.NamedTemporaryFile, delete=False),
        ),
    ):
        yield


def sessions(words: Mapping[str, str | bytes]) -> dict[str, set[str]]:
    """Look into what browsers' sessions hold, which is packed where it lies."""
    from django.contrib.sessions.models import Session

    found = {}
    for session in Session.objects.all():
        if hits := found_in(repr(session.get_decoded()).encode(), words):
            found[session.session_key[:6]] = hits
    return found
