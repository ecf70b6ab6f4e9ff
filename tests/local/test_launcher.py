"""The launcher: it starts what it says, brings back what dies, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from counselling.local import children, doors, places, processes
from counselling.local.cluster import ROOT, Cluster
from counselling.local.problem import Problem
from tests.local.conftest import assert_one_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# The launcher itself and its PostgreSQL are real; only our own four programs are stood in for.
STAND_INS = """
import sys
from counselling.local import demo, preparation
from counselling.local.problem import Problem
preparation.Preparation._once = lambda *_: None
SLEEP = "import time; time.sleep(600)"
DEEP = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEP!r}])"
WEB = '''
import http.server, os
class Up(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
host, port = os.environ["BIND"].split(":")
print("listening", flush=True)
http.server.HTTPServer((host, int(port)), Up).serve_forever()
'''
demo.PROCESSES = {name: [sys.executable, "-c", code] for name, code in
                  {"sealer": SLEEP, "worker": DEEP, "scheduler": SLEEP, "web": WEB}.items()}
try:
    sys.exit(demo.main([]))
except Problem as problem:
    sys.exit(str(problem))
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind((doors.LOOPBACK, 0))
        return int(probe.getsockname()[1])


class Launch:
    """A launcher in a process of its own, and what it has said so far."""

    def __init__(self, environment: dict[str, str], folder: Path, port: int) -> None:
        self.folder, self.port = folder.resolve(), port
        self.process = subprocess.Popen(
            [sys.executable, "-c", STAND_INS],
            cwd=ROOT,
            env=environment | {"COUNSELLING_DATA": str(folder), "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def wait_until_it_says(self, words: str) -> None:
        assert self.process.stdout is not None
        while words not in self.said:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line

    def left(self) -> list[int]:
        return children.marked(self.folder)


@pytest.fixture
def launch(
    plain_environment: dict[str, str], folder: Path, port: int
) -> Iterator[Callable[[], Launch]]:
    started: list[Launch] = []

    def start() -> Launch:
        started.append(Launch(plain_environment, folder, port))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        if one.process.stdout:
            one.process.stdout.close()
    children.clear_remains(folder.resolve())
    Cluster(folder).destroy()


def test_ctrl_c_leaves_nothing_running(launch: Callable[[], Launch]) -> None:
    demo = launch()
    demo.wait_until_it_says("Ready after")
    assert f"http://127.0.0.1:{demo.port}" in demo.said
    assert len(demo.left()) == 5
    server = Cluster(demo.folder)
    assert server.running()
    demo.process.send_signal(signal.SIGINT)
    said, _ = demo.process.communicate(timeout=20)
    assert demo.process.returncode == 0, said
    assert demo.left() == []
    assert not server.running()
    doors.require_free_port(demo.port)


def test_kill_9_of_the_launcher_leaves_nothing_running(launch: Callable[[], Launch]) -> None:
    demo = launch()
    demo.wait_until_it_says("Ready after")
    server = Cluster(demo.folder).pid()
    assert server is not None
    demo.process.kill()
    demo.process.communicate()
    again = launch()  # and a start right after does not stumble over what is still going down
    again.wait_until_it_says("Ready after")
    assert not processes.alive(server)
    assert len(again.left()) == 5


def test_a_process_that_dies_comes_back(launch: Callable[[], Launch]) -> None:
    demo = launch()
    demo.wait_until_it_says("Ready after")
    for pid in demo.left():
        os.kill(pid, signal.SIGKILL)
    os.kill(Cluster(demo.folder).pid() or 0, signal.SIGKILL)
    assert processes.wait_until(lambda: doors.status(demo.port, "/") == 200, 10)
    assert processes.wait_until(lambda: len(demo.left()) == 5, 10)
    assert Cluster(demo.folder).running()


def test_a_second_demo_in_the_folder_is_refused(
    launch: Callable[[], Launch], python: Callable, port: int
) -> None:
    demo = launch()
    demo.wait_until_it_says("Ready after")
    second = python("-m", "counselling.local.demo", COUNSELLING_DATA=str(demo.folder))
    assert_one_sentence(second, "runs in", "already")


def test_a_taken_port_is_said(python: Callable, folder: Path) -> None:
    with socket.create_server((doors.LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        run = python("-m", "counselling.local.demo", COUNSELLING_DATA=str(folder), PORT=str(port))
    assert_one_sentence(run, f"Port {port} is taken", "make demo PORT=")
    assert not Cluster(folder).running()


@pytest.mark.parametrize("nonsense", ["80", "eight", "70000", "-1"])
def test_a_port_that_is_none_is_said(python: Callable, folder: Path, nonsense: str) -> None:
    run = python("-m", "counselling.local.demo", COUNSELLING_DATA=str(folder), PORT=nonsense)
    assert_one_sentence(run, f"PORT={nonsense}")


def test_an_unwritable_folder_is_said(python: Callable) -> None:
    run = python("-m", "counselling.local.demo", COUNSELLING_DATA="/proc/nowhere")
    assert_one_sentence(run, "cannot be written", "/proc/nowhere")


@pytest.mark.parametrize("missing", places.NAMES)
def test_addresses_are_given_all_or_none(missing: str) -> None:
    some = {name: "postgresql:///x" for name in places.NAMES if name != missing}
    with pytest.raises(Problem, match=f"{missing} is missing"):
        places.given(some)
    assert places.given({}) is None
    assert places.given(some | {missing: "postgresql:///x"}) is not None


def test_one_address_alone_is_one_sentence(python: Callable, folder: Path) -> None:
    url = "postgresql://somewhere/else"
    run = python("-m", "counselling.local.demo", COUNSELLING_DATA=str(folder), DATABASE_URL=url)
    assert_one_sentence(run, "Set all of", "BROKER_URL")


def test_each_process_is_told_only_what_it_needs(folder: Path) -> None:
    urls = Cluster(folder).urls()
    told = {
        name: {key for key in places.surroundings(name, urls, folder, 8000) if key in urls}
        for name in ("web", "worker", "scheduler", "sealer", "migrate")
    }
    for name in ("web", "worker", "scheduler"):
        assert told[name] == {"DATABASE_URL", "KEYS_DATABASE_URL", "BROKER_URL"}
    assert "DATABASE_SEALER_URL" in told["sealer"]
    assert "DATABASE_OWNER_URL" not in told["sealer"]
    assert "DATABASE_SEALER_URL" not in told["migrate"]


def test_the_demo_listens_on_this_machine_alone(folder: Path) -> None:
    assert places.surroundings("web", {}, folder, 8000)["BIND"] == "127.0.0.1:8000"


def test_the_log_is_one_aligned_table(capsys: pytest.CaptureFixture, folder: Path) -> None:
    log = children.Log()
    for name, word in (("web", "one"), ("scheduler", "two")):
        child = children.Child(name, [sys.executable, "-c", f"print('{word}')"], os.environ, log)
        child.start()
        assert child.finish() == 0
        child.stop()
    lines = capsys.readouterr().out.splitlines()
    assert [re.sub(r"\d", "0", line) for line in lines] == [
        "00:00:00  web        one",
        "00:00:00  scheduler  two",
    ]


class Clock:
    """A clock that moves only when it is told to, whoever else looks at it meanwhile."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def strftime(self, _: str) -> str:
        return "00:00:00"


class Kept(children.Log):
    """A log kept in a list: no other thread's printing comes between."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def plain(self, text: str) -> None:
        self.lines.append(text)


def test_a_process_that_keeps_dying_is_started_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, log = Clock(), Kept()
    monkeypatch.setattr(children, "time", clock)
    # a practice that other tests of this run keep alive may have its own idea of steadiness
    monkeypatch.setattr(children, "STEADY_SECONDS", 10.0)
    child = children.Child("web", [sys.executable, "-c", "raise SystemExit(3)"], os.environ, log)
    child.start()
    for _ in range(40):
        child.finish()
        child.look_after()
        clock.now += 5.0
    child.stop()
    pauses = [line.split(" in ")[1] for line in log.lines if " in " in line]
    assert pauses[:7] == ["1 s", "2 s", "4 s", "8 s", "16 s", "30 s", "30 s"]
