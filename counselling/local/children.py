"""Processes of one launcher: their lines in one log, back when they die, gone when it goes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from counselling.local import processes
from counselling.local.places import MARK
from counselling.local.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

STEADY_SECONDS = 10.0
LONGEST_WAIT = 30.0
STOP_SECONDS = 12.0


class Log:
    """The terminal's one log: time, process, line."""

    def __init__(self) -> None:
        """Write to standard output; several threads may."""
        self._lock = threading.Lock()
        self.broken = False

    def write(self, name: str, line: str) -> None:
        """Write one aligned line; a closed terminal is remembered, not raised."""
        self.plain(f"{time.strftime('%H:%M:%S')}  {name:<9}  {line}")

    def plain(self, text: str) -> None:
        """Write text as it is."""
        with self._lock:
            try:
                sys.stdout.write(f"{text}\n")
                sys.stdout.flush()
            except (BrokenPipeError, ValueError):
                self.broken = True


class Child:
    """One process, started again whenever it ends by itself."""

    def __init__(
        self, name: str, command: list[str], environment: Mapping[str, str], log: Log
    ) -> None:
        """Say what to run; `start` runs it."""
        self.name, self._command, self._environment, self._log = name, command, environment, log
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._started = self._again_at = 0.0
        self._failures = 0

    def start(self) -> None:
        """Start the process in a session of its own: Ctrl-C in the terminal is for the launcher.

        Called on the main thread only: Linux ends a child when the thread that started it dies.
        It is ended at once then, since a worker whose database goes too would wait for it.
        """
        self._process = subprocess.Popen(
            processes.tethered(self._command, signal.SIGKILL),
            env=dict(self._environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            bufsize=1,
            start_new_session=True,
            umask=0o077,  # messages and witnesses are for their owner
        )
        self._started, self._again_at = time.monotonic(), 0.0
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            if line.strip():
                self._log.write(self.name, line.rstrip())

    def look_after(self) -> None:
        """Start the process again after its back-off if it ended."""
        if self._process is None or self._process.poll() is None:
            return
        if not self._again_at:
            steady = time.monotonic() - self._started > STEADY_SECONDS
            self._failures = 0 if steady else self._failures + 1
            pause = min(0.5 * 2**self._failures, LONGEST_WAIT)
            self._again_at = time.monotonic() + pause
            self._log.write(
                self.name,
                f"ended ({_how(self._process.returncode)}); starting it again in {pause:.3g} s",
            )
            self._end_group(signal.SIGKILL)  # what it may have left
        elif time.monotonic() >= self._again_at:
            self.start()

    def finish(self) -> int:
        """Wait for a process that is meant to end, read its last line, give its exit code."""
        if self._process is None or self._reader is None:
            return 0
        code = self._process.wait()
        self._reader.join(2.0)
        return code

    def ask_to_stop(self) -> None:
        """Ask the process to end what it is doing and go."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """Wait for the process to go, then end it and whatever it started."""
        if self._process is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self._end_group(signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _end_group(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def stop_all(children: Iterable[Child]) -> None:
    """Ask all of them at once, then wait for each."""
    together = list(children)
    for child in together:
        child.ask_to_stop()
    for child in together:
        child.stop()


def marked(folder: Path) -> list[int]:
    """Find the processes that a launcher of this folder started, however deep (Linux)."""
    wanted = os.fsencode(f"{MARK}={folder}")
    found = []
    for entry in processes.PROC.iterdir() if processes.HAS_PROC else ():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if wanted in entry.joinpath("environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return [pid for pid in found if processes.alive(pid)]


def clear_remains(folder: Path) -> None:
    """End what a launcher that was killed with `kill -9` left behind."""
    processes.wait_until(lambda: not marked(folder), 3.0, pause=0.1)
    for pid in marked(folder):
        if not processes.end(pid, (signal.SIGTERM, 3.0), (signal.SIGKILL, 3.0)):
            message = (
                f"Process {pid} of an earlier start does not end: end it by hand and start again."
            )
            raise Problem(message)
