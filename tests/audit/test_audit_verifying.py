"""Attacks by a superuser, one at a time, with every trigger off: each one is found and named."""

from __future__ import annotations

import datetime
import hashlib
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest

from audit import chain, checkpoint, comparing, domain, findings, verifying
from audit.checkpoint import Checkpoint
from audit.queries import last_verification, standing
from audit.witness import FileWitness
from tests.audit.test_checkpoint import Pretend
from tests.audit.writers import ERASED, OPENED, act, payload, somebody

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from audit.sealing import Sealed
    from audit.verifying import Report

    Seal = Callable[[], Sealed]
    Verified = Callable[[], Report]

pytestmark = pytest.mark.django_db

Root = psycopg.Connection[Any]


@pytest.fixture
def log(root: Root, seal: Seal) -> list[UUID]:
    """Seal twelve events in three checkpoints, and leave the triggers off for the attack."""
    known = []
    for _ in range(3):
        known += [act() for _ in range(4)]
        seal()
    root.execute("SET session_replication_role = replica")
    return known


def first(report: Report) -> findings.Finding:
    assert not report.whole
    assert report.sentence.startswith("The log is not whole: ")
    return report.findings[0]


def test_a_log_nobody_touched_is_whole(log: list[UUID], verified: Verified) -> None:
    act()
    report = verified()
    assert report.whole
    assert (report.events, report.waiting, report.checkpoints) == (12, 1, 3)
    assert report.sentence.startswith("The log is whole: 12 events, witnessed ")
    assert report.sentence.endswith(", 1 waiting to be sealed.")


def test_an_empty_log_is_whole(db: None, verified: Verified) -> None:
    assert verified().sentence == "The log is whole: 0 events, not witnessed."


@pytest.mark.req("AT-04")
def test_a_changed_event_is_named(log: list[UUID], root: Root, verified: Verified) -> None:
    root.execute(
        "UPDATE audit_event SET payload = replace(payload, '\"U\"', '\"R\"') WHERE id = %s",
        [log[6]],
    )
    found = first(verified())
    assert (found.number, found.event) == (7, log[6])
    assert str(found) == f"entry 7 (event {log[6]}) was changed after it was sealed"


@pytest.mark.req("AT-04")
def test_a_changed_event_with_its_leaf_changed_too_is_found_by_the_checkpoint(
    log: list[UUID], root: Root, verified: Verified
) -> None:
    changed = root.execute(
        "UPDATE audit_event SET payload = replace(payload, '\"U\"', '\"R\"') WHERE id = %s "
        "RETURNING payload",
        [log[6]],
    ).fetchone()
    assert changed
    leaf = chain.leaf_hash(changed[0].encode())
    root.execute("UPDATE audit_leaf SET leaf_hash = %s WHERE number = 7", [leaf])
    found = first(verified())
    assert found.number == 5
    assert "up to entry 8 was changed, moved or put in, says the checkpoint" in found.what


@pytest.mark.req("AT-04")
def test_a_deleted_event_is_named(log: list[UUID], root: Root, verified: Verified) -> None:
    root.execute("DELETE FROM audit_event WHERE id = %s", [log[4]])
    found = first(verified())
    assert (found.number, found.event, found.what) == (5, log[4], "was deleted")
    root.execute("DELETE FROM audit_leaf WHERE number = 5")
    assert str(first(verified())) == "entry 5 is missing"


@pytest.mark.req("AT-04")
def test_two_events_that_changed_places_are_named(
    log: list[UUID], root: Root, verified: Verified
) -> None:
    root.execute(
        "UPDATE audit_leaf SET number = CASE number WHEN 6 THEN 1007 ELSE 1006 END "
        "WHERE number IN (6, 7)"
    )
    root.execute("UPDATE audit_leaf SET number = number - 1000 WHERE number > 1000")
    found = first(verified())
    assert str(found) == (
        f"entry 7 (event {log[5]}) is not where it was sealed, says the checkpoint"
    )


@pytest.mark.req("AT-04")
def test_an_event_put_in_without_a_leaf_is_named(
    log: list[UUID], root: Root, verified: Verified
) -> None:
    event = _put_in(root)
    assert str(first(verified())) == f"event {event} was put in behind the sealer's back"


@pytest.mark.req("AT-04")
def test_an_event_put_in_with_a_leaf_is_found(
    log: list[UUID], root: Root, verified: Verified
) -> None:
    event = _put_in(root)
    root.execute("UPDATE audit_leaf SET number = number + 1001 WHERE number >= 6")
    root.execute("UPDATE audit_leaf SET number = number - 1000 WHERE number > 1000")
    root.execute(LEAF, [6, event])
    found = first(verified())
    assert found.number is not None
    assert 5 <= found.number <= 8


