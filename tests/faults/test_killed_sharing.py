"""Workers are killed at the worst instants of sharing: nothing lost, nothing twice, nothing more.

A worker waits at the instant that is meant, dies there by `kill -9`, and what it was about is held
against what came of it: what goes by itself once the client agrees, a letter to a recipient, the
notice to the client of what went without their word, and the PDF of each.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import random
import re
import secrets
import subprocess
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from counselling.local.children import Child
from counselling.local.cluster import ROOT
from counselling.local.preparation import PYTHON
from tests.faults.practice import end_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.practice import Practice

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

LONG = bool(os.environ.get("SOAK"))
ROUNDS = int(os.environ.get("FAULTS_KILLS") or 20)
SEED = int(os.environ.get("FAULTS_SEED") or secrets.randbits(32))

# only a worker waits, and all of them begin again together
WAITS = """
CREATE FUNCTION public.waits_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF current_setting('counselling.actor', true) = '00000000-0000-7000-8000-000000000001' THEN
        PERFORM pg_catalog.pg_advisory_xact_lock_shared(4343);
    END IF;
    RETURN NULL;
END $$
"""
WAITING = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4343 AND NOT granted"
)
# two shares, two letters, three PDFs and a notice are under way at once; others have a hand free
UNDER_WAY, HANDS = 8, 12
# what a worker that was killed had begun is due again after its lease: here it is over at once
LEASES_OVER = (
    "UPDATE consent_document SET due_at = now() WHERE state <> 'sealed'",
    "UPDATE consent_recipient_letter SET due_at = now() WHERE state IN ('queued', 'sending')",
    "UPDATE records_share SET due_at = now() WHERE due_at IS NOT NULL",
    "UPDATE consent_disclosure_notice SET due_at = now() WHERE state = 'waiting' "
    "AND due_at < now() + interval '1 hour'",
)
OPEN = """
SELECT (SELECT count(*) FROM consent_document WHERE kind = 'disclosure'
      AND state NOT IN ('sealed', 'cancelled'))
  + (SELECT count(*) FROM consent_recipient_letter WHERE state IN ('queued', 'sending'))
  + (SELECT count(*) FROM records_share WHERE due_at IS NOT NULL)
  + (SELECT count(*) FROM consent_disclosure_notice WHERE state = 'waiting')
