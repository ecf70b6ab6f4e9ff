"""Verification: what it says of a whole log, and what is stored against what events say was."""

from __future__ import annotations

import datetime
import hashlib
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest

from audit import comparing, domain, findings, verifying
from audit.queries import last_verification, standing
from tests.audit.writers import ERASED, OPENED, act, somebody

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.findings import Report
    from audit.sealing import Sealed

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


# -- what is stored against what events say was stored ---------------------------------------------


@pytest.fixture
def notes(root: Root, monkeypatch: pytest.MonkeyPatch) -> Root:
    """A table with a sealed column that the verifier compares."""
    monkeypatch.setattr(domain.fingerprints, "_sealed_columns", {})
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
