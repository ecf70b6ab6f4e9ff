"""Attacks on the log: what each does, what must be said of it, and the same steps done honestly.

Each takes the log and whether anything is altered. Without the alteration it is its own control:
the same hands on the same tables must leave a log that verifies as whole.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import TYPE_CHECKING, Final
from unittest import mock

from django.conf import settings

from audit import actions, checkpoint, restoring
from audit.checkpoint import Checkpoint
from counselling.access import SERVICE
from tests.audit.test_checkpoint import Pretend
from tests.audit.writers import act
from tests.drill.log import LEAF, edited

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.drill.log import Log

    Steps = Callable[["Log", bool], None]

WHOLE: Final = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Attack:
    """One attack, and what is said of it (a pattern; nothing where it is not found).

    `alone` is said without the witness, `exported` by the verifier of an export with the witness.
    `also` is what the report says even though the log is whole.
    """

    title: str
    steps: Steps
    found: str
    alone: str
    exported: str
    also: str = ""


ATTACKS: Final[list[Attack]] = []
_UP_TO: Final = r"was changed, moved or put in, says"
OTHERWISE: Final = r"^entry 7 \(event .*\) is filed otherwise than its text says$"
NEVER: Final = "that this log never signed"


def attack(
    title: str, found: str, *, alone: str | None = None, exported: str = ".", also: str = ""
) -> Callable[[Steps], Steps]:
    """Put steps on the list; found alone as well unless said otherwise."""

    def listed(steps: Steps) -> Steps:
        said = found if alone is None else alone
        ATTACKS.append(Attack(title, steps, found, said, exported, also))
        return steps

    return listed


# -- one entry ------------------------------------------------------------------------------------


@attack("an event is changed", r"^entry 7 \(event .*\) was changed after it was sealed$")
def change(log: Log, altered: bool) -> None:
    text = log.payload(7)
    log.rewrite(7, edited(text) if altered else text)


@attack("an event and its leaf are changed", f"^entry 5 or one up to entry 8 {_UP_TO} the check")
def change_with_leaf(log: Log, altered: bool) -> None:
    text = log.payload(7)
    log.rewrite(7, edited(text) if altered else text, leaf=True)


@attack("two events swap what they say", r"^entry 6 \(event .*\) was changed after it was sealed$")
def swap(log: Log, altered: bool) -> None:
    six, seven = json.loads(log.payload(6)), json.loads(log.payload(7))
    own = ("id", "at") if altered else tuple(six)
    log.rewrite(6, edited(json.dumps(seven), **{name: six[name] for name in own}))
    log.rewrite(7, edited(json.dumps(six), **{name: seven[name] for name in own}))


@attack("an event is dated back, with its leaf", f"^entry 5 or one up to entry 8 {_UP_TO} the ch")
def date_back(log: Log, altered: bool) -> None:
    text = log.payload(7)
    at = datetime.datetime.fromisoformat(json.loads(text)["at"])
    then = at - datetime.timedelta(days=40 if altered else 0)
    said = edited(text, at=then.isoformat().replace("+00:00", "") + "Z")
    log.rewrite(7, said, leaf=True, at=then)


@attack("an event's row is moved in time, its text left", OTHERWISE, exported=WHOLE)
def move_in_time(log: Log, altered: bool) -> None:
    text = log.payload(7)
    at = datetime.datetime.fromisoformat(json.loads(text)["at"])
    log.rewrite(7, text, at=at - datetime.timedelta(days=40 if altered else 0))


@attack("what pages filter by is changed, the text left", OTHERWISE, exported=WHOLE)
def hide_from_pages(log: Log, altered: bool) -> None:
    log.overwrite(7, "actor", "gen_random_uuid()" if altered else "actor")


@attack("an event is deleted", r"^entry 5 \(event .*\) was deleted$")
def delete(log: Log, altered: bool) -> None:
    tables = log.copied()
    log.delete(5)
    if not altered:
        log.put_back(tables)


@attack("an event and its leaf are deleted", "^entry 5 is missing$")
def delete_with_leaf(log: Log, altered: bool) -> None:
    tables = log.copied()
    log.delete(5)
    log.root.execute("DELETE FROM audit_leaf WHERE number = 5")
    if not altered:
        log.put_back(tables)


@attack("… and the leaves after it numbered anew", f"^entry 5 or one up to entry 8 {_UP_TO} the c")
def delete_and_renumber(log: Log, altered: bool) -> None:
    tables = log.copied()
    log.delete(5)
    log.root.execute("DELETE FROM audit_leaf WHERE number = 5")
    log.move_leaves(6, -1)
    if not altered:
        log.put_back(tables)


# -- entries put in, moved ------------------------------------------------------------------------


@attack("an event is put in, without a leaf", r"^event .* was put in behind", exported=WHOLE)
def put_in(log: Log, altered: bool) -> None:
    if altered:
        log.put_in()
    else:
        act()


@attack("an event is put in, leaves numbered anew", r"^entry [5-8] ")
def put_in_with_leaf(log: Log, altered: bool) -> None:
    log.move_leaves(6, 1)
    if altered:
        log.root.execute(LEAF, [6, log.put_in()])
    else:
        log.move_leaves(7, -1)


@attack("an event is put in at the end, with a leaf", "^entry 13 is in no signed checkpoint$")
def put_in_last(log: Log, altered: bool) -> None:
    if altered:
        log.root.execute(LEAF, [13, log.put_in()])
    else:
        log.seal()


@attack("two leaves change places", r"^entry 7 \(event .*\) is not where it was sealed, says the c")
def reorder(log: Log, altered: bool) -> None:
    for _ in range(1 if altered else 2):
        log.root.execute("UPDATE audit_leaf SET number = 13 - number + 1000 WHERE number IN (6, 7)")
        log.root.execute("UPDATE audit_leaf SET number = number - 1000 WHERE number > 1000")


@attack("seals taken off, and a changed entry sealed once more by the honest sealer",
        f"^entry 5 or one up to entry 8 {_UP_TO} the witness", alone=WHOLE)  # fmt: skip
def seal_once_more(log: Log, altered: bool) -> None:
    text = log.payload(7)
    log.unseal(4)
    event = json.loads(text)["id"]
    said = edited(text) if altered else text
    log.root.execute("UPDATE audit_event SET payload = %s WHERE id = %s", [said, event])
    log.seal()


# -- the end --------------------------------------------------------------------------------------


@attack("the end is cut", "^entry 9 is missing, and all up to entry 12, says the witness$",
        alone="^entry 9 is missing, and all up to entry 12, says the checkpoint$")  # fmt: skip
def cut(log: Log, altered: bool) -> None:
    tables = log.copied()
    log.cut(8)
    if not altered:
        log.put_back(tables)


CUT: Final = "^entry 9 is missing, and all up to entry 12, says the witness$"


@attack("the end is cut, with checkpoints and mark", CUT, alone=WHOLE)
def cut_clean(log: Log, altered: bool) -> None:
    log.cut_clean(8 if altered else 12)


@attack("yesterday's tables are put back", CUT, alone=WHOLE)
def yesterday(log: Log, altered: bool) -> None:
    log.put_back(log.yesterday if altered else log.copied())


@attack("yesterday's tables are put back and grown over",
        f"^entry 9 or one up to entry 12 {_UP_TO} the witness", alone=WHOLE)  # fmt: skip
def yesterday_grown(log: Log, altered: bool) -> None:
    log.put_back(log.yesterday if altered else log.copied())
    for _ in range(6):
        act()
    log.seal()


@attack("all is emptied", "^entry 1 is missing, and all up to entry 12, says the witness$",
        alone=WHOLE)  # fmt: skip
def empty(log: Log, altered: bool) -> None:
    tables = log.copied()
    log.empty()
    if not altered:
        log.put_back(tables)


@attack("only the events are emptied", r"^entry 1 \(event .*\) was deleted$")
def empty_events(log: Log, altered: bool) -> None:
    tables = log.copied()
    log.root.execute("DELETE FROM audit_event")
    if not altered:
        log.put_back(tables)


@attack("only the leaves are emptied", "^entry 1 is missing, and all up to entry 12, says the wit",
        alone="^entry 1 is missing, and all up to entry 12, says the checkpoint$")  # fmt: skip
def empty_leaves(log: Log, altered: bool) -> None:
    tables = log.copied()
    log.root.execute("DELETE FROM audit_leaf")
    if not altered:
        log.put_back(tables)


# -- everything, with and without a key -----------------------------------------------------------


def _another_actor(log: Log) -> None:
    for number in range(1, 13):
        log.rewrite(number, edited(log.payload(number)))


@attack("all is rewritten, signed with the stolen key",
        f"^entry 1 or one up to entry 4 {_UP_TO} the witness", alone=WHOLE)  # fmt: skip
def rewrite_stolen(log: Log, altered: bool) -> None:
    if altered:
        _another_actor(log)
    log.sign_all(log.signer)


@attack("all is rewritten, sealed anew by the honest sealer",
        f"^entry 1 or one up to entry 4 {_UP_TO} the witness", alone=WHOLE)  # fmt: skip
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


@attack("a checkpoint is moved to another size", f"^entry 5 or one up to entry 8 {_UP_TO} the ch",
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
