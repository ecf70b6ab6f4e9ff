"""What the demo needs first: database, secrets, tables, a practice; each made only if missing."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from counselling.local import languages, places
from counselling.local.children import Child, Log
from counselling.local.cluster import ROOT, Cluster
from counselling.local.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYTHON = sys.executable
MANAGE = [PYTHON, str(ROOT / "manage.py")]
KEYS = ["--database", "keys"]
# A program and not an import: the launcher itself stays small and without Django.
MAKE_SECRETS = """
import pathlib, sys
from counselling.vault.signing import make_secrets
make_secrets(pathlib.Path(sys.argv[1]))
"""


class Preparation:
    """The steps of one folder, remembered there so that the second start skips them."""

    def __init__(self, folder: Path, port: int, log: Log) -> None:
        """Decide between an own PostgreSQL and given addresses."""
        given = places.given(os.environ)
        self._folder, self._port, self._log = folder, port, log
        self._cluster = Cluster(folder) if given is None else None
        self._urls = given or Cluster(folder).urls()

    def run(self) -> None:
        """Do what was not done before for just this state of this database."""
        self._folder.joinpath("static").mkdir(exist_ok=True)  # WhiteNoise warns without one
        languages.compile_all()
        if self._cluster:
            if not self._cluster.data.exists():
                self._log.plain(f"Creating a PostgreSQL of our own in {self._folder}.")
            self._cluster.start()
            self._cluster.prepare()
        self._once("secrets-made", "", "Making keys and a certificate", self._make_secrets)
        self._once("migrated", _migrations(), "Bringing the tables up to date", self._migrate)
        self._once("planted", "", "Planting a fictional practice, once", self._plant)

    def stop(self) -> None:
        """End our PostgreSQL, if it is ours."""
        if self._cluster:
            self._cluster.stop()

    def database_runs(self) -> bool:
        """Say whether there is a database to talk to without starting one."""
        return self._cluster is None or self._cluster.running()

    def look_after_database(self) -> None:
        """Start our PostgreSQL again if it ended."""
        if not self.database_runs() and self._cluster:
            self._log.write("database", "ended; starting it again")
            self._cluster.start()

    def surroundings(self, process: str) -> dict[str, str]:
        """Give the environment of a process."""
        return places.surroundings(process, self._urls, self._folder, self._port)

    def hand_over(self, command: list[str], process: str = "command") -> int:
        """Run a command that has the terminal to itself."""
        return subprocess.run(command, env=self.surroundings(process), check=False).returncode

    def _make_secrets(self) -> None:
        self._step(
            "secrets", [PYTHON, "-c", MAKE_SECRETS, str(self._folder / "secrets")], "command"
        )

    def _migrate(self) -> None:
        # beside the keys lies the vault's table alone: of the rest it is noted that it is done
        for what in (["--database", "owner"], ["vault", *KEYS], ["--fake", *KEYS]):
            self._step("migrate", [*MANAGE, "migrate", *what, "--verbosity", "0"], "migrate")

    def _plant(self) -> None:
        self._step("plant", [*MANAGE, "plant"], "plant")
        self._step("sealer", [*MANAGE, "seal_log", "--once"], "sealer")
        self._step("verify", [*MANAGE, "verify_audit"], "command")

    def _once(self, name: str, state: str, announcement: str, step: Callable[[], None]) -> None:
        stamp, mark = self._folder / name, _digest(state, self._identity())
        if stamp.exists() and stamp.read_text() == mark:
            return
        self._log.plain(f"{announcement}.")
        step()
        stamp.write_text(mark)

    def _identity(self) -> str:
        """Tell this database from one that was made anew."""
        if self._cluster is None:
            return str(sorted(self._urls.items()))
        return str(self._cluster.data.joinpath("PG_VERSION").stat().st_mtime_ns)

    def _step(self, name: str, command: list[str], process: str) -> None:
        child = Child(name, command, self.surroundings(process), self._log)
        try:
            child.start()
            code = child.finish()
        finally:
            child.stop()
        if code:
            how = f"exit code {code}" if code > 0 else signal.Signals(-code).name
            remedy = f"read what it said above, or remove {self._folder} to start afresh"
            message = f"The step `{name}` failed ({how}): {remedy}."
            raise Problem(message)


def _migrations() -> str:
    """Give one hash for all migrations: unchanged ones are not even looked up in the database."""
    paths = sorted(
        path for app in ("*", "counselling/*") for path in ROOT.glob(f"{app}/migrations/*.*")
    )
    return _digest(
        *(f"{path.name} {path.read_text()}" for path in paths if path.suffix in {".py", ".sql"})
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
