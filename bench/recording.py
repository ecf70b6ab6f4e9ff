"""P5: rows of our log per second against one plain ORM insert per row; one client, then four."""

from __future__ import annotations

import contextlib
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Final

from django.db import connections, transaction

from audit.actions import record
from bench import acts
from bench.measuring import LEAST_ROUNDS, Figure, speed
from bench.place import make_tables
from bench.tables import PlainEvent
from counselling.access import Actor, ActorKind, Role
from counselling.db import as_actor
from records.domain import NOTE_OPENED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.measuring import Work

COUNT: Final = 200
ROUNDS: Final = 2 * LEAST_ROUNDS + 1
BASELINE: Final = "one plain ORM insert per row, same indexes"
ME, CLIENT, CASE, NOTE = acts.ids(4)
ACTOR: Final = Actor(
    ME, ActorKind.STAFF, frozenset({Role.COUNSELLOR}), session="5f2b90c1", request="77aa01d4"
)


def figures() -> Iterator[Figure]:
    """Measure many rows in one transaction, then each in its own as a request makes it."""
    make_tables(PlainEvent)
    together = speed(_ours, _plain, rounds=ROUNDS)
    yield Figure(
        "P5.rows", "audit rows in one transaction", BASELINE, together, "x speed", 1.3, "higher"
    )
    with _four() as four:
        at_once = speed(lambda: four(_ours), lambda: four(_plain), rounds=LEAST_ROUNDS)
    yield Figure(
        "P5.four", "the same by four processes at once", BASELINE, at_once, "x speed", 2.0, "higher"
    )
    apart = speed(_ours_apart, _plain_apart, rounds=ROUNDS)
    yield Figure(
        "P5.acts", "audit rows, each act committed", BASELINE, apart, "x speed", 1.3, "higher"
    )


@contextlib.contextmanager
def _four() -> Iterator[Callable[[Work], None]]:
    """Give what has four processes do the same, each with a connection of its own."""
    connections.close_all()  # or they would share this one's
    with ProcessPoolExecutor(4, multiprocessing.get_context("fork")) as pool:

        def four(work: Work) -> None:
            for done in [pool.submit(work) for _ in range(4)]:
                done.result()

        yield four


def _ours() -> None:
    with as_actor(ACTOR):
        for _ in range(COUNT):
            _record()


def _plain() -> None:
    with transaction.atomic():
        for _ in range(COUNT):
            _insert()


def _ours_apart() -> None:
    for _ in range(COUNT // 20):
        with as_actor(ACTOR):
            _record()


def _plain_apart() -> None:
    for _ in range(COUNT // 20):
        with transaction.atomic():
            _insert()


def _record() -> None:
    record(
        actor=ACTOR, kind=NOTE_OPENED, client=CLIENT, case=CASE, about=("note", NOTE),
        purpose="care", relation="assigned", detail={"shown": 1},
    )  # fmt: skip


def _insert() -> None:
    PlainEvent.objects.create(
        kind=NOTE_OPENED.code, act=NOTE_OPENED.action.value, outcome="ok", actor_id=ME,
        role=ACTOR.role, session=ACTOR.session, request=ACTOR.request, client_id=CLIENT,
        case_id=CASE, thing="note", row=NOTE,
        detail={"purpose": "care", "relation": "assigned", "shown": 1},
    )  # fmt: skip
