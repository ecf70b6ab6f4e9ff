"""Run the whole practice on this machine, in the foreground, until Ctrl-C: `make demo`."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import sys
import time
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from counselling.local import doors, places
from counselling.local.children import Child, Log, clear_remains, stop_all
from counselling.local.cluster import ROOT
from counselling.local.preparation import MANAGE, PYTHON, Preparation
from counselling.local.problem import Problem

if TYPE_CHECKING:
    from types import FrameType

READY_SECONDS = 90.0
CELERY = [PYTHON, "-m", "celery", "--quiet", "-A", "counselling.celery"]
# In order of start. The sealer is stopped last, so that what the others still did gets sealed.
PROCESSES = {
    "sealer": [*MANAGE, "seal_log"],
    "worker": [
        *CELERY,
        "worker",
        "--concurrency=2",
        "--loglevel=WARNING",
        "--without-gossip",
        "--without-mingle",
    ],
    # The schedule is in code and the rows are the queue's truth: no file has to remember anything.
    "scheduler": [
        *CELERY,
        "beat",
        "--scheduler=celery.beat:Scheduler",
        "--loglevel=WARNING",
        "--pidfile=",
    ],
    "web": [PYTHON, "-m", "gunicorn", "--log-level=warning", "counselling.wsgi"],
}


class Demo:
    """The processes of one practice in one folder."""

    def __init__(self, folder: Path, port: int) -> None:
        """Name the folder and the port; `run` does the rest."""
        self.folder, self.port, self.log = folder, port, Log()
        self.preparation = Preparation(folder, port, self.log)
        self.children: list[Child] = []

    def run(self) -> None:
        """Start everything, look after it, and end it in order when asked to."""
        began = time.monotonic()
        with places.alone(self.folder), contextlib.ExitStack() as later:
            doors.require_free_port(self.port)
            clear_remains(self.folder)
            later.callback(self.preparation.stop)
            self.preparation.run()
            later.callback(self._stop)
            self._start()
            if self._wait_until_ready():
                self.log.plain(doors.welcome(self.port, time.monotonic() - began))
            while not self.log.broken:
                self._look_after()
                time.sleep(0.2)

    def _start(self) -> None:
        for name, command in PROCESSES.items():
            surroundings = self.preparation.surroundings(name)
            child = Child(name, command, surroundings, self.log)
            self.children.append(child)
            child.start()

    def _stop(self) -> None:
        self.log.plain("\nStopping.")
        stop_all(self.children[1:])
        stop_all(self.children[:1])

    def _look_after(self) -> None:
        self.preparation.look_after_database()
        for child in self.children:
            child.look_after()

    def _wait_until_ready(self) -> bool:
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and not self.log.broken:
            if doors.status(self.port, "/readyz") == HTTPStatus.OK:
                return True
            self._look_after()
            time.sleep(0.1)
        self.log.plain("Not everything is up yet: what is missing says so above.")
        return False


def manage(folder: Path, port: int, arguments: list[str]) -> int:
    """Run a management command as the demo would, with its own PostgreSQL where none runs."""
    preparation = Preparation(folder, port, Log())
    with contextlib.ExitStack() as later:
        if not preparation.database_runs():
            later.enter_context(places.alone(folder))
            later.callback(preparation.stop)
            preparation.run()
        return preparation.hand_over([*MANAGE, *arguments])


def seed(folder: Path, port: int, size: str) -> int:
    """Plant a lot beside the demo's practice; where no demo runs, have the log sealed as well."""
    preparation = Preparation(folder, port, Log())
    with contextlib.ExitStack() as later:
        if preparation.database_runs():
            return preparation.hand_over([*MANAGE, "seed", size], "plant")
        later.enter_context(places.alone(folder))
        later.callback(preparation.stop)
        preparation.run()
        return (
            preparation.hand_over([*MANAGE, "seed", size], "plant")
            or preparation.hand_over([*MANAGE, "seal_log", "--once"], "sealer")
            or preparation.hand_over([*MANAGE, "verify_audit"], "command")
        )


class _Asked(BaseException):
    """Somebody asked us to stop (Ctrl-C or a signal)."""


def _listen_for_stop() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(
                each, signal.SIG_IGN
            )  # stopping is under way and has its own limits of time
        raise _Asked

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)


def main(arguments: list[str]) -> int:
    """Run the demo, or `manage COMMAND ...` or `seed SIZE` beside it."""
    folder = Path(os.environ.get("COUNSELLING_DATA") or ROOT / ".local").resolve()
    port = doors.port(os.environ.get("PORT", "8000"))
    _listen_for_stop()
    if importlib.util.find_spec("django") is None:
        message = "Call it with .venv/bin/python, which `make demo` makes."
        raise Problem(message)
    try:
        if arguments[:1] == ["manage"]:
            return manage(folder, port, arguments[1:])
        if arguments[:1] == ["seed"]:
            return seed(folder, port, *(arguments[1:] or ["small"]))
        Demo(folder, port).run()
    except _Asked:
        return 0
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        sys.exit(str(problem))
