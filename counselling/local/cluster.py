"""Run a PostgreSQL of our own in a folder: socket only, as anybody, whole again after `kill -9`."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

from counselling.local import binaries as programs
from counselling.local import processes
from counselling.local.problem import Problem

ROOT = Path(__file__).resolve().parents[2]
SUPERUSER = "postgres"
START_SECONDS = 60.0
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # web, worker, scheduler and sealer, each to the practice, the keys and the queue
    "max_connections": "100",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_parallel_workers": "2",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m ",
}
# Only for data that nobody will miss: tests.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ENDINGS = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 3.0))


def default_urls(folder: Path | None = None) -> dict[str, str]:
    """Compute the addresses of the cluster in `folder` (default: the clone's `.local`)."""
    return Cluster(folder or ROOT / ".local").urls()


class Cluster:
    """One PostgreSQL server whose data lies in a folder."""

    def __init__(self, folder: Path, binaries: Path | None = None, *, fast: bool = False) -> None:
        """Name the cluster; touches nothing before `start`."""
        self.folder = folder.resolve()
        self.fast = fast
        mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        self.sockets = Path(tempfile.gettempdir()) / f"counselling-{mark}"
        self._fallback = programs.FALLBACK / f"counselling-data-{mark}"
        self._binaries = binaries
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """The data folder: in ours, or outside when root's unprivileged user cannot walk there."""
        inside = self.folder / "postgres"
        return inside if programs.reachable(inside, programs.runner()) else self._fallback

    def urls(self) -> dict[str, str]:
        """Give the address of each database for its role, under the names that settings read."""
        return {
            "DATABASE_URL": self._url("counselling_app", "counselling"),
            "DATABASE_OWNER_URL": self._url("counselling_owner", "counselling"),
            "DATABASE_SEALER_URL": self._url("counselling_sealer", "counselling"),
            "KEYS_DATABASE_URL": self._url("counselling_keys", "counselling_keys"),
            "BROKER_URL": self._url("counselling_app", "counselling_queue", "pgmq"),
        }

    @property
    def superuser_url(self) -> str:
        """The address for preparing the cluster and for tests that attack as superuser."""
        return self._url(SUPERUSER, "postgres")

    def _url(self, role: str, database: str, scheme: str = "postgresql") -> str:
        return f"{scheme}://{role}@/{database}?host={quote(str(self.sockets), safe='')}"

    def start(self, *, with_parent: bool = True) -> None:
        """Start the server and wait until it answers; one that runs already is used as it is.

        With `with_parent` the server ends by itself when this process is killed (Linux).
        """
        if self.running() and self._answers():
            return
        user, data = programs.runner(), self.data
        found = programs.for_user(self._binaries or programs.find(), user)
        self._make_folders(user)
        self._clear_remains()
        self._forget_an_older_folder()
        if not data.joinpath("PG_VERSION").exists():
            self._create(found, user)
        self._launch(found, user, with_parent=with_parent)
        self._wait_until_ready()

    def stop(self) -> None:
        """End the server in order, whoever started it; quiet when there is none."""
        pid = self.pid()
        if pid is None:
            return
        ended = (
            self._end_child()
            if self._child and self._child.pid == pid
            else processes.end(pid, *ENDINGS)
        )
        if not ended:
            message = f"PostgreSQL (process {pid}) does not stop: end it by hand and start again."
            raise Problem(message)
        self._child = None

    def destroy(self) -> None:
        """Stop the server and remove its data and socket folder."""
        self.stop()
        for folder in (self.data, self.sockets):
            shutil.rmtree(folder, ignore_errors=True)

    def running(self) -> bool:
        """Say whether the server is up and takes connections."""
        return self.pid() is not None and self._status() == "ready"

    def _answers(self) -> bool:
        # A server that was killed this very moment still has its process; only an answer proves it.
        import psycopg  # noqa: PLC0415 - the addresses must be computable without any package

        with (
            contextlib.suppress(psycopg.Error),
            psycopg.connect(self.superuser_url, connect_timeout=2) as connection,
        ):
            return connection.execute("SELECT 1").fetchone() is not None
        return False

    def pid(self) -> int | None:
        """Give the process id of the living server of this data folder."""
        lines = self._pid_lines()
        if not lines or not lines[0].strip().isdigit():
            return None
        pid = int(lines[0])
        return pid if processes.alive(pid) and processes.works_in(pid, self.data) else None

    def prepare(self) -> None:
        """Create what is missing of roles, databases and the queue."""
        from counselling.local.roles import prepare  # noqa: PLC0415 - needs psycopg, the addresses above do not

        prepare(self.superuser_url)

    def _pid_lines(self) -> list[str]:
        with contextlib.suppress(OSError):
            return self.data.joinpath("postmaster.pid").read_text().splitlines()
        return []

    def _status(self) -> str:
        lines = self._pid_lines()
        return lines[7].strip() if len(lines) > 7 else ""  # noqa: PLR2004 - line 8 holds PostgreSQL's own status word

    def _make_folders(self, user: programs.User | None) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.data.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = (
                f"The folder {self.folder} cannot be written ({error.strerror}): choose your own."
            )
            raise Problem(message) from error
        self._make_private(self.sockets, user)

    def _make_private(self, folder: Path, user: programs.User | None) -> None:
        # In a shared temporary folder a stranger could have made it first, to be our database.
        owner = os.geteuid() if user is None else user.pw_uid
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, owner, -1)
        found = folder.lstat()
        if found.st_uid != owner or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077:
            message = f"{folder} is not yours alone: remove it and start again."
            raise Problem(message)

    def _clear_remains(self) -> None:
        """After `kill -9`: wait a second for the old processes, end the rest, drop the old lock."""
        if not processes.wait_until(lambda: self.pid() is None, 1.0):
            self.stop()
        if self._child is not None:
            self._child.poll()  # reaps our own zombie, while which PostgreSQL would not start
        if not processes.wait_until(lambda: not self._left_over(), 1.0):
            for left in self._left_over():
                processes.end(left, (signal.SIGTERM, 1.0), (signal.SIGKILL, 3.0))
        self.data.joinpath("postmaster.pid").unlink(missing_ok=True)

    def _forget_an_older_folder(self) -> None:
        """Data outside goes with the folder it belongs to: whoever removes that starts afresh."""
        note = self.folder / "postgres-is-elsewhere"
        if self.data == self._fallback and not note.exists():
            shutil.rmtree(self.data, ignore_errors=True)
            note.write_text(f"{self.data}\n")

    def _left_over(self) -> list[int]:
        return [pid for pid in processes.working_in(self.data, "postgres") if processes.alive(pid)]

    def _create(self, found: Path, user: programs.User | None) -> None:
        # Made aside and renamed: what was interrupted half-made is never taken for a cluster.
        aside = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(aside, ignore_errors=True)
        self._make_private(aside, user)
        command: list[str | Path] = [
            found / "initdb",
            "--pgdata",
            aside,
            "--username",
            SUPERUSER,
            "--encoding",
            "UTF8",
            "--locale",
            "C",
        ]
        command += [
            "--auth-local",
            "trust",
            "--auth-host",
            "reject",
            *(["--no-sync"] if self.fast else []),
        ]
        made = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", **_identity(user)
        )
        if made.returncode:
            message = f"PostgreSQL could not create its data folder: {_cause(made.stderr)}"
            raise Problem(message)
        shutil.rmtree(self.data, ignore_errors=True)
        aside.rename(self.data)

    def _launch(self, found: Path, user: programs.User | None, *, with_parent: bool) -> None:
        settings = SETTINGS | (FAST if self.fast else {})
        settings |= {"unix_socket_directories": f'"{self.sockets}"'}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(found / "postgres"), "-D", str(self.data), *options]
        if with_parent:
            who = (user.pw_uid, user.pw_gid) if user else (-1, -1)
            command, user = processes.tethered(command, signal.SIGINT, *who), None
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                # The terminal's Ctrl-C must not reach it before its clients have stopped.
                start_new_session=True,
                **_identity(user),
            )

    @property
    def log(self) -> Path:
        """Where the server writes what it has to say."""
        return self.folder / "postgres.log"

    def _wait_until_ready(self) -> None:
        child = self._child
        assert child is not None  # noqa: S101 - for the type checker: _launch has just set it
        if (
            processes.wait_until(lambda: self.running() or child.poll() is not None, START_SECONDS)
            and self.running()
        ):
            return
        why = _cause(self.log.read_text(errors="replace"))
        message = f"PostgreSQL did not start: {why} (see {self.log})"
        raise Problem(message)

    def _end_child(self) -> bool:
        child = self._child
        assert child is not None  # noqa: S101 - for the type checker: asked only when there is one
        for number, seconds in ENDINGS:
            child.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(seconds)
                return True
        return False


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _identity(user: programs.User | None) -> _Identity:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _cause(text: str) -> str:
    """Give the last complaint; what follows it tells only of clearing away."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][-20:]
    complaints = [line for line in lines if any(word in line for word in ("FATAL", "error:"))]
    return (complaints or lines or ["it said nothing"])[-1]
