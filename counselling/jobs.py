"""Later work: enqueue by name on commit, and sweep up what is due.

The database row is the queue's truth; a message is only a nudge. So a lost broker loses nothing.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from celery import current_app
from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from uuid import UUID

    Due = Callable[[], Iterable[tuple[UUID, ...]]]

log = logging.getLogger("counselling.jobs")

# so long a broker that was away is not asked again by this process
PAUSE: Final = 10.0
_away: Final = [0.0]
_sweeps: Final[dict[str, Due]] = {}


def enqueue(task: str, *ids: UUID) -> None:
    """Send `task` with ids only once the transaction has committed; never raises for the broker."""
    transaction.on_commit(lambda: _send(task, ids))


def _send(task: str, ids: tuple[UUID, ...]) -> None:
    """Send a message, unless the broker was found away a moment ago: nobody waits for it twice."""
    if time.monotonic() < _away[0]:
        return
    try:
        current_app.send_task(task, args=[str(one) for one in ids], retry=False)
    except Exception:  # noqa: BLE001 any broker fault is survivable: the sweeper sends again
        _away[0] = time.monotonic() + PAUSE
        log.warning("job.not-sent", extra={"task": task})


def sweepable(task: str, due: Due) -> None:
    """Register where the sweeper finds the ids of work that is due for `task`."""
    _sweeps[task] = due


def due() -> Iterator[tuple[str, tuple[UUID, ...]]]:
    """Give every task that is due, with its ids."""
    for task, found in _sweeps.items():
        for ids in found():
            yield task, tuple(ids)


def sweep() -> int:
    """Send again whatever is due; give the number of messages."""
    sent = 0
    for task, ids in due():
        _send(task, ids)
        sent += 1
    return sent
