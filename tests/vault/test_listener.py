"""One process destroys a key, the others hear of it."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connections

from counselling import vault
from counselling.vault import keyring, keystore, listener

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


def wait_for(truth: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not truth():
        assert time.monotonic() < end, "nothing was heard"
        time.sleep(0.01)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a listener in a thread and give what it is told."""
    monkeypatch.setattr(listener, "PAUSE", 0.05)
    told: list[str] = []
    stop = threading.Event()
    parameters = connections["keys"].get_connection_params()
    thread = threading.Thread(target=listener.listen, args=(parameters, told.append, stop))
    thread.start()
    wait_for(lambda: told == [""])
    yield told
    stop.set()
    thread.join()


def test_a_destroyed_key_is_told_to_whoever_listens(heard: list[str]) -> None:
    holder = vault.holders.client(uuid4())
    keystore.destroy(holder)
    wait_for(lambda: heard[-1] == holder)


def test_who_was_deaf_forgets_everything(heard: list[str]) -> None:
    with connections["keys"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
        )
    wait_for(lambda: heard.count("") >= 3)
    holder = vault.holders.client(uuid4())
    keystore.destroy(holder)
    wait_for(lambda: heard[-1] == holder)


def test_an_unreachable_database_is_tried_again_until_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listener, "PAUSE", 0.01)
    stop, told = threading.Event(), list[str]()

    def forget(holder: str) -> None:
        told.append(holder)
        if len(told) == 2:
            stop.set()

    def refuse(**_: object) -> None:
        raise psycopg.OperationalError

    monkeypatch.setattr(psycopg, "connect", refuse)
    listener.listen({}, forget, stop)
    assert told == ["", ""]


def test_a_process_begins_to_listen_once(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Callable[[str], None]] = []
    monkeypatch.setattr(listener, "_listening", set())
    monkeypatch.setattr(listener, "listen", lambda _, forget, __: started.append(forget))
    for _ in range(2):
        listener.start(keyring.forget)
    wait_for(lambda: bool(started))
    assert started == [keyring.forget]
    monkeypatch.setattr(os, "getpid", lambda: -1)  # a forked child
    listener.start(keyring.forget)
    wait_for(lambda: len(started) == 2)


def test_web_and_worker_listen_as_soon_as_they_keep_a_key(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    monkeypatch.setattr(listener, "start", started.append)
    vault.forget()
    keyring.sealing(vault.PRACTICE)
    settings.PROCESS = "web"
    vault.forget()
    keyring.sealing(vault.PRACTICE)
    assert started == [keyring.forget]