"""


@dataclasses.dataclass(frozen=True)
class Moment:
    """Where each worker waits: at which write of its work, and whether in the midst of COMMIT."""

    letter: str
    document: str
    # whether what was written at that instant is kept: COMMIT was asked for, and the worker is gone
    kept: bool
    # whether PostgreSQL keeps what goes by itself and the notice, the two that are one act
    left: bool

    def traps(self) -> Iterator[str]:
        """Give the triggers that wait."""
        whole, step = _when(late=self.left), _when(late=self.kept)
        for name, table, on, when, late in (
            ("a", "consent_disclosure", "INSERT", "true", whole),
            ("b", "clients_message", "INSERT", "NEW.template = 'notice'", whole),
            ("c", "consent_recipient_letter", "UPDATE", self.letter, step),
            ("d", "consent_document", "UPDATE", f"NEW.kind = 'disclosure' AND {self.document}",
             step),
        ):  # fmt: skip
            yield (
                f"CREATE CONSTRAINT TRIGGER waits_{name} AFTER {on} ON public.{table} {late} "
                f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION public.waits_here()"
            )


def _when(*, late: bool) -> str:
    return "DEFERRABLE INITIALLY DEFERRED" if late else ""


TABLES = {
    "a": "consent_disclosure", "b": "clients_message", "c": "consent_recipient_letter",
    "d": "consent_document",
}  # fmt: skip
CLAIM = {"letter": "NEW.state = 'sending'", "document": "NEW.attempts > OLD.attempts"}
SETTLE = {"letter": "NEW.state = 'sent'", "document": "NEW.state = 'sealed'"}
BEFORE_ANYTHING = Moment(**CLAIM, kept=False, left=False)
DONE_AND_NOT_WRITTEN_DOWN = Moment(**SETTLE, kept=False, left=True)
CLAIMED = Moment(**CLAIM, kept=True, left=True)
WRITTEN_DOWN = Moment(**SETTLE, kept=True, left=True)


class People:
    """Dana, Vera and Mara, in a program of their own that nobody kills."""

    def __init__(self, practice: Practice) -> None:
        """Begin; `leaving.py` says what can be done."""
        self._process = subprocess.Popen(
            [PYTHON, "-m", "tests.faults.leaving", str(practice.folder / "world.json")],
            cwd=ROOT,
            env=practice.preparation.surroundings("command"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, act: str) -> Any:
        """Have them do something, and give what they say of it."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{act}\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())["done"]

    def go(self) -> None:
        """Let them go home."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def people(practice: Practice) -> Iterator[People]:
    who = People(practice)
    yield who
    who.go()


@pytest.fixture(scope="module")
def hands(practice: Practice) -> Practice:
    """A worker with a hand for everything that is under way at once."""
    old = practice.children["worker"]
    command = [f"--concurrency={HANDS}" if "--concurrency" in one else one for one in old._command]
    old.stop()
    child = Child("worker", command, practice.preparation.surroundings("worker"), practice.log)
    practice.children["worker"] = child
    child.start()
    return practice


@contextlib.contextmanager
def waiting(practice: Practice, moment: Moment) -> Iterator[None]:
    """Let each worker stop at the moment; what is left of them at the end is let go."""
    with practice.root() as connection:
        connection.execute(WAITS)
        connection.execute("SELECT pg_advisory_lock(4343)")
        for trap in moment.traps():
            connection.execute(trap)
        try:
            yield
        finally:
            connection.execute("SELECT pg_advisory_unlock(4343)")
            connection.execute("SET lock_timeout = '20s'")
            for name, table in TABLES.items():
                connection.execute(f"DROP TRIGGER waits_{name} ON public.{table}")
            connection.execute("DROP FUNCTION public.waits_here()")


def kill_workers(practice: Practice) -> None:
    """Kill the worker and all its hands, as the kernel does when memory runs out."""
    parents, hands = practice.pids("worker"), practice.pids("pool child")
    assert sum(end_at_once(pid) for pid in (*parents, *hands)) > HANDS


def settles(practice: Practice, people: People) -> None:
    """Wait until nothing of it is open any more, whoever has to do it again."""
    ends = time.monotonic() + 120
    while practice.ask(OPEN) != 0:
        assert time.monotonic() < ends, practice.log.tail()
        with practice.root() as connection:
            connection.execute("SET session_replication_role = replica")
            for over in LEASES_OVER:
                connection.execute(over)
        people.do("sweeps")
        _a_while(practice)


def _a_while(practice: Practice, seconds: float = 4) -> None:
    """Give the workers time, less where nothing is open any more."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and practice.ask(OPEN) != 0:
        practice.look_after()
        time.sleep(0.2)


