"""Attacks on the witness and on what excuses it; and what is honest and no attack."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final
from unittest import mock

from django.conf import settings

from audit import actions, checkpoint, restoring
from audit.checkpoint import Checkpoint
from counselling.access import SERVICE
from tests.audit.writers import act
from tests.drill.listing import CUT, WHOLE, attack

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.drill.log import Log


# -- the witness ----------------------------------------------------------------------------------


@attack("a line nobody signed is put into the witness", "^the witness holds a line that this log",
        alone=WHOLE)  # fmt: skip
def forge_line(log: Log, altered: bool) -> None:
    log.tell("nonsense" if altered else log.notes()[0])


@attack("a stranger's checkpoint is put into the witness", "^the witness holds a line that this l",
        alone=WHOLE)  # fmt: skip
def strange_line(log: Log, altered: bool) -> None:
    signer = log.stranger()
    note = checkpoint.sign(Checkpoint(signer.name, 99, b"r" * 32), signer)
    log.tell(note if altered else log.notes()[1])


@attack("the end is cut, and a restore forged by a stranger", CUT, alone=WHOLE)
def forge_restore(log: Log, altered: bool) -> None:
    if not altered:
        return
    log.cut_clean(8)
    signer = log.stranger()
    seen = checkpoint.parse(log.notes()[2]).checkpoint
    kept = checkpoint.parse(log.notes()[1]).checkpoint
    now = datetime.datetime.now(datetime.UTC)
    said = restoring.Restore(signer.name, 8, kept.root, 12, seen.root, SERVICE.id, now)
    log.tell(restoring.sign(said, signer))


def acknowledge(log: Log) -> str:
    """Put yesterday's tables back and say so, as an operator does; give the witness's line."""
    log.put_back(log.yesterday)
    with mock.patch.object(settings, "WITNESS_FILE", log.witness):
        actions.acknowledge_restore(actor=SERVICE, reason="rehearsal")
    log.seal()
    return next(note for note in log.notes() if restoring.is_one(note))


GONE: Final = r"entries 9 to 12 of before are not here"


@attack("the end is cut after a true restore, and its line repeated",
        "^entry 10 is missing, and all up to entry 12, says the witness$", alone=WHOLE)  # fmt: skip
def repeat_restore(log: Log, altered: bool) -> None:
    line = acknowledge(log)
    for _ in range(12 - log.size()):
        act()
    log.seal()
    if altered:
        log.cut_clean(9)
    log.tell(line)


@attack("the event of a true restore is cut away", "^entry 9 is missing, and all up to entry",
        alone=WHOLE)  # fmt: skip
def cut_restore(log: Log, altered: bool) -> None:
    acknowledge(log)
    if altered:
        log.cut_clean(8)


@attack("the end is cut and acknowledged as a restore, with the stolen key", WHOLE, exported=WHOLE,
        also=GONE)  # fmt: skip
def lie_about_restore(log: Log, altered: bool) -> None:
    if altered:
        acknowledge(log)


@attack("an event is changed in the second before it is sealed", WHOLE, exported=WHOLE)
def change_waiting(log: Log, altered: bool) -> None:
    if altered:
        log.root.execute(
            "UPDATE audit_event SET payload = replace(payload, '\"U\"', '\"R\"') "
            "WHERE id NOT IN (SELECT event_id FROM audit_leaf)"
        )
    log.seal()


# -- what is no attack, and must not be taken for one ----------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Growth:
    """Something honest that happens to a log."""

    title: str
    steps: Callable[[Log], None]
    also: str = ""


def nothing(log: Log) -> None:
    """Touch nothing."""


def grow(log: Log) -> None:
    """Go on."""
    for _ in range(5):
        act()
        log.seal()


def start_again(log: Log) -> None:
    """Put the same tables back on another server, where transaction ids begin anew, and go on."""
    log.put_back(log.copied())
    log.root.execute("UPDATE audit_watermark SET cluster = 'another'")
    grow(log)


def restore(log: Log) -> None:
    """Put yesterday's backup back, say so, go on."""
    acknowledge(log)
    grow(log)


def restore_twice(log: Log) -> None:
    """Put the same backup back once more: what was told of the first restore is lost by it."""
    acknowledge(log)
    grow(log)
    acknowledge(log)
    grow(log)


def restore_late(log: Log) -> None:
    """Say so only after the sealer has gone on, past what was lost."""
    log.put_back(log.yesterday)
    for _ in range(3):
        act()
        act()
        log.seal()
    with mock.patch.object(settings, "WITNESS_FILE", log.witness):
        actions.acknowledge_restore(actor=SERVICE, reason="hardware")
    log.seal()


def restore_without_witness_line(log: Log) -> None:
    """Have a full disk of the witness keep the last checkpoint from it."""
    log.witness.write_text("\n".join(log.witness.read_text().split("\n")[:2]) + "\n")


GROWTHS: Final = (
    Growth("nothing happens", nothing),
    Growth("the log grows", grow),
    Growth("the same log on another server, and it grows", start_again),
    Growth("the witness missed the last line", restore_without_witness_line),
    Growth("a backup is put back, acknowledged, and it grows", restore, GONE),
    Growth("… and put back once more", restore_twice, GONE),
    Growth("acknowledged only after the sealer went on", restore_late, GONE),
)
