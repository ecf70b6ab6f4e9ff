"""One practice that may be killed, shared by the stories about faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counselling.local import children
from tests.faults.practice import Practice

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def practice() -> Iterator[Practice]:
    """Start a practice of its own; what dies often is brought back without a growing pause."""
    patch = pytest.MonkeyPatch()
    patch.setattr(children, "STEADY_SECONDS", 1.0)
    made = Practice()
    try:
        made.start()
        yield made
    finally:
        made.stop()
        patch.undo()