@dataclasses.dataclass
class Reckoned:
    """What came of everything, asked of the tables past every rule, and of the outbox."""

    practice: Practice

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Give the rows."""
        with self.practice.root() as connection:
            return connection.execute(question, list(values)).fetchall()

    def of(self, disclosure: str) -> tuple[str, str, int, int]:
        """Give letter, PDF, how often the mail went and how often the PDF was sealed."""
        ((letter, document, sealed, link),) = self.ask(
            "SELECT (SELECT m.state FROM consent_recipient_letter m WHERE m.disclosure_id = d.id), "
            "p.state, (SELECT count(*) FROM audit_event e WHERE e.kind = 'document.sealed' "
            "AND e.payload::json ->> 'row' = p.id::text), "
            "(SELECT l.token_hash FROM consent_share_link l WHERE l.disclosure_id = d.id) "
            "FROM consent_disclosure d JOIN consent_document p ON p.id = d.document_id "
            "WHERE d.id = %s",
            disclosure,
        )
        return letter, document, self.mails()[link], sealed

    def mails(self) -> Counter[str]:
        """Count the letters that went, by the hash of the token in them."""
        found: Counter[str] = Counter()
        for file in self.practice.folder.joinpath("outbox").iterdir():
            for token in re.findall(r"/d/([\w-]{43})\b", file.read_text()):
                found[hashlib.sha256(token.encode()).hexdigest()] += 1
        return found

    def went(self, share: str) -> tuple[str | None, bool, int]:
        """Give what a share became, whether it came back, and how often it is said to have gone."""
        ((disclosure, back, said),) = self.ask(
            "SELECT s.disclosure_id::text, s.back <> '', (SELECT count(*) FROM audit_event e "
            "WHERE e.kind = 'share.sent' AND e.payload::json ->> 'row' = s.id::text) "
            "FROM records_share s WHERE s.id = %s",
            share,
        )
        return disclosure, back, said

    def told(self, disclosure: str) -> tuple[str, int]:
        """Give how the client was told, and how often."""
        ((state, count),) = self.ask(
            "SELECT n.state, (SELECT count(*) FROM audit_event e "
            "WHERE e.kind = 'telling.tended' AND e.payload::json ->> 'row' = n.id::text) "
            "FROM consent_disclosure_notice n WHERE n.disclosure_id = %s",
            disclosure,
        )
        return state, count

    def findings(self) -> list[str]:
        """Say what can never be, whoever died when."""
        known = {row for (row,) in self.ask("SELECT token_hash FROM consent_share_link")}
        mails = self.mails()
        return [
            *(f"a letter leads nowhere: {one}" for one in mails.keys() - known),
            *(f"a letter went {count} times" for count in mails.values() if count > 1),
            *(f"{what} after it was stopped" for (what,) in self.ask(AFTER_A_STOP)),
            *(f"{what} twice" for (what,) in self.ask(TWICE)),
            *(f"{what} without the other" for (what,) in self.ask(ALONE)),
        ]


AFTER_A_STOP = """
SELECT what FROM consent_withdrawal w JOIN consent_disclosure d ON d.consent_id = w.consent_id
JOIN consent_document p ON p.id = d.document_id
LEFT JOIN consent_recipient_letter m ON m.disclosure_id = d.id,
LATERAL (VALUES ('gone', d.at), ('sealed', p.sealed_at), ('posted', m.sent_at)) AS said (what, at)
WHERE said.at >= w.at
"""
TWICE = """
SELECT e.kind || ' ' || (e.payload::json ->> 'row') FROM audit_event e
WHERE e.kind IN ('share.sent', 'disclosure.made', 'document.sealed', 'delivery.made')
GROUP BY e.kind, e.payload::json ->> 'row' HAVING count(*) > 1
UNION ALL SELECT 'a note ' || i.note_id FROM consent_disclosureitem i
JOIN records_share s ON i.note_id = ANY (s.chosen) AND s.sent_at IS NOT NULL
JOIN consent_disclosure d ON d.id = i.disclosure_id GROUP BY i.note_id HAVING count(*) > 1
UNION ALL SELECT 'a notice' FROM clients_message m WHERE m.template = 'notice'
HAVING count(*) > (SELECT count(*) FROM consent_disclosure_notice n WHERE n.state = 'told')
"""
ALONE = """
SELECT 'share ' || s.id FROM records_share s WHERE (s.sent_at IS NULL) <> (s.disclosure_id IS NULL)
UNION ALL SELECT 'disclosure ' || d.id FROM consent_disclosure d WHERE NOT EXISTS (
    SELECT FROM audit_event e WHERE e.kind = 'disclosure.made'
      AND e.payload::json ->> 'row' = d.id::text)
UNION ALL SELECT 'notice ' || n.id FROM consent_disclosure_notice n
WHERE n.state = 'told' AND n.how = 'letter' AND NOT EXISTS (
    SELECT FROM clients_message m WHERE m.template = 'notice')
