"""PostgreSQL's own programs at work: a dump as a stream, a stream into a database."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from psycopg.conninfo import conninfo_to_dict

from counselling.local import binaries
from counselling.local.backups.inventory import LEFT_OUT
from counselling.local.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

# conninfo: libpq's variable. An address with a password never stands among the arguments,
# where every user of the machine could read it.
_VARIABLES: Final = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
_DUMP: Final = (
    "--format=custom", "--compress=1", "--schema=public", "--no-password",
    "--lock-wait-timeout=60s",
)  # fmt: skip


def folder() -> Path:
    """Give the folder of the programs: the one named by POSTGRES_PROGRAMS, else what is found."""
    named = os.environ.get("POSTGRES_PROGRAMS")
    found = Path(named) if named else binaries.find()
    if not (found / "pg_dump").exists() or not (found / "pg_restore").exists():
        message = (
            f"pg_dump and pg_restore are not in {found}: set POSTGRES_PROGRAMS to their folder."
        )
        raise Problem(message)
    return found


@contextlib.contextmanager
def dump(url: str, snapshot: str) -> Iterator[IO[bytes]]:
    """Give a dump of one snapshot as a stream; raises Problem at its end if it is not whole."""
    leave_out = [f"--exclude-table-data=public.{name}" for name in LEFT_OUT]
    command = [str(folder() / "pg_dump"), *_DUMP, *leave_out, f"--snapshot={snapshot}"]
    with _run(command, url, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        yield running.stdout


@contextlib.contextmanager
def restore(url: str) -> Iterator[IO[bytes]]:
    """Take a dump as a stream into an empty database; raises Problem if anything does not fit."""
    name = conninfo_to_dict(url)["dbname"]
    command = [str(folder() / "pg_restore"), "--exit-on-error", "--no-password", f"--dbname={name}"]
    with _run(command, url, stdin=subprocess.PIPE) as running:
        assert running.stdin is not None  # noqa: S101 - for the type checker: it is a pipe
        yield running.stdin


@contextlib.contextmanager
def _run(
    command: list[str], url: str, stdin: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            command, env=_surroundings(url), stderr=said, cwd="/", stdin=stdin, stdout=stdout
        )
        try:
            yield running
            if running.stdin:
                running.stdin.close()
            code = running.wait()
        except BrokenPipeError:
            code = running.wait() or 1
        finally:
            _end(running)
        if code:
            said.seek(0)
            message = f"{Path(command[0]).name} stopped: {_first(said.read())}"
            raise Problem(message)


def _end(running: subprocess.Popen[bytes]) -> None:
    """Leave nothing running when it was interrupted."""
    if running.poll() is None:
        running.kill()
        running.wait()
    for pipe in (running.stdin, running.stdout):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()


def _first(said: bytes) -> str:
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    return lines[0] if lines else "it said nothing"


def _surroundings(url: str) -> dict[str, str]:
    parts = conninfo_to_dict(url)
    told = {_VARIABLES[name]: str(value) for name, value in parts.items() if name in _VARIABLES}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | told | {"PGAPPNAME": "counselling backup"}