def test_an_event_appended_with_a_leaf_is_in_no_checkpoint(
    log: list[UUID], root: Root, verified: Verified
) -> None:
    event = _put_in(root)
    root.execute(LEAF, [13, event])
    assert str(first(verified())) == "entry 13 is in no signed checkpoint"


LEAF = (
    "INSERT INTO audit_leaf SELECT %s, recorded, id, "
    "sha256('\\x00'::bytea || convert_to(payload, 'UTF8')) FROM audit_event WHERE id = %s"
)


def _put_in(root: Root) -> UUID:
    """Insert an event as if it had always been there: of a transaction long sealed."""
    at = datetime.datetime.now(datetime.UTC)
    text = payload(uuid4(), at)
    root.execute(
        "INSERT INTO audit_event (recorded, payload, xid) SELECT %s, %s, min(xid::text)::xid8 "
        "FROM audit_event",
        [at, text],
    )
    return domain.entry(text).id


@pytest.mark.req("AT-04", "AT-05")
def test_a_cut_tail_is_found_by_the_checkpoints(
    log: list[UUID], root: Root, verified: Verified
) -> None:
    _cut(root, 8)
    found = first(verified())
    assert found.number == 9
    assert "all up to entry 12" in found.what


@pytest.mark.req("AT-04", "AT-05")
def test_a_cut_tail_with_its_checkpoints_is_found_by_the_witness(
    log: list[UUID], root: Root, verified: Verified, witness_file: pathlib.Path
) -> None:
    before = root.execute("SELECT range FROM audit_watermark").fetchone()
    assert before
    leaves = root.execute("SELECT leaf_hash FROM audit_leaf ORDER BY number").fetchall()
    tree = chain.CompactRange()
    for (leaf,) in leaves[:8]:
        tree.append(leaf)
    _cut(root, 8)
    root.execute("DELETE FROM audit_checkpoint WHERE size > 8")
    root.execute("UPDATE audit_watermark SET size = 8, range = %s", [tree.hashes])
    assert str(first(verified())) == (
        "entry 9 is missing, and all up to entry 12, says the witness"
    )
    # nobody else could know: without the witness this log says it is whole
    witness_file.unlink()
    assert verified().whole


def _cut(root: Root, size: int) -> None:
    root.execute(
        "DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_leaf WHERE number > %s)",
        [size],
    )
    root.execute("DELETE FROM audit_leaf WHERE number > %s", [size])


@pytest.mark.req("AT-05")
def test_a_log_written_anew_is_found_by_the_witness(
    log: list[UUID], root: Root, verified: Verified, seal: Seal, witness_file: pathlib.Path
) -> None:
    kept = witness_file.read_bytes()
    for table in ("audit_event", "audit_leaf", "audit_checkpoint", "audit_watermark"):
        root.execute(f"TRUNCATE {table}")
    for _ in range(3):
        for _ in range(4):
            act()
        seal()
    witness_file.write_bytes(kept)
    found = first(verified())
    assert found.number == 1
    assert found.what.endswith("says the witness")


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("note = replace(note, 'counselling', 'stranger')", None),
        ("note = %s", checkpoint.sign(Checkpoint("counselling.audit", 8, b"r" * 32), Pretend())),
        ("root = sha256('other')", None),
        ("note = ''", None),
    ],
)
def test_a_forged_checkpoint_is_found(
    change: str, value: str | None, log: list[UUID], root: Root, verified: Verified
) -> None:
    root.execute(f"UPDATE audit_checkpoint SET {change} WHERE size = 8", [value] if value else None)
    assert str(first(verified())) == (
        "entry 8 closes with the checkpoint that this log never signed"
    )


def test_a_checkpoint_of_another_size_is_found(
    log: list[UUID], root: Root, verified: Verified
) -> None:
    root.execute("DELETE FROM audit_checkpoint WHERE size = 8")
    root.execute("UPDATE audit_checkpoint SET size = 8 WHERE size = 12")
    assert first(verified()).number == 5


def test_a_witness_line_nobody_signed_is_found(
    log: list[UUID], verified: Verified, witness_file: pathlib.Path
) -> None:
    witness = FileWitness(witness_file)
    witness.tell("nonsense", datetime.datetime.now(datetime.UTC))
    assert "a line that this log never signed" in first(verified()).what


def test_a_forged_memory_of_the_sealer_is_found(
    log: list[UUID], root: Root, verified: Verified
) -> None:
    root.execute("UPDATE audit_watermark SET range[1] = sha256('other')")
    assert str(first(verified())) == "the sealer's mark is not where the log ends"
    root.execute("TRUNCATE audit_watermark")
    assert not verified().whole


# -- what is stored against what events say was stored ---------------------------------------------


