"""What crashes leaves nothing of its memory lying about: not web, not worker, not sealer."""

from __future__ import annotations

import contextlib
import os
import pathlib
import resource
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = pathlib.Path(__file__).resolve().parents[2]
PATTERN: Final = pathlib.Path("/proc/sys/kernel/core_pattern")
CELERY: Final = [sys.executable, "-m", "celery", "--quiet", "-A", "counselling.celery"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PATTERN.exists(), reason="dumps are looked at through /proc"),
]


def _allow_dumps() -> None:
    """Stand where an administrator looks for a fault: dumps of any size."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


@contextlib.contextmanager
def started(
    folder: pathlib.Path, *commands: list[str], **environment: str
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start commands in a folder of their own, on a system where dumps are wanted."""
    # the tests' own process is left alone, all that it starts like this is not
    told = {"COUNSELLING_PROCESS": "command", "PYTHONPATH": str(ROOT), "LOG_LEVEL": "ERROR"}
    surroundings = os.environ | told | environment
    processes = [
        subprocess.Popen(
            command, cwd=folder, env=surroundings, preexec_fn=_allow_dumps,  # noqa: PLW1509 no thread runs here
            stderr=subprocess.DEVNULL, start_new_session=True,
        )
        for command in commands
    ]  # fmt: skip
    try:
        yield processes
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def family(process: subprocess.Popen[bytes]) -> list[int]:
    """Give a process and its children."""
    task = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [process.pid, *map(int, task.read_text().split())]


def limit(pid: int) -> str:
    """Read how large a dump of a process may get: soft and hard."""
    lines = pathlib.Path(f"/proc/{pid}/limits").read_text().splitlines()
    line = next(line for line in lines if line.startswith("Max core file size"))
    return " ".join(line.split()[4:6])


def wait_for(process: subprocess.Popen[bytes], children: int) -> list[int]:
    """Wait until a process has its children and each of them is ready for its end."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = family(process)
        if len(found) > children and all(limit(pid) == "0 0" for pid in found):
            return found
        assert process.poll() is None, process.args
        time.sleep(0.1)
    return family(process)


def dumps_in(folder: pathlib.Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if "core" in path.name and path.is_file()]


@pytest.mark.req("EN-01")
@pytest.mark.django_db
def test_web_worker_and_sealer_leave_no_dump_when_they_crash(
    db: None, tmp_path: pathlib.Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    manage = str(ROOT / "manage.py")
    web = [sys.executable, "-m", "gunicorn", "--workers=1", "--preload", "counselling.wsgi"]
    commands = (
        [*web, "--log-level=critical"],
        [*CELERY, "worker", "--concurrency=1", "--loglevel=CRITICAL"],
        [*CELERY, "beat", "--scheduler=celery.beat:Scheduler", "--pidfile=", "--loglevel=CRITICAL"],
        [sys.executable, manage, "seal_log"],
    )
    witness = str(tmp_path / "witness")
    with started(
        tmp_path, *commands, BIND=f"127.0.0.1:{port}", WITNESS_FILE=witness, PYTHONWARNINGS="ignore"
    ) as running:
        pids = [
            pid
            for process, children in zip(running, (1, 1, 0, 0), strict=True)
            for pid in wait_for(process, children)
        ]
        assert len(pids) >= 6
        assert {limit(pid) for pid in pids} == {"0 0"}
        for number, pid in enumerate(pids):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSEGV if number % 2 else signal.SIGABRT)
        for process in running:
            process.wait(30)
        time.sleep(0.5)
    assert dumps_in(tmp_path) == []


SETUP: Final = "import django; django.setup(); "
CRASH: Final = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"


@pytest.mark.skipif(
    PATTERN.exists() and PATTERN.read_text()[:1] in "|/",
    reason="this system takes dumps elsewhere, so none can be seen in a folder",
)
def test_without_our_line_a_crash_would_leave_a_dump(db: None, tmp_path: pathlib.Path) -> None:
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("this system has no dumps at all")
    for code, dumped in ((CRASH, True), (SETUP + CRASH, False)):
        folder = tmp_path / str(dumped)
        folder.mkdir()
        with started(folder, [sys.executable, "-c", code]) as (process,):
            assert process.wait(60) == -signal.SIGSEGV
        assert bool(dumps_in(folder)) is dumped


def test_in_production_nobody_reads_the_memory_of_a_process(tmp_path: pathlib.Path) -> None:
    code = (
        "import ctypes; from counselling import dumps; "
        "assert ctypes.CDLL(None).prctl(3) == 1; dumps.forbid(undumpable=True); "
        "assert ctypes.CDLL(None).prctl(3) == 0"
    )
    with started(tmp_path, [sys.executable, "-c", code]) as (process,):
        assert process.wait(60) == 0
