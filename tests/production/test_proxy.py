"""The proxy's file: what it adds, what it drops, what it never writes down."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import os
import shutil
import ssl
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest

from counselling.local.cluster import ROOT
from tests.production.composed import clean_folder, free_port

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

CADDYFILE = ROOT / "deploy" / "Caddyfile"
SECRET = "a-token-of-a-link-5f1c"


def test_the_file_says_what_matters() -> None:
    """True also where no proxy is installed to try it with."""
    said = CADDYFILE.read_text()
    assert "admin off" in said
    assert "request delete" in said
    assert "max_size 3MB" in said
    assert "protocols h1 h2" in said
    # Caddy speaks TLS 1.2 and 1.3 unless told otherwise, trusts nobody's forwarded headers, and
    # keeps no access log unless a site asks for one
    for never in ("protocols tls", "ssl3", "trusted_proxies", "\n\tlog {", "insecure"):
        assert never not in said


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with the headers that it was sent."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        said = f"{self.headers}\nlength: {len(body)}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = _answer  # noqa: N815 the names that the server calls

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Door:
    def __init__(self, folder: pathlib.Path, web: int) -> None:
        self.folder, self.http, self.https = folder, free_port(), free_port()
        self.log = folder / "caddy.log"
        self.process = subprocess.Popen(
            ["caddy", "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "XDG_DATA_HOME": str(folder),
                "XDG_CONFIG_HOME": str(folder),
                "COUNSELLING_WEB": f"127.0.0.1:{web}",
                "HTTP_PORT": str(self.http),
                "HTTPS_PORT": str(self.https),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.log.open("wb"),
        )

    @property
    def context(self) -> ssl.SSLContext:
        path = self.folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        end = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError, ssl.SSLError):
                return ssl.create_default_context(cafile=str(path))
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> http.client.HTTPResponse:
        end = time.monotonic() + 30
        while True:
            connection = http.client.HTTPSConnection(
                "localhost", self.https, context=self.context, timeout=20
            )
            try:
                connection.request(method, path, body, headers={"Host": "localhost"} | headers)
                return connection.getresponse()
            except (ConnectionRefusedError, ssl.SSLError):
                assert time.monotonic() < end, self.log.read_text()
                time.sleep(0.2)


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    if not shutil.which("caddy"):
        pytest.skip("caddy is not installed: the file is read, not tried (apt-get install caddy)")
    with clean_folder() as folder:
        web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        threading.Thread(target=web.serve_forever, daemon=True).start()
        made = Door(folder, web.server_address[1])
        made.web = web
        try:
            yield made
        finally:
            made.process.terminate()
            made.process.wait(20)
            with contextlib.suppress(OSError):
                web.server_close()


@pytest.mark.slow
def test_whence_and_how_somebody_came_is_said_by_the_proxy_alone(door: Door) -> None:
    forged = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
        "X-Real-IP": "203.0.113.9",
        "Forwarded": "for=203.0.113.9",
    }
    told = door.ask("GET", "/", **forged).read().decode()
    for lie in ("203.0.113.9", "evil.example"):
        assert lie not in told
    lines = {line.lower() for line in told.splitlines()}
    assert "x-forwarded-proto: https" in lines
    assert any(line.startswith("x-forwarded-for: 127.0.0.1") for line in lines)
    assert "host: localhost" in lines


@pytest.mark.slow
def test_a_body_that_nobody_asked_for_is_cut_off(door: Door) -> None:
    assert door.ask("POST", "/", b"x" * 2_900_000).status == 200
    try:
        status = door.ask("POST", "/", b"x" * 3_100_000).status
    except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
        return
    assert status in {413, 502}


@pytest.mark.slow
def test_who_comes_in_clear_is_sent_to_the_other_door(door: Door) -> None:
    door.ask("GET", "/").read()
    plain = http.client.HTTPConnection("localhost", door.http, timeout=20)
    plain.request("GET", "/")
    answer = plain.getresponse()
    assert answer.status == 308
    assert answer.getheader("Location", "").startswith("https://localhost")


@pytest.mark.slow
def test_no_link_is_ever_written_down_not_even_when_the_practice_is_away(door: Door) -> None:
    """Run last: the practice behind the door is gone after it."""
    assert door.ask("GET", f"/sign/{SECRET}?q={SECRET}", Referer=SECRET).status == 200
    door.web.shutdown()
    door.web.server_close()
    assert door.ask("GET", f"/sign/{SECRET}?q={SECRET}", Referer=SECRET).status == 502
    log = door.log.read_text()
    assert "connection refused" in log, "the control: that it failed is said"
    assert SECRET not in log
    assert "remote_ip" not in log
