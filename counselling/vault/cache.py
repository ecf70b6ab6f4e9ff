"""A bounded memory for minutes: ciphers made ready for use, never key bytes."""

from __future__ import annotations

import threading
import time
from typing import Generic, TypeVar

T = TypeVar("T")


class ShortLived(Generic[T]):
    """Things kept by holder and purpose; the oldest goes when it is full, each after its time."""

    def __init__(self, size: int, seconds: float) -> None:
        """Keep at most `size` things, each for at most `seconds`."""
        self._size = size
        self._seconds = seconds
        self._kept: dict[tuple[str, str], tuple[float, T]] = {}
        self._lock = threading.Lock()
        self._drops = 0

    def get(self, holder: str, purpose: str) -> T | None:
        """Give what is kept and not over."""
        found = self._kept.get((holder, purpose))
        if found is None or found[0] < time.monotonic():
            return None
        return found[1]

    def mark(self) -> int:
        """Give what `put` wants to see unchanged: something dropped since is not kept again."""
        return self._drops

    def put(self, holder: str, purpose: str, thing: T, mark: int) -> None:
        """Keep it from now, unless anything was dropped since `mark`."""
        with self._lock:
            if mark != self._drops:
                return
            now = time.monotonic()
            self._kept.pop((holder, purpose), None)
            # in the order in which they were kept, so also in which their time is over
            while self._kept:
                oldest = next(iter(self._kept))
                if len(self._kept) < self._size and self._kept[oldest][0] >= now:
                    break
                del self._kept[oldest]
            self._kept[holder, purpose] = (now + self._seconds, thing)

    def drop(self, holder: str) -> None:
        """Forget everything of a holder."""
        with self._lock:
            self._drops += 1
            for key in [key for key in self._kept if key[0] == holder]:
                del self._kept[key]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._drops += 1
            self._kept.clear()
