"""Eight people write at once and take some of it back; the sealer is killed meanwhile."""

from __future__ import annotations

import dataclasses
import os
import random
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest

from audit import sealing, verifying
from audit.witness import lines_of
from counselling import vault
from tests.audit.writers import write

if TYPE_CHECKING:
    import pathlib

    from audit.checkpoint import Signer

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LONG: Final = bool(os.environ.get("SOAK"))
ACTS: Final = 20
KILLS: Final = 25 if LONG else 2


@dataclasses.dataclass
class Writer(threading.Thread):
    """One of eight: commits, rolls back, rolls back to a savepoint, dawdles."""

    seed: int
    enough: threading.Event
    kept: list[UUID] = dataclasses.field(default_factory=list)
    gone: list[UUID] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        """Be a thread."""
        super().__init__()

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        """Do acts, each in a transaction of its own, until it is enough."""
        chance = random.Random(self.seed)  # noqa: S311 a test that repeats itself
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            done = 0
            while done < ACTS or not self.enough.is_set():
                self._act(connection, chance)
                done += 1

    def _act(self, connection: psycopg.Connection[Any], chance: random.Random) -> None:
        undone = chance.random() < 0.2
        written: list[UUID] = []
        with connection.transaction(force_rollback=undone):
            for _ in range(chance.randint(1, 3)):
                taken_back = chance.random() < 0.25
                with connection.transaction(force_rollback=taken_back):
                    event = write(connection, uuid4())
                (self.gone if taken_back else written).append(event)
            # now and then somebody is called away in the middle of it
            time.sleep(chance.random() * (0.5 if chance.random() < 0.04 else 0.02))
        (self.gone if undone else self.kept).extend(written)


class Sealing:
    """The sealer as a process of its own, and what becomes of it."""

    def __init__(self, witness: pathlib.Path) -> None:
        """Start it."""
        self.witness = witness
        self.start()

    def start(self) -> None:
        """Start one, like a supervisor does when it has ended."""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "seal_log"],
            env={**os.environ, "WITNESS_FILE": str(self.witness), "LOG_LEVEL": "WARNING"},
        )

    def kill(self) -> None:
        """End it as a power cut would, and start the next."""
        self.process.kill()
        self.process.wait()
        self.start()

    def stop(self) -> None:
        """End it in order: with everything sealed."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0


def sealed(root: psycopg.Connection[Any]) -> int:
    """Give how many entries are sealed."""
    row = root.execute("SELECT coalesce(max(size), 0) FROM audit_checkpoint").fetchone()
    assert row
    return int(row[0])


def sealed_at_least(root: psycopg.Connection[Any], size: int) -> None:
    """Wait until the sealer has got so far."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if sealed(root) >= size:
            return
        time.sleep(0.05)
    pytest.fail(f"Nothing was sealed up to {size}.")


@pytest.mark.req("AT-10", "AT-04")
def test_every_committed_event_is_sealed_once_and_no_other(
    root: psycopg.Connection[Any], signer: Signer, tmp_path: pathlib.Path
) -> None:
    sealer = Sealing(tmp_path / "witness")
    enough = threading.Event()
    writers = [Writer(seed, enough) for seed in range(8)]
    for one in writers:
        one.start()
    chance = random.Random(8)  # noqa: S311 as above
    for _ in range(KILLS):
        # it has sealed something since it was started, and is at it again
        sealed_at_least(root, sealed(root) + 1)
        time.sleep(chance.random())
        sealer.kill()
    sealed_at_least(root, sealed(root) + 1)
    enough.set()
    for one in writers:
        one.join()
    sealer.stop()
    sealing.seal_all(signer)  # what the last breath of the sealer left for who comes after

    kept = {event for one in writers for event in one.kept}
    gone = {event for one in writers for event in one.gone}
    assert len(kept) > 8 * ACTS
    assert len(gone) > 8 * ACTS * 0.5
    leaves = root.execute("SELECT number, event_id FROM audit_leaf ORDER BY number").fetchall()
    assert [number for number, _ in leaves] == list(range(1, len(kept) + 1))
    assert {event for _, event in leaves} == kept
    told = lines_of(tmp_path / "witness")
    report = verifying.verify(*verifying.log_key(), vault.signing.verify_ed25519, told)
    assert report.whole, report.sentence
    assert (report.events, report.waiting) == (len(kept), 0)
    assert told
