"""Attacks on what is signed: everything anew, checkpoints, the mark of the sealer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit import checkpoint
from audit.checkpoint import Checkpoint
from tests.audit.test_checkpoint import Pretend
from tests.drill.listing import NEVER, UP_TO, WHOLE, attack
from tests.drill.log import edited

if TYPE_CHECKING:
    from tests.drill.log import Log


# -- everything, with and without a key -----------------------------------------------------------


def _another_actor(log: Log) -> None:
    for number in range(1, 13):
        log.rewrite(number, edited(log.payload(number)))


@attack("all is rewritten, signed with the stolen key",
        f"^entry 1 or one up to entry 4 {UP_TO} the witness", alone=WHOLE)  # fmt: skip
def rewrite_stolen(log: Log, altered: bool) -> None:
    if altered:
        _another_actor(log)
    log.sign_all(log.signer)


@attack("all is rewritten, sealed anew by the honest sealer",
        f"^entry 1 or one up to entry 4 {UP_TO} the witness", alone=WHOLE)  # fmt: skip
def rewrite_resealed(log: Log, altered: bool) -> None:
    if altered:
        _another_actor(log)
    log.unseal(0)
    log.seal()


@attack("all is rewritten, signed with another key", f"^entry 4 closes with the checkpoint {NEVER}")
def rewrite_strange(log: Log, altered: bool) -> None:
    if altered:
        _another_actor(log)
    log.sign_all(Pretend(log.signer.name, log.signer.public_key) if altered else log.signer)


@attack("… and the public key exchanged for that one", "^the witness holds a line", alone=WHOLE)
def rewrite_exchanged(log: Log, altered: bool) -> None:
    if altered:
        _another_actor(log)
    signer = log.stranger() if altered else log.signer
    log.sign_all(signer)
    log.key = signer.name, signer.public_key


# -- checkpoints, mark ----------------------------------------------------------------------------

FORGED: Final = f"^entry 8 closes with the checkpoint {NEVER}$"


def _checkpoint(log: Log, change: str, *values: object) -> None:
    log.root.execute(f"UPDATE audit_checkpoint SET {change} WHERE size = 8", values)


@attack("a checkpoint's note is changed", FORGED)
def forge_note(log: Log, altered: bool) -> None:
    name = "stranger" if altered else "counselling"
    _checkpoint(log, "note = replace(note, 'counselling', %s)", name)


@attack("a checkpoint is signed by somebody else", FORGED, exported=WHOLE)
def forge_signature(log: Log, altered: bool) -> None:
    signer = log.stranger() if altered else log.signer
    row = log.root.execute("SELECT root FROM audit_checkpoint WHERE size = 8").fetchone()
    assert row
    note = checkpoint.sign(Checkpoint(signer.name, 8, row[0]), signer)
    _checkpoint(log, "note = %s", note)


@attack("a checkpoint's root is changed", FORGED, exported=WHOLE)
def forge_root(log: Log, altered: bool) -> None:
    _checkpoint(log, "root = sha256(root)" if altered else "root = root")


@attack("a checkpoint is emptied", FORGED)
def empty_note(log: Log, altered: bool) -> None:
    _checkpoint(log, "note = ''" if altered else "note = note")


@attack("a checkpoint is moved to another size", f"^entry 5 or one up to entry 8 {UP_TO} the ch",
        exported=WHOLE)  # fmt: skip
def move_checkpoint(log: Log, altered: bool) -> None:
    if altered:
        log.root.execute("DELETE FROM audit_checkpoint WHERE size = 8")
        log.root.execute("UPDATE audit_checkpoint SET size = 8 WHERE size = 12")
    else:
        _checkpoint(log, "size = 8")


@attack("the newest checkpoint is removed", "^entry 9 is in no signed checkpoint$")
def remove_checkpoint(log: Log, altered: bool) -> None:
    newest = 12 if altered else 8  # one in between says nothing the newest does not
    log.root.execute("DELETE FROM audit_checkpoint WHERE size = %s", [newest])
    log.witness.write_text("")


@attack("the sealer's mark is changed", "^the sealer's mark is not where the log ends$",
        exported=WHOLE)  # fmt: skip
def forge_mark(log: Log, altered: bool) -> None:
    log.root.execute(
        f"UPDATE audit_watermark SET range[1] = {'sha256(range[1])' if altered else 'range[1]'}"
    )


@attack("the sealer's mark is removed", "^event .*|^the sealer's mark is not where", exported=WHOLE)
def remove_mark(log: Log, altered: bool) -> None:
    tables = log.copied()
    log.root.execute("DELETE FROM audit_watermark")
    if not altered:
        log.put_back(tables)
