"""Look at and end processes that an earlier run left behind, with the help of /proc where it is."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterator, Sequence

PROC = Path("/proc")
HAS_PROC = PROC.joinpath("self", "stat").exists()


def tethered(
    command: Sequence[str | Path], number: signal.Signals, user: int = -1, group: int = -1
) -> list[str]:
    """Wrap a command so that it gets the signal when this process is gone."""
    tether = [sys.executable, "-I", "-S", str(Path(__file__).with_name("tether.py"))]
    numbers = (os.getpid(), int(number), user, group)
    return [*tether, *map(str, numbers), *map(str, command)]


def alive(pid: int) -> bool:
    """Say whether the process runs; a zombie does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return state(pid) not in {"Z", "X"}


def state(pid: int) -> str:
    """Give the one-letter state of a process, or nothing when it cannot be read."""
    try:
        stat = PROC.joinpath(str(pid), "stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[0]


def works_in(pid: int, folder: Path) -> bool:
    """Say whether the process works in the folder; where nobody can tell, believe it."""
    if not HAS_PROC:
        return True
    with contextlib.suppress(OSError):
        return PROC.joinpath(str(pid), "cwd").readlink() == folder.resolve()
    return False


def working_in(folder: Path, program: str) -> Iterator[int]:
    """Find the processes of a program whose working directory is the folder."""
    if not HAS_PROC:
        return
    for entry in PROC.iterdir():
        if entry.name.isdigit() and works_in(int(entry.name), folder):
            with contextlib.suppress(OSError):
                if entry.joinpath("exe").readlink().name.startswith(program):
                    yield int(entry.name)


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Ask again and again until the condition holds or the time is over."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def end(pid: int, *steps: tuple[signal.Signals, float]) -> bool:
    """Send each signal in turn and wait so long for it to work; True once the process is gone."""
    for number, seconds in steps:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_until(lambda: not alive(pid), seconds):
            return True
    return not alive(pid)
