"""P6 and P7: many writers at once, against a hash chain and with the sealer at work."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg

from bench import acts
from bench.measuring import LEAST_ROUNDS, Figure, speed
from counselling.access import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.measuring import Work

CLIENTS: Final = 16
WORK: Final = 0.005
# transactions of each client in a round; a chain is slower, so it is given fewer
OURS: Final = 40
CHAINED: Final = 4
_ROOT: Final = Path(__file__).parents[1]

# an act whole, in one message, so that the clients cost next to nothing
_OURS: Final = """
BEGIN;
SELECT set_config('counselling.actor', %(actor)s, true);
INSERT INTO audit_event (payload) VALUES (replace(replace(%(payload)s,
    '@at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
    '@id', gen_random_uuid()::text));
SELECT pg_sleep(%(work)s);
COMMIT
"""
# the head row is locked from the event to the commit, or two entries would follow the same one
_CHAIN: Final = """
BEGIN;
WITH head AS (
    UPDATE bench_head SET hash = sha256(hash || convert_to(%(payload)s, 'UTF8')) RETURNING hash
) INSERT INTO bench_chain (payload, hash) SELECT %(payload)s, hash FROM head;
SELECT pg_sleep(%(work)s);
COMMIT
"""
_TABLES: Final = """
CREATE TABLE bench_head (hash bytea NOT NULL);
INSERT INTO bench_head VALUES (sha256(''));
CREATE TABLE bench_chain (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payload text NOT NULL, hash bytea NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON bench_head, bench_chain TO counselling_app
"""


def figures() -> Iterator[Figure]:
    """Measure the log against a correct chain, then with its sealer and without."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(_TABLES)
    with _clients() as clients:
        ours, chain = _everybody(clients, _OURS, OURS), _everybody(clients, _CHAIN, CHAINED)
        against = speed(ours, chain, rounds=LEAST_ROUNDS) * OURS / CHAINED
        yield Figure(
            "P6", "16 clients, 5 ms of work after the event", "a hash chain, its head row locked",
            against, "x speed", 14, "higher",
        )  # fmt: skip
        with _sealer() as sealer:
            alone = _everybody(clients, _OURS, 3 * OURS)
            beside = speed(
                lambda: sealer.beside(alone), lambda: sealer.without(alone), rounds=LEAST_ROUNDS
            )
        yield Figure(
            "P7", "16 writers while the sealer seals", "the same, the sealer stopped",
            beside, "x speed", 0.97, "higher",
        )  # fmt: skip


@contextlib.contextmanager
def _clients() -> Iterator[list[psycopg.Connection[Any]]]:
    with contextlib.ExitStack() as stack:
        url = os.environ["DATABASE_URL"]
        yield [
            stack.enter_context(
                psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor)
            )
            for _ in range(CLIENTS)
        ]


def _everybody(clients: list[psycopg.Connection[Any]], act: str, times: int) -> Work:
    """Give what has every client act so many times, all at once."""
    client, case, note = map(str, acts.ids(3))
    said = {
        "act": "R", "actor": str(SERVICE.id), "actor_kind": "service", "at": "@at", "case": case,
        "client": client, "clients": [client], "id": "@id", "kind": "note.opened",
        "outcome": "ok", "purpose": "care", "relation": "job", "row": note, "thing": "note", "v": 1,
    }  # fmt: skip
    payload = json.dumps(said, sort_keys=True, separators=(",", ":"))
    known = {"actor": str(SERVICE.id), "payload": payload, "work": WORK}

    def one(connection: psycopg.Connection[Any]) -> None:
        for _ in range(times):
            connection.execute(act, known)

    def all_of_them() -> None:
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(one, clients))

    return all_of_them


class _Sealer:
    """The sealer as a process, which can be made to hold still."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "seal_log"], cwd=_ROOT, stdout=subprocess.DEVNULL
        )

    def beside(self, work: Work) -> None:
        """Do it while the sealer seals."""
        self._process.send_signal(signal.SIGCONT)
        work()

    def without(self, work: Work) -> None:
        """Do it while the sealer holds still."""
        self._process.send_signal(signal.SIGSTOP)
        work()

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def _sealer() -> Iterator[_Sealer]:
    sealer = _Sealer()
    try:
        _wait_for_checkpoint()
        yield sealer
    finally:
        sealer.stop()


def _wait_for_checkpoint() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for _ in range(300):
            if connection.execute("SELECT FROM audit_checkpoint LIMIT 1").fetchone() is not None:
                return
            time.sleep(0.1)
    message = "The sealer seals nothing."
    raise RuntimeError(message)
