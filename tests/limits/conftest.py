"""Guessers, clocks that move, and forty of them at once."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from tests import together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from tests.world import World

    AtOnce = Callable[[Iterable[Callable[[], Any]]], list[Any]]
    Later = Callable[..., AbstractContextManager[Any]]


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
        answers = together.at_once(acts)
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return answers

    return run
