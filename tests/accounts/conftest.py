"""What the stories of signing in share: what the log says, and clocks that move."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    import psycopg

    Told = Callable[[], list[dict[str, Any]]]
    Later = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def told(root: psycopg.Connection[Any]) -> Told:
    """Give what every event says, in order."""

    def events() -> list[dict[str, Any]]:
        rows = root.execute("SELECT payload FROM audit_event ORDER BY recorded, id").fetchall()
        return [json.loads(text) for (text,) in rows]

    return events


@pytest.fixture
def later() -> Later:
    """Turn the clock of the server on."""

    def travel(**by: float) -> AbstractContextManager[Any]:
        return time_machine.travel(
            datetime.datetime.now(datetime.UTC) + datetime.timedelta(**by), tick=True
        )

    return travel
