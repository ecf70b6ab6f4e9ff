"""A real practice in a folder of its own: PostgreSQL that syncs, web, worker, scheduler, sealer."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import psycopg
from psycopg.conninfo import make_conninfo

from counselling.local import children, doors, places, processes
from counselling.local.children import Child, Log, clear_remains, stop_all
from counselling.local.cluster import ROOT, Cluster
from counselling.local.demo import PROCESSES
from counselling.local.preparation import PYTHON, Preparation
from tests import template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# what the run of the tests says of itself is not said to the practice's processes
OURS = ("COUNSELLING_SECRETS", "SUPERUSER_URL", "WITNESS_FILE")


class Kept(Log):
    """The launcher's log, kept instead of shown."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.lines: list[str] = []

    def plain(self, text: str) -> None:
        """Keep a line."""
        self.lines.append(text)

    def tail(self, count: int = 60) -> str:
        """Give the last lines, for who looks why something failed."""
        return "\n".join(self.lines[-count:])


class Planted(Preparation):
    """The steps of the demo with a small practice instead of a long story."""

    migrated = False

    def surroundings(self, process: str) -> dict[str, str]:
        """Keep what the tests' own practice uses out of this one."""
        told = super().surroundings(process) | {"DJANGO_SETTINGS_MODULE": "counselling.settings"}
        return {name: value for name, value in told.items() if name not in OURS}

    def _migrate(self) -> None:
        if not self.migrated:
            super()._migrate()

    def _plant(self) -> None:
        plant = [PYTHON, "-m", "tests.faults.planting", str(self._folder / "world.json")]
        self._step("plant", plant, "command")


class Practice:
    """Everything that runs, what may be killed of it, and the launcher that brings it back."""

    def __init__(self) -> None:
        """Choose a folder and a port; `start` does the rest."""
        self.folder = Path(tempfile.mkdtemp(prefix="counselling-faults-", dir="/var/tmp"))
        self.folder.chmod(0o755)
        with socket.socket() as probe:
            probe.bind((doors.LOOPBACK, 0))
            self.port = int(probe.getsockname()[1])
        self.log = Kept()
        self.cluster = Cluster(self.folder)
        with mock.patch.dict(os.environ):
            for name in places.NAMES:
                os.environ.pop(name, None)
            self.preparation = Planted(self.folder, self.port, self.log)
        self.children: dict[str, Child] = {}

    def start(self) -> None:
        """Prepare and start all parts, in the order of the demo."""
        self.preparation.migrated = template.plant(self.cluster)
        self.preparation.run()
        for name, command in PROCESSES.items():
            child = Child(name, command, self.preparation.surroundings(name), self.log)
            self.children[name] = child
            child.start()
        self.wait(self.is_ready, 60)

    def stop(self) -> None:
        """End everything and leave nothing; nobody waits here for what was begun."""
        for pid in children.marked(self.folder.resolve()):
            end_at_once(pid)
        stop_all(list(self.children.values()))
        clear_remains(self.folder.resolve())
        with contextlib.suppress(Exception):
            self.cluster.stop()
        self.cluster.destroy()
        shutil.rmtree(self.folder, ignore_errors=True)

    def is_ready(self) -> bool:
        """Say whether people would be told that everything is up."""
        return doors.status(self.port, "/readyz") == HTTPStatus.OK

    def look_after(self) -> None:
        """Bring back what died, as the demo's launcher does; on the main thread only."""
        self.preparation.look_after_database()
        for child in self.children.values():
            child.look_after()

    def wait(self, happens: Callable[[], bool], seconds: float) -> None:
        """Look after everything until something happens; fail with the log if it does not."""
        ends = time.monotonic() + seconds
        while not happens():
            assert time.monotonic() < ends, f"it did not happen\n{self.log.tail()}"
            self.look_after()
            time.sleep(0.1)

    @property
    def world(self) -> dict[str, Any]:
        """Who works here and who is cared for, as `planting` wrote it."""
        known: dict[str, Any] = json.loads((self.folder / "world.json").read_text())
        return known

    # -- the database past every policy --------------------------------------------------------

    @contextlib.contextmanager
    def root(self, database: str = "counselling") -> Iterator[psycopg.Connection[Any]]:
        """Connect as the superuser."""
        url = make_conninfo(self.cluster.superuser_url, dbname=database)
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            yield connection

    def ask(self, question: str, *values: object) -> Any:
        """Ask for one value; None while the database is away."""
        with contextlib.suppress(psycopg.Error), self.root() as connection:
            row = connection.execute(question, list(values)).fetchone()
            return row[0] if row else None
        return None

    @contextlib.contextmanager
    def shut(self, database: str) -> Iterator[None]:
        """Let nobody into a database, and put out who is there."""
        with self.root("postgres") as connection:
            connection.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [database],
            )
            try:
                yield
            finally:
                connection.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")

    def run(self, *command: str, process: str = "command", seconds: float = 300) -> str:
        """Run a program of the practice beside it and give what it says; raises if it fails."""
        done = subprocess.run(
            [PYTHON, *command],
            cwd=ROOT,
            env=self.preparation.surroundings(process),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}\n{self.log.tail()}"
        return done.stdout

    # -- who can be killed ---------------------------------------------------------------------

    def pids(self, part: str) -> list[int]:
        """Give the processes of a part; none while it is down."""
        if part in {"web", "worker", "scheduler", "sealer"}:
            return self._parent(part)
        if part in {"web worker", "pool child"}:
            parents = self._parent("web" if part == "web worker" else "worker")
            return [pid for parent in parents for pid in offspring(parent)]
        server = self.cluster.pid()
        if part == "postmaster":
            return [server] if server else []
        return [pid for pid in offspring(server or 0) if "counselling" in title(pid)]

    def _parent(self, name: str) -> list[int]:
        process = self.children[name]._process
        return [process.pid] if process is not None and process.poll() is None else []

    def everything(self) -> list[int]:
        """Give all processes of the practice at once."""
        server = self.cluster.pid() or 0
        return [
            *children.marked(self.folder.resolve()),
            *offspring(server),
            *([server] * (server > 0)),
        ]


def offspring(parent: int) -> list[int]:
    """Give the children of a process."""
    found = []
    for entry in processes.PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                fields = entry.joinpath("stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == parent and fields[0] not in "ZX":
                    found.append(int(entry.name))
    return found


def title(pid: int) -> str:
    """Give what a process says of itself."""
    with contextlib.suppress(OSError):
        return processes.PROC.joinpath(str(pid), "cmdline").read_bytes().decode(errors="replace")
    return ""


def end_at_once(pid: int) -> bool:
    """Kill with -9; True if there was somebody."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
