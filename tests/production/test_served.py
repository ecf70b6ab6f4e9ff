"""What the real web server writes of requests that are none: nothing of what was sent."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import pytest

from counselling.local.cluster import ROOT
from counselling.local.demo import PROCESSES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.req("AT-09", "AT-07", "WH-08")]

WORD: Final = b"Maraquilla"
APP: Final = """
def app(environ, start_response):
    raise ValueError(environ["PATH_INFO"])
"""
SENT: Final = {
    "no request line": WORD + b"\r\n\r\n",
    "a version of its own": b"GET / HTTP/9.9 " + WORD + b"\r\n\r\n",
    "an absolute address": b"GET http://" + WORD + b".example/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "a line without end": b"GET /" + WORD * 900 + b" HTTP/1.1\r\n\r\n",
    "a header too large": b"GET / HTTP/1.1\r\nX-Name: " + WORD * 900 + b"\r\n\r\n",
    "a header with a blank": b"GET / HTTP/1.1\r\n" + WORD + b" x: y\r\n\r\n",
    "a coding of its own": b"POST / HTTP/1.1\r\nTransfer-Encoding: " + WORD + b"\r\n\r\n",
    "a line of its own": b"GET / HTTP/1.1\r\nX: y\r\n\x1b[31m" + WORD + b"\r\n\r\n",
    "TLS on the clear port": bytes.fromhex("160301020001") + WORD + b"\r\n\r\n",
    "what the product fails at": b"GET /" + WORD + b" HTTP/1.1\r\nHost: x\r\n\r\n",
}


@contextlib.contextmanager
def served(folder: Path, mode: str) -> Iterator[tuple[int, Path]]:
    """Serve an app that fails as the demo and production are served; give port and log."""
    (folder / "failing.py").write_text(APP)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    around = {"BIND": f"127.0.0.1:{port}", "WEB_WORKERS": "1", "PYTHONPATH": str(folder)}
    log = folder / "log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            [sys.executable, *PROCESSES["web"][1:-1], "failing:app"],
            cwd=ROOT,
            env=os.environ | around | {"COUNSELLING_MODE": mode},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port)
        yield port, log
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    pytest.fail("The web server did not start.")


def _said(port: int, sent: bytes) -> bytes:
    """Send bytes and give the first of what comes back."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(4096):
                answer += part
    return answer


@pytest.mark.parametrize("mode", ["production", "demo"])
def test_a_request_that_is_none_leaves_a_line_without_a_word_of_it(
    tmp_path: Path, mode: str
) -> None:
    with served(tmp_path, mode) as (port, log):
        answers = {name: _said(port, sent) for name, sent in SENT.items()}
    assert all(one.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5")) for one in answers.values()), answers
    written = log.read_bytes()
    lines = [line for line in written.splitlines() if b"request" in line]
    assert len(lines) >= len(SENT) - 1, written
    for told in (WORD, b"127.0.0.1", b"Traceback", b"\x1b", b"HTTP/"):
        assert told not in written, written
    if mode == "production":
        events = {json.loads(line)["event"] for line in lines}
        assert "gunicorn.error: Invalid request from ip…" in events
        assert "gunicorn.error: Error handling request … …" in events
