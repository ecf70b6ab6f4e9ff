"""Hear that a key was destroyed, wherever it happened: one waiting connection per process."""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING, Final

import psycopg
from django.db import connections

from counselling.vault.router import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable

    Forget = Callable[[str], None]

CHANNEL: Final = "vault_destroyed"
PAUSE: Final = 1.0

_log = logging.getLogger(__name__)
_listening: set[int] = set()


def start(forget: Forget) -> None:
    """Listen in the background, once per process (a forked child listens for itself)."""
    if os.getpid() in _listening:
        return
    _listening.add(os.getpid())
    parameters = connections[KEYS].get_connection_params()
    threading.Thread(
        target=listen,
        args=(parameters, forget, threading.Event()),
        name="vault-listener",
        daemon=True,
    ).start()


def listen(parameters: dict[str, object], forget: Forget, stop: threading.Event) -> None:
    """Drop what is told until stopped; after a lost connection everything, since we were deaf."""
    while not stop.is_set():
        try:
            _hear(parameters, forget, stop)
        except psycopg.Error:
            _log.warning("vault listener lost its connection")
            forget("")
            stop.wait(PAUSE)


def _hear(parameters: dict[str, object], forget: Forget, stop: threading.Event) -> None:
    with psycopg.connect(**{**parameters, "autocommit": True}) as connection:  # type: ignore[arg-type] # Django's own parameters
        connection.execute(f"LISTEN {CHANNEL}")
        forget("")
        while not stop.is_set():
            for notice in connection.notifies(timeout=PAUSE):
                forget(notice.payload)
