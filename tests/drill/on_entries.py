"""Attacks on entries and on the end of the log."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

from tests.audit.writers import act
from tests.drill.listing import CUT, OTHERWISE, UP_TO, WHOLE, attack
from tests.drill.log import LEAF, edited

if TYPE_CHECKING:
    from tests.drill.log import Log


# -- one entry ------------------------------------------------------------------------------------


@attack("an event is changed", r"^entry 7 \(event .*\) was changed after it was sealed$")
def change(log: Log, altered: bool) -> None:
    text = log.payload(7)
    log.rewrite(7, edited(text) if altered else text)


@attack("an event and its leaf are changed", f"^entry 5 or one up to entry 8 {UP_TO} the check")
def change_with_leaf(log: Log, altered: bool) -> None:
    text = log.payload(7)
    log.rewrite(7, edited(text) if altered else text, leaf=True)


@attack("two events swap what they say", r"^entry 6 \(event .*\) was changed after it was sealed$")
def swap(log: Log, altered: bool) -> None:
    six, seven = json.loads(log.payload(6)), json.loads(log.payload(7))
    own = ("id", "at") if altered else tuple(six)
    log.rewrite(6, edited(json.dumps(seven), **{name: six[name] for name in own}))
    log.rewrite(7, edited(json.dumps(six), **{name: seven[name] for name in own}))


@attack("an event is dated back, with its leaf", f"^entry 5 or one up to entry 8 {UP_TO} the ch")
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


@attack("… and the leaves after it numbered anew", f"^entry 5 or one up to entry 8 {UP_TO} the c")
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
        f"^entry 5 or one up to entry 8 {UP_TO} the witness", alone=WHOLE)  # fmt: skip
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


@attack("the end is cut, with checkpoints and mark", CUT, alone=WHOLE)
def cut_clean(log: Log, altered: bool) -> None:
    log.cut_clean(8 if altered else 12)


@attack("yesterday's tables are put back", CUT, alone=WHOLE)
def yesterday(log: Log, altered: bool) -> None:
    log.put_back(log.yesterday if altered else log.copied())


@attack("yesterday's tables are put back and grown over",
        f"^entry 9 or one up to entry 12 {UP_TO} the witness", alone=WHOLE)  # fmt: skip
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
