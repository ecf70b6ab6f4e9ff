"""Guessers, clocks that move, and forty of them at once."""

from __future__ import annotations

import datetime
import threading
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from tests.world import World

    AtOnce = Callable[[Iterable[Callable[[], Any]]], list[Any]]
    Later = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def _cheap_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash cheaply: counted is how often somebody may try, not how long a try takes."""
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 1)
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 64)


@pytest.fixture
def world(db: Any) -> World:
    from tests.world import World

    return World.build()


@pytest.fixture
def later() -> Later:
    """Turn the clock of the web process, on or back; the database's stays."""

    def travel(**by: float) -> AbstractContextManager[Any]:
        return time_machine.travel(
            datetime.datetime.now(datetime.UTC) + datetime.timedelta(**by), tick=True
        )

    return travel


@pytest.fixture
def at_once() -> AtOnce:
    """Let all begin at the same moment, each in a thread with connections of its own."""

    def run(acts: Iterable[Callable[[], Any]]) -> list[Any]:
        todo = list(acts)
        start, answers = threading.Barrier(len(todo)), [None] * len(todo)

        def one(number: int, act: Callable[[], Any]) -> None:
            try:
                start.wait(30)
                answers[number] = act()
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one, args=each) for each in enumerate(todo)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    return run