"""


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(BEFORE_ANYTHING, id="before anything is kept"),
        pytest.param(DONE_AND_NOT_WRITTEN_DOWN, id="done and not written down"),
        *([pytest.param(CLAIMED, id="claimed"), pytest.param(WRITTEN_DOWN, id="written down")]
          if LONG else []),
    ],
)  # fmt: skip
@pytest.mark.req("DS-01", "DS-06", "CL-05")
def test_a_worker_killed_at_the_worst_instant_loses_nothing_and_sends_nothing_twice(
    hands: Practice, people: People, moment: Moment
) -> None:
    shares = people.do("prepares")
    with waiting(hands, moment):
        people.do("signs")
        sent = people.do("sends")
        people.do("sweeps")
        hands.wait(lambda: hands.ask(WAITING) == UNDER_WAY, 240)
        kill_workers(hands)
    people.do("withdraws")
    settles(hands, people)
    came = Reckoned(hands)
    assert came.findings() == [], hands.log.tail(100)
    _letters_and_files(came, sent, moment, people)
    _by_itself(came, shares, moment)
    assert came.told(sent["ordered"]) == ("told", 1)


def _letters_and_files(
    came: Reckoned, sent: dict[str, str], moment: Moment, people: People
) -> None:
    """Hold what Dana sent against what may come of it: nobody is written to twice to make sure."""
    posted = moment in {DONE_AND_NOT_WRITTEN_DOWN, WRITTEN_DOWN}
    letter = {
        BEFORE_ANYTHING: "sent", CLAIMED: "unsure", DONE_AND_NOT_WRITTEN_DOWN: "unsure",
        WRITTEN_DOWN: "sent",
    }[moment]  # fmt: skip
    mails = 0 if moment is CLAIMED else 1
    assert came.of(sent["kept"]) == (letter, "sealed", mails, 1)
    # a letter of which nobody knows is a person's to look at, and no other one goes
    assert (sent["kept"] in people.do("troubled")) is (letter == "unsure")
    document = ("sealed", 1) if moment is WRITTEN_DOWN else ("cancelled", 0)
    stopped = "dropped" if moment is BEFORE_ANYTHING else letter
    assert came.of(sent["stopped"]) == (stopped, document[0], int(posted), document[1])
    assert came.of(sent["ordered"])[1::2] == ("sealed", 1)


def _by_itself(came: Reckoned, shares: dict[str, str], moment: Moment) -> None:
    """Hold against what was agreed what went by itself: once, or not at all once it is stopped."""
    went, back, said = came.went(shares["kept"])
    assert went is not None
    assert (back, said) == (False, 1)
    assert came.of(went) == ("sent", "sealed", 1, 1)
    went, back, said = came.went(shares["stopped"])
    if moment.left:
        assert went is not None
        assert (back, said) == (False, 1)
        assert came.of(went) == ("dropped", "cancelled", 0, 0)
    else:
        assert (went, back, said) == (None, True, 0)


@pytest.mark.req("DS-01", "DS-06", "CL-05")
@pytest.mark.skipif(not LONG, reason="many rounds of chance: make soak")
def test_workers_killed_at_any_instant_lose_nothing_and_send_nothing_twice(
    hands: Practice,
) -> None:
    dice = random.Random(SEED)  # noqa: S311 chance for a test
    for number in range(ROUNDS):
        who = People(hands)
        shares = who.do("prepares")
        who.do("signs")
        sent = who.do("sends")
        who.do("sweeps")
        hands.wait(lambda: bool(hands.pids("pool child")), 40)
        time.sleep(dice.uniform(0, 3))
        kill_workers(hands)
        who.do("withdraws")
        settles(hands, who)
        came = Reckoned(hands)
        assert came.findings() == [], f"FAULTS_SEED={SEED}, round {number}\n{hands.log.tail(100)}"
        assert came.went(shares["kept"])[2] == 1
        assert came.told(sent["ordered"]) == ("told", 1)
        who.go()
