"""Everything is killed with `kill -9` while people work; what they were promised is there."""

from __future__ import annotations

import json
import os
import secrets
import sys
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.killing import ALL, PARTS, Killer
from tests.faults.stories import (
    PASSWORD,
    Asker,
    Counsellor,
    InTheirSpace,
    Ledger,
    code,
    until,
)
from tests.faults.visitors import Visitor

if TYPE_CHECKING:
    from tests.faults.practice import Practice

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

LONG = bool(os.environ.get("SOAK"))
SEED = int(os.environ.get("FAULTS_SEED") or secrets.randbits(32))
KILLS = int(os.environ.get("FAULTS_KILLS") or (100 if LONG else len(PARTS) + 1))

# what must have been done at least once for the story to be told
EACH = ("draft.saved", "note.signed", "note.opened", "request.opened", "consent.signed")
UNSEALED = "SELECT count(*) FROM consent_document WHERE state <> 'sealed'"
WAITING = "SELECT waiting FROM audit_standing()"
# what a worker that was killed had begun is due again after its lease: the short form turns that on
DUE_NOW = "UPDATE consent_document SET due_at = now() WHERE state <> 'sealed'"
SWEEP = "import django; django.setup(); from counselling import jobs; jobs.sweep()"


@pytest.mark.req("ES-14", "AT-08", "AT-10")
def test_what_dana_sam_and_mara_were_promised_is_there_whoever_was_killed_meanwhile(
    practice: Practice, record_property: Any
) -> None:
    ledger, stop, killer = Ledger(), threading.Event(), Killer(practice, SEED)
    visitors = {who: _signed_in(practice, who, stop) for who in ("dana", "tess", "sam", "mara")}
    at_work = _begin(practice, ledger, stop, visitors)
    try:
        for part in killer.order(KILLS):
            _let_them_work(practice, ledger, killer)
            killer.kill(part)
        practice.wait(lambda: ledger.each(*EACH), 120)
    finally:
        stop.set()
        for one in at_work:
            one.join(30)
    began = time.monotonic()
    _settle(practice)
    got: Counter[str] = sum((one.got for one in visitors.values()), Counter())
    story = {
        "seed": SEED,
        "killed": Counter(killer.done),
        "settled_seconds": round(time.monotonic() - began, 1),
        "answers": got,
    }
    said = reckoned(practice, ledger)
    sys.stderr.write(f"\n{json.dumps(story | said['counted'])}\n")
    record_property("faults", json.dumps(story | said["counted"]))
    assert said["findings"] == [], f"FAULTS_SEED={SEED} {story}\n{practice.log.tail(200)}"
    assert len(killer.done) == KILLS
    assert {*PARTS, ALL} <= set(killer.done)
    assert got["500"] == 0, f"FAULTS_SEED={SEED} {story}\n{practice.log.tail(200)}"
    _finds_what_is_lost(practice, ledger)


def _let_them_work(practice: Practice, ledger: Ledger, killer: Killer) -> None:
    """Wait until some acts were acknowledged since the last kill, however slow the machine is."""
    enough = sum(ledger.acts.values()) + killer.dice.randint(2, 12 if LONG else 5)
    practice.wait(lambda: sum(ledger.acts.values()) >= enough, 60)


def _signed_in(practice: Practice, who: str, stop: threading.Event) -> Visitor:
    visitor = Visitor(practice.port, hurry=stop.is_set)
    person = practice.world["people"]["mara_portal" if who == "mara" else who]
    visitor.signs_in(person["email"], PASSWORD, code)
    if who == "mara":  # a password alone signs nothing
        proven = visitor.fills("/sign-in/second", {"word": practice.world["word"]}, "word")
        assert proven.status == 302, (proven.status, proven.text)
    return visitor


def _begin(
    practice: Practice, ledger: Ledger, stop: threading.Event, visitors: dict[str, Visitor]
) -> list[threading.Thread]:
    """Let Dana and Tess write, Sam ask Jon, and Mara sign in her own space."""
    world = practice.world
    cases, people = world["cases"], world["clients"]
    stories = (
        Counsellor(visitors["dana"], "dana", cases["mara"], ledger, SEED),
        Counsellor(visitors["tess"], "tess", cases["tom"], ledger, SEED + 1),
        Asker(visitors["sam"], people["jon"], ledger),
        InTheirSpace(visitors["mara"], people["mara"]["name"], list(world["waiting"]), ledger),
    )
    return [until(stop, story.works, ledger) for story in stories]


def _settle(practice: Practice) -> None:
    """Wait until everything is back, every PDF sealed and every event in the tree."""
    practice.wait(practice.is_ready, 60)
    if LONG:
        practice.wait(lambda: practice.ask(UNSEALED) == 0, 900)
    else:
        _hurry(practice)
    practice.wait(lambda: practice.ask(WAITING) == 0, 40)


def _hurry(practice: Practice) -> None:
    """Let the leases of killed workers be over and the minute of the sweep be now.

    Again while any waits: who met a database that was only coming back is due in a minute or two.
    """
    for seconds in (3, 8, 8, 8, 8, 8):
        if _all_sealed(practice, seconds):
            return
        with practice.root() as connection:
            connection.execute(DUE_NOW)
        practice.run("-c", SWEEP)
    practice.wait(lambda: practice.ask(UNSEALED) == 0, 40)


def _all_sealed(practice: Practice, seconds: float) -> bool:
    """Wait a little for every PDF."""
    ends = time.monotonic() + seconds
    while practice.ask(UNSEALED) != 0 and time.monotonic() < ends:
        practice.look_after()
        time.sleep(0.2)
    return practice.ask(UNSEALED) == 0


def reckoned(practice: Practice, ledger: Ledger) -> dict[str, Any]:
    """Hold the ledger against what is there."""
    file = practice.folder / "ledger.json"
    ledger.keep(file)
    said: dict[str, Any] = json.loads(practice.run("-m", "tests.faults.reckoning", str(file)))
    return said


def _finds_what_is_lost(practice: Practice, ledger: Ledger) -> None:
    """Control: a promise that was not kept is found, or all this would prove nothing."""
    draft = next(one for one in ledger.drafts.values() if one["kept"] >= 0)
    draft["tried"].append(["a word that was acknowledged", ""])
    draft["kept"] = len(draft["tried"]) - 1
    ledger.promised("consent.signed", request=practice.world["people"]["dana"]["id"])
    ledger.acts["note.opened"] += 10_000
    with practice.root() as connection:
        connection.execute(
            "SET session_replication_role = replica; "
            "CREATE TABLE public.taken AS SELECT * FROM audit_leaf ORDER BY number DESC "
            "OFFSET 3 LIMIT 1; "
            "DELETE FROM audit_leaf WHERE number = (SELECT number FROM public.taken)"
        )
    found = "\n".join(reckoned(practice, ledger)["findings"])
    assert "not what was" in found
    assert "was signed, and now" in found
    assert "note.opened" in found
    assert "the log is not whole" in found
    # others ask this practice for its log, and let something leave it: a whole log ends the stop
    with practice.root() as connection:
        connection.execute(
            "SET session_replication_role = replica; "
            "INSERT INTO audit_leaf SELECT * FROM public.taken; DROP TABLE public.taken"
        )
    practice.run("manage.py", "verify_audit")