@pytest.fixture
def notes(root: Root, monkeypatch: pytest.MonkeyPatch) -> Root:
    """A table with a sealed column that the verifier compares."""
    monkeypatch.setattr(domain, "_sealed_columns", {})
    domain.register_fingerprints("probe_note", "body", kept=True)
    domain.register_fingerprints("probe_note", "extra")
    root.execute("DROP TABLE IF EXISTS probe_note")
    root.execute(
        "CREATE TABLE probe_note (id uuid PRIMARY KEY, body bytea, extra bytea, word text)"
    )
    root.execute("ALTER TABLE probe_note OWNER TO counselling_owner")
    yield root
    root.execute("DROP TABLE probe_note")


def _store(root: Root, row: UUID, body: bytes) -> UUID:
    root.execute(
        "INSERT INTO probe_note (id, body) VALUES (%s, %s) "
        "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        [row, body],
    )
    hashed = hashlib.sha256(body).hexdigest()
    return act(somebody(), about=("probe_note", row), sealed={"body": hashed})


def test_what_is_stored_is_what_the_newest_event_says(notes: Root, verified: Verified) -> None:
    row = uuid4()
    _store(notes, row, b"one")
    _store(notes, row, b"two")
    act(kind=OPENED, about=("probe_note", row))
    act(about=("other", row), sealed={"body": "00"})
    act(about=("probe_note", row), sealed={"word": "00"})
    assert verified().whole


@pytest.mark.req("EN-03")
def test_a_value_put_in_place_of_another_is_found(
    notes: Root, verified: Verified, seal: Seal
) -> None:
    row = uuid4()
    event = _store(notes, row, b"one")
    seal()
    notes.execute("UPDATE probe_note SET body = 'forged'")
    found = first(verified())
    assert (found.number, found.event) == (1, event)
    assert found.what == f"names another value than probe_note/{row}/body holds"


def test_an_older_value_put_back_is_found(notes: Root, verified: Verified) -> None:
    row, hour = str(uuid4()), datetime.timedelta(hours=1)
    now = datetime.datetime.now(datetime.UTC)
    tellings = comparing.Tellings()
    for at, value in ((now - hour, "old"), (now, "new")):
        tellings.hear(1, _said(at, row, value).encode())
    assert comparing._newest(tellings._told[f"probe_note/{row}/body"]) == {"new"}


def _said(at: datetime.datetime, row: str, value: str) -> str:
    said = {"id": row, "at": domain.instant(at), "act": "U"}
    return domain.canonical(said | {"sealed": {f"probe_note/{row}/body": value}})


def test_acts_that_overlap_may_store_in_either_order(notes: Root, verified: Verified) -> None:
    row = uuid4()
    _store(notes, row, b"one")
    _store(notes, row, b"two")
    notes.execute("UPDATE probe_note SET body = 'one'")
    assert verified().whole


def test_a_value_no_event_names_is_found(notes: Root, verified: Verified) -> None:
    row = uuid4()
    notes.execute("INSERT INTO probe_note (id, body) VALUES (%s, 'x')", [row])
    assert str(first(verified())) == f"probe_note/{row}/body holds a value that no event names"


def test_a_row_that_is_kept_and_gone_is_found_unless_it_was_erased(
    notes: Root, verified: Verified
) -> None:
    row = uuid4()
    event = _store(notes, row, b"one")
    notes.execute("DELETE FROM probe_note")
    assert str(first(verified())) == f"event {event} names probe_note/{row}/body, which is gone"
    act(kind=ERASED, about=("probe_note", row))
    assert verified().whole


def test_a_column_that_was_emptied_and_said_so_is_right(notes: Root, verified: Verified) -> None:
    row = uuid4()
    notes.execute("INSERT INTO probe_note (id) VALUES (%s)", [row])
    act(about=("probe_note", row), sealed={"body": ""})
    assert verified().whole


@pytest.mark.parametrize(("table", "column"), [("probe_note", "word"), ("nowhere", "body")])
def test_only_sealed_columns_are_compared(table: str, column: str, notes: Root) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="no sealed column"):
        notes.execute("SELECT * FROM audit_fingerprints(%s, %s)", [table, column])


# -- what the pages show -------------------------------------------------------------------


def test_the_badge_tells_of_the_last_verification(
    log: list[UUID], root: Root, verified: Verified
) -> None:
    assert last_verification() is None
    verifying.keep(verified())
    badge = last_verification()
    assert badge
    assert (badge.whole, badge.events, badge.number) == (True, 12, None)
    root.execute("DELETE FROM audit_event WHERE id = %s", [log[4]])
    verifying.keep(verified())
    badge = last_verification()
    assert badge
    assert (badge.whole, badge.number, badge.event) == (False, 5, log[4])
    act()
    now = standing()
    assert (now.sealed, now.waiting) == (12, 1)
    assert now.oldest
