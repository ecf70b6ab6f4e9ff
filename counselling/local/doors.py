"""The demo's port: whether it is free, whether somebody answers, what to tell who waits."""

from __future__ import annotations

import contextlib
import errno
import http.client
import importlib
import os
import socket
import sys

from counselling.local.problem import Problem

LOOPBACK = "127.0.0.1"


def port(text: str) -> int:
    """Read a port that an ordinary user may open."""
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:  # noqa: PLR2004 - the range of such ports
        message = f"PORT={text} cannot be used: choose a number from 1024 to 65535."
        raise Problem(message)
    return int(text)


def require_free_port(number: int) -> None:
    """Refuse to start where somebody listens already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, number))
        except OSError as error:
            why = (
                "is taken"
                if error.errno == errno.EADDRINUSE
                else f"cannot be opened ({error.strerror})"
            )
            remedy = f"stop what uses it, or choose another with `make demo PORT={number + 1}`"
            message = f"Port {number} {why}: {remedy}."
            raise Problem(message) from error


def status(number: int, path: str, host: str = LOOPBACK) -> int | None:
    """Ask the web process and give the status of its answer, or None when there is no answer."""
    connection = http.client.HTTPConnection(LOOPBACK, number, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status
    return None


def welcome(number: int, seconds: float) -> str:
    """Tell where to go and as whom to sign in."""
    lines = ["", f"Ready after {seconds:.0f} s:  http://{LOOPBACK}:{number}", ""]
    return "\n".join([*lines, *_people(), "Ctrl-C stops everything.", ""])


def _people() -> list[str]:
    # Looked up when it is asked for: this module runs without Django and without a practice.
    try:
        people = importlib.import_module("counselling.local.people").PEOPLE
    except ModuleNotFoundError:
        return []
    rows = [f"  {person.name:<24} {person.title}" for person in people]
    return ["Choose on the sign-in page whom to be:", *rows, ""]


if __name__ == "__main__":  # the health check of the web container
    name = os.environ.get("ALLOWED_HOSTS", LOOPBACK).split(",")[0].strip()
    sys.exit(0 if status(int(sys.argv[1]), "/healthz", name) == http.HTTPStatus.OK else 1)
