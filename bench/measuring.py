"""Time two things in turns and compare them, so that what disturbs one disturbs the other."""

from __future__ import annotations

import dataclasses
import gc
import statistics
import time
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    Work = Callable[[], object]

LEAST_ROUNDS: Final = 9


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One ratio, what it is of, and what it should be."""

    id: str
    what: str
    baseline: str
    ratio: float
    unit: str
    target: float
    better: Literal["higher", "lower"]

    @property
    def ok(self) -> bool:
        """Say whether the target is met, by the ratio as it is and not as it is printed."""
        if self.better == "higher":
            return self.ratio >= self.target
        return self.ratio <= self.target


def nothing() -> None:
    """Prepare nothing."""


def speed(ours: Work, plain: Work, *, rounds: int, before: Work = nothing) -> float:
    """Give how many times as fast ours is, as the median of the rounds."""
    return statistics.median(b / a for a, b in pairs(ours, plain, rounds=rounds, before=before))


def cost(ours: Work, plain: Work, *, rounds: int, before: Work = nothing) -> float:
    """Give how many times as long ours takes, as the median of the rounds."""
    return statistics.median(a / b for a, b in pairs(ours, plain, rounds=rounds, before=before))


def pairs(ours: Work, plain: Work, *, rounds: int, before: Work) -> list[tuple[float, float]]:
    """Give the seconds of both, round by round; `before` runs untimed before each."""
    assert rounds >= LEAST_ROUNDS
    gc.collect()
    gc.freeze()  # or each collection between rounds looks at all of Django again
    found = []
    for number in range(-1, rounds):
        if number % 2:  # who goes first takes turns as well
            second, first = _timed(plain, before), _timed(ours, before)
        else:
            first, second = _timed(ours, before), _timed(plain, before)
        found.append((first, second))
    return found[1:]  # the first is slow for reasons of its own


def _timed(work: Work, before: Work) -> float:
    before()
    gc.collect()
    gc.disable()
    try:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began
    finally:
        gc.enable()
