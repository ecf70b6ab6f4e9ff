"""Kill parts of a practice with `kill -9` at random instants; a seed makes the choice again."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from tests.faults.practice import end_at_once

if TYPE_CHECKING:
    from tests.faults.practice import Practice

PARTS = (
    "web", "web worker", "worker", "pool child", "scheduler", "sealer", "backend", "postmaster",
)  # fmt: skip
ALL = "all at once"


class Killer:
    """Chooses whom and when."""

    def __init__(self, practice: Practice, seed: int) -> None:
        """Throw the dice of this seed."""
        self.practice, self.dice = practice, random.Random(seed)  # noqa: S311 chance for a test
        self.done: list[str] = []

    def order(self, count: int) -> list[str]:
        """Give whom to kill: each part in turn, in an order of chance, all at once among them."""
        chosen: list[str] = []
        while len(chosen) < count:
            one_round = [*PARTS, ALL]
            self.dice.shuffle(one_round)
            chosen += one_round
        return chosen[:count]

    def kill(self, part: str, *, within: float = 1.0) -> None:
        """Kill a part at a random instant from now; wait for it first where it is down."""
        self.pause(self.dice.uniform(0.05, within))
        self.practice.wait(lambda: bool(self._of(part)), 40)
        victims = self._of(part)
        if part != ALL:
            victims = [self.dice.choice(sorted(victims))]
        if sum(end_at_once(pid) for pid in victims):
            self.done.append(part)

    def pause(self, seconds: float) -> None:
        """Wait while the launcher goes on looking after its own."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))
            self.practice.look_after()

    def _of(self, part: str) -> list[int]:
        return self.practice.everything() if part == ALL else self.practice.pids(part)
