"""A demo practice of the run's own with as many caseloads as asked, served as `make demo` does."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import psycopg
from psycopg.conninfo import make_conninfo

from bench.place import _scratch
from counselling.local.children import Log
from counselling.local.cluster import ROOT, Cluster
from counselling.local.preparation import MANAGE, PYTHON, Preparation
from counselling.local.problem import Problem
from counselling.local.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS: Final = 60.0
HTTP_OK: Final = 200
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclasses.dataclass(slots=True)
class Site:
    """The practice, its superuser's connection for questions, and where it is served."""

    preparation: Preparation
    root: psycopg.Connection[Any]
    port: int
    cluster: Cluster

    def chill(self) -> None:
        """Start PostgreSQL again, so that it remembers no page it has read.

        The machine's own cache of files stays: to empty it would disturb whoever else works here.
        """
        self.root.close()
        self.cluster.stop()
        self.preparation.look_after_database()
        self.root = _connected(self.cluster)

    def seal(self) -> None:
        """Seal what waits."""
        self._do([*MANAGE, "seal_log", "--once"], "sealer")

    def grow(self, caseloads: int) -> None:
        """Plant until there are so many caseloads, seal their events, tidy up."""
        seed = [*MANAGE, "seed", "large", "--counsellors", str(caseloads)]
        self._do(seed, "plant")
        self.seal()
        self.root.execute("VACUUM ANALYZE")

    def _do(self, command: list[str], process: str) -> None:
        done = subprocess.run(
            command, env=self.preparation.surroundings(process), cwd=ROOT, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise Problem(f"{command[-1]} failed: {done.stdout}{done.stderr}")

    def say(self, program: str) -> str:
        """Run a program in the surroundings of a command and give what it says."""
        done = subprocess.run(
            [sys.executable, "-c", program], env=self.preparation.surroundings("command"),
            cwd=ROOT, check=False, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise Problem(done.stderr)
        return done.stdout

    def ask(self, question: str, *values: object) -> list[Any]:
        """Ask the database, past every policy."""
        return self.root.execute(question.encode(), values or None).fetchall()

    @contextlib.contextmanager
    def served(self) -> Iterator[None]:
        """Serve it with gunicorn, and seal its log meanwhile, as in the demo."""
        commands = {
            "sealer": [*MANAGE, "seal_log"],
            "web": [PYTHON, "-m", "gunicorn", "--log-level=warning", "bench.wsgi"],
        }
        running = [
            subprocess.Popen(
                command, env=self.preparation.surroundings(process), cwd=ROOT,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            for process, command in commands.items()
        ]  # fmt: skip
        try:
            if not wait_until(self._answers, SECONDS, pause=0.2):
                raise Problem("The practice does not answer.")
            yield
        finally:
            for one in reversed(running):
                one.terminate()
                one.wait()

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            return Visitor(self.port).get("/healthz") > 0
        return False


class Visitor:
    """A browser without eyes: one connection, its cookies, and how long an answer takes."""

    def __init__(self, port: int, person: str = "") -> None:
        """Come as nobody, or as one of the demo's people."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        self._cookies: dict[str, str] = {}
        self.text = ""
        if person:
            self.get("/sign-in")
            token = _TOKEN.search(self.text)
            assert token is not None
            said = {"csrfmiddlewaretoken": token[1], "person": person}
            self._ask("POST", "/demo/people", urlencode(said))

    def get(self, address: str) -> float:
        """Fetch a page and give the seconds it took; anything but the page is a problem."""
        began = time.perf_counter()
        status = self._ask("GET", address)
        took = time.perf_counter() - began
        if status != HTTP_OK:
            raise Problem(f"{address} answers {status}.")
        return took

    def _ask(self, method: str, address: str, body: str = "") -> int:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies} | (
            {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        )
        answer = self._answer(method, address, body, headers)
        self.text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._cookies |= {key: one.value for key, one in SimpleCookie(line).items()}
        return answer.status

    def _answer(
        self, method: str, address: str, body: str, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """Ask, once more where the server has closed what was idle for long."""
        try:
            self._connection.request(method, address, body, headers)
            return self._connection.getresponse()
        except http.client.RemoteDisconnected:
            self._connection.close()
            self._connection.request(method, address, body, headers)
            return self._connection.getresponse()


def _connected(cluster: Cluster) -> psycopg.Connection[Any]:
    url = make_conninfo(cluster.superuser_url, dbname="counselling")
    return psycopg.connect(url, autocommit=True)


@contextlib.contextmanager
def site() -> Iterator[Site]:
    """Make the demo's practice in a folder of its own; all of it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="counselling-bench-", dir=_scratch()))
    folder.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    preparation = Preparation(folder, port, Log())
    cluster = Cluster(folder)
    try:
        preparation.run()
        practice = Site(preparation, _connected(cluster), port, cluster)
        try:
            yield practice
        finally:
            practice.root.close()
    finally:
        preparation.stop()
        cluster.destroy()
        shutil.rmtree(folder, ignore_errors=True)
