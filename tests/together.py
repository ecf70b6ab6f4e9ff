"""Many acts at the same moment, each in a thread with connections of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def at_once(acts: Iterable[Callable[[], Any]]) -> list[Any]:
    """Let all begin together; an exception is an answer, so that the test can look."""
    each = list(acts)
    start, answers = threading.Barrier(len(each)), [None] * len(each)

    def one(number: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(30)
            answers[number] = act()
        except Exception as error:  # noqa: BLE001 whatever it is, the test shows it
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(each)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
