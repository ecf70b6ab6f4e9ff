"""The sealer: a process of its own that numbers and signs the log every second.

It alone has the sealer's login, so it also has the log verified now and then, by a child.
"""

from __future__ import annotations

import datetime
import errno
import logging
import pathlib
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connections

from audit import sealing
from audit.checkpoint import size_of
from audit.witness import EVERY_SECONDS, FileWitness
from counselling import vault

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from audit.checkpoint import Signer
    from audit.sealing import Sealed

log = logging.getLogger("counselling.sealer")

PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
LATE: Final = datetime.timedelta(minutes=1)
# long enough that a start is not slower for it
FIRST_VERIFICATION: Final = 300.0
# one that was killed is begun again so soon
AFTER_A_KILL: Final = 60.0
VERIFY: Final = (sys.executable, str(settings.BASE_DIR / "manage.py"), "verify_audit", "--due")


class Verifications:
    """Has the log verified some minutes after the start and then every so often, by a child.

    Sealing is not held up by it. The child says itself whether what is new is enough or all of
    the log is due, and tells people of what it finds.
    """

    def __init__(self, every: float) -> None:
        """Wait for the first; `every` 0 means never."""
        self._every = every
        self._due = time.monotonic() + min(FIRST_VERIFICATION, every)
        self._child: subprocess.Popen[bytes] | None = None

    def look_after(self) -> None:
        """Say what came of a verification that ended, and begin one that is due."""
        if self._child and (code := self._child.poll()) is not None:
            self._child = None
            if code < 0:
                log.warning("verify.killed", extra={"code": code})
                self._due = min(self._due, time.monotonic() + AFTER_A_KILL)
            elif code:
                log.error("verify.not-whole", extra={"code": code})
            else:
                log.info("verify.whole")
        if self._every and not self._child and time.monotonic() >= self._due:
            self._due = time.monotonic() + self._every
            quiet = subprocess.DEVNULL
            self._child = subprocess.Popen(VERIFY, stdin=quiet, stdout=quiet)  # noqa: S603 our own command

    def stop(self) -> None:
        """End a verification under way; the next start begins another."""
        if self._child:
            self._child.terminate()
            self._child.wait()
            self._child = None


class Sealer:
    """One sealer at work: seals each second, tells the witness, keeps partitions ahead."""

    def __init__(
        self,
        signer: Signer,
        witness: FileWitness,
        stop: threading.Event,
        verifications: Verifications | None = None,
    ) -> None:
        """Begin with everything due at once."""
        self._verifications = verifications or Verifications(0)
        self._signer = signer
        self._witness = witness
        self._stop = stop
        self._told = float("-inf")
        self._prepared: datetime.date | None = None
        self._pause = PAUSE

    def run(self) -> None:
        """Work until asked to stop; a database that is away is asked again, ever less often."""
        while not self._stop.is_set():
            try:
                wait = self._round()
                self._pause = PAUSE
            except (DatabaseError, InterfaceError) as error:
                _put_off(error)
                wait, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE)
            self._verifications.look_after()
            self._stop.wait(wait)
        self._verifications.stop()
        try:
            self._tell(sealing.seal_all(self._signer).note)
        except (DatabaseError, InterfaceError) as error:
            _put_off(error)

    def _round(self) -> float:
        """Seal once; give how long to wait."""
        today = datetime.datetime.now(datetime.UTC).date()
        if self._prepared != today:
            sealing.make_partitions()
            self._prepared = today
        done = sealing.seal_next(self._signer)
        if done is None:
            log.info("seal.another-sealer")
            return LONGEST_PAUSE
        if time.monotonic() - self._told >= EVERY_SECONDS:
            self._report()
        return 0.0 if done.count == sealing.MOST else PAUSE

    def _report(self) -> None:
        """Tell the witness the newest checkpoint, and people if sealing lags."""
        self._told = time.monotonic()
        self._tell(sealing.latest_note())
        waiting, oldest = sealing.lag()
        if oldest and datetime.datetime.now(datetime.UTC) - oldest > LATE:
            log.error("seal.lagging", extra={"waiting": waiting})

    def _tell(self, note: str) -> None:
        if not note:
            return
        try:
            same = self._witness.tell(note, datetime.datetime.now(datetime.UTC))
        except OSError as error:
            # the log is sealed all the same; the next round tells what is newest then
            log.error("seal.witness-away", extra={"error": error.strerror})  # noqa: TRY400 no trace: it says all
            code = errno.errorcode.get(error.errno or 0, "OSError")
            _keep("failed", size_of(note), code)
            return
        if not same:
            log.error("seal.witness-replaced")
            _keep("failed", size_of(note), "replaced")
        _keep("told", size_of(note))


def _keep(outcome: str, size: int, code: str = "") -> None:
    """Keep what the witness was told; a database without room keeps it the next time."""
    try:
        sealing.keep_witnessing(outcome, size, code)
    except (DatabaseError, InterfaceError) as error:
        _put_off(error)


def _put_off(error: Exception) -> None:
    """Leave what waits for later: it stays in the database, in order."""
    log.warning("seal.database-away", extra={"error": type(error).__name__})
    connections[sealing.DATABASE].close()


class Command(BaseCommand):
    """Number and sign the log."""

    help = "Number and sign what was committed, every second, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--once`."""
        parser.add_argument("--once", action="store_true", help="seal what waits and leave")

    def handle(self, *_args: Any, once: bool = False, **_options: Any) -> None:
        """Work until SIGTERM or Ctrl-C, or once."""
        if not once and settings.MODE == "production" and settings.PROCESS != "sealer":
            message = "Set COUNSELLING_PROCESS=sealer: it decides what is checked at the start."
            raise CommandError(message)
        try:
            signer = vault.signing.checkpoint_signer()
        except vault.KeysRefused as error:
            raise CommandError(str(error)) from error
        witness = FileWitness(pathlib.Path(settings.WITNESS_FILE))
        if once:
            self._once(signer, witness)
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        log.info("seal.started")
        every = settings.VERIFY_EVERY_SECONDS
        verifications = Verifications(every and min(every, settings.LOOK_EVERY_SECONDS))
        Sealer(signer, witness, stop, verifications).run()
        log.info("seal.stopped")

    def _once(self, signer: Signer, witness: FileWitness) -> None:
        sealing.make_partitions()
        done: Sealed = sealing.seal_all(signer)
        if done.note:
            witness.tell(done.note, datetime.datetime.now(datetime.UTC))
        self.stdout.write(f"Sealed {done.count} events; the log holds {done.size}.")
