"""What is new is looked at every hour; a break counts once all of the log was read twice."""

from __future__ import annotations

import datetime
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from unittest import mock

import psycopg
import pytest
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError

from audit import actions, verifying
from audit.findings import Finding, Report
from audit.management.commands import seal_log, verify_audit
from audit.queries import last_verification
from audit.queries.outside import frozen, is_frozen
from audit.verifying import Base
from counselling import vault
from counselling.access import SERVICE
from tests.audit.writers import act
from tests.world import World

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from audit.sealing import Sealed

    Seal = Callable[[], Sealed]

pytestmark = [pytest.mark.django_db, pytest.mark.req("BR-03", "AT-04")]

Root = psycopg.Connection[Any]
BROKEN = Report(9, 0, 1, None, (Finding("was deleted", 9),))
WHOLE = Report(9, 0, 1, None, ())


@pytest.fixture
def sealed(seal: Seal, root: Root) -> Root:
    """Seven events that are sealed, and triggers off for the attack."""
    for _ in range(7):
        act()
    seal()
    root.execute("SET session_replication_role = replica")
    return root


def verify(*options: str) -> int:
    try:
        call_command("verify_audit", *options)
    except SystemExit as left:
        return int(str(left.code))
    return 0


def parts(root: Root) -> list[tuple[str, bool, bool]]:
    return root.execute(
        "SELECT part, whole, doubted FROM audit_verification ORDER BY at, id"
    ).fetchall()


def by_day(hour: int = 12) -> Any:
    """It is that hour of the practice's day."""
    moment = datetime.datetime(2026, 3, 2, hour, tzinfo=datetime.UTC)
    return mock.patch.object(verify_audit.timezone, "localtime", return_value=moment)


# -- what is new -----------------------------------------------------------------------------------


def test_hourly_only_what_is_new_is_read_and_nightly_all(sealed: Root, seal: Seal) -> None:
    with by_day():
        assert verify("--due") == 0
        for _ in range(3):
            act()
        seal()
        assert verify("--due") == 0
        assert verify("--due") == 0
    assert [one for one, *_ in parts(sealed)] == ["all", "since", "since"]
    found = last_verification()
    assert found
    assert found.all_at
    assert found.events > 7
    assert found.all_at < found.at
    assert found.witnessed
    sealed.execute("UPDATE audit_verification SET at = at - interval '12 hours'")
    with by_day():
        verify("--due")
    with by_day(hour=2):
        verify("--due")
    sealed.execute("UPDATE audit_verification SET at = at - interval '24 hours'")
    with by_day():
        verify("--due")
    assert [one for one, *_ in parts(sealed)][3:] == ["since", "all", "all"]


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_event SET payload = replace(payload, 'staff', 'stuff') WHERE id = {9}",
        "DELETE FROM audit_event WHERE id = {9}",
        "DELETE FROM audit_leaf WHERE event_id = {9}",
        "UPDATE audit_leaf SET leaf_hash = sha256('x') WHERE event_id = {9}",
        "UPDATE audit_checkpoint SET root = sha256('x') WHERE size > 7",
        "UPDATE audit_watermark SET size = size - 1",
    ],
)
def test_what_is_done_to_the_newest_is_found_within_the_hour(
    attack: str, sealed: Root, seal: Seal
) -> None:
    with by_day():
        assert verify("--due") == 0
        for _ in range(3):
            act()
        seal()
        nine = "(SELECT event_id FROM audit_leaf WHERE number = 9)"
        sealed.execute(attack.format(*[nine] * 10))
        assert verify("--due") == 1
    assert parts(sealed)[1:] == [("all", False, True), ("all", False, False)]


def test_a_column_that_pages_filter_by_is_compared_too(sealed: Root, seal: Seal) -> None:
    generated = (
        "UPDATE pg_attribute SET attgenerated = %s WHERE attname = 'kind' AND attrelid IN "
        "(SELECT relid FROM pg_partition_tree('audit_event'))"
    )
    with by_day():
        verify("--due")
        act()
        seal()
        with sealed.transaction():
            sealed.execute("SET LOCAL allow_system_table_mods = on")
            sealed.execute(generated, [""])
            sealed.execute(
                "UPDATE audit_event SET kind = 'x' "
                "WHERE id = (SELECT event_id FROM audit_leaf WHERE number = 9)"
            )
            sealed.execute(generated, ["s"])
        assert verify("--due") == 1
    found = last_verification()
    assert found
    assert "filed otherwise" in found.sentence


def test_a_made_up_beginning_is_not_gone_on_from(sealed: Root) -> None:
    """Who owns the database writes how far all was well: without a signature nobody believes it."""
    verify()
    sealed.execute("UPDATE audit_verification SET range = ARRAY[sha256('a'), sha256('b'), '\\x00']")
    with by_day():
        assert verify("--due") == 0
    assert [one for one, *_ in parts(sealed)] == ["all", "all"]
    key = verifying.log_key()
    nowhere = Base(7, (bytes(32), bytes(32), bytes(32)))
    assert verifying.verify_since(nowhere, *key, vault.signing.verify_ed25519) is None


def test_after_a_finding_all_is_read_until_all_is_whole(sealed: Root) -> None:
    actions.record_verification(actor=SERVICE, report=BROKEN)
    with by_day():
        assert verify("--due") == 0
        assert verify("--due") == 0
    assert [one for one, *_ in parts(sealed)] == ["all", "all", "since"]
    assert not is_frozen()


# -- a break is confirmed --------------------------------------------------------------------------


def test_a_passing_fault_stops_nothing_and_tells_nobody(sealed: Root) -> None:
    """A disk that misread once, a race of ours: the second reading finds all well."""
    really = verifying.verify
    with mock.patch.object(verifying, "verify", side_effect=[BROKEN, None]) as reads:
        reads.side_effect = [BROKEN, really(*verifying.log_key(), vault.signing.verify_ed25519)]
        assert verify() == 0
    assert parts(sealed) == [("all", False, True), ("all", True, False)]
    assert mail.outbox == []
    assert not is_frozen()
    said = sealed.execute(
        "SELECT outcome, payload::json ->> 'reason' FROM audit_event "
        "WHERE kind = 'audit.trail.verified' ORDER BY recorded"
    ).fetchall()
    assert said == [("failed", "looked-for-again"), ("ok", None)]


def test_what_is_doubted_says_so_until_it_was_read_again(sealed: Root) -> None:
    actions.record_verification(actor=SERVICE, report=BROKEN, doubted=True)
    found = last_verification()
    assert found
    assert (found.whole, found.doubted) == (False, True)
    # a verifier that is killed here leaves this, and the next one reads all
    with by_day():
        assert verify("--due") == 0
    assert parts(sealed)[-1] == ("all", True, False)


def test_a_confirmed_break_stops_sharing_and_the_whole_log_ends_that(sealed: Root) -> None:
    row = sealed.execute("SELECT recorded, payload, xid FROM audit_event ORDER BY xid").fetchone()
    sealed.execute("DELETE FROM audit_event WHERE xid = %s", [row[2]])  # type: ignore[index]  # seven
    assert verify() == 1
    stopped = frozen()
    assert stopped
    assert (stopped.number, stopped.agreed) == (1, ())
    assert verify() == 1
    assert sealed.execute("SELECT count(*) FROM audit_freeze").fetchone() == (1,)
    sealed.execute("INSERT INTO audit_event (recorded, payload, xid) VALUES (%s, %s, %s)", row)
    assert verify() == 0
    assert not is_frozen()
    assert sealed.execute("SELECT why FROM audit_thaw").fetchall() == [("whole",)]
    kinds = sealed.execute(
        "SELECT kind FROM audit_event WHERE kind LIKE 'audit.log.%%' ORDER BY recorded"
    ).fetchall()
    assert kinds == [("audit.log.frozen",), ("audit.log.thawed",)]


def test_what_two_people_looked_at_stops_nothing_a_second_time(sealed: Root, seal: Seal) -> None:
    world = World.build()
    seal()
    from tests.consent.freezing import agree

    actions.record_verification(actor=SERVICE, report=BROKEN)
    for one in (world.priya, world.ada):
        agree(one)
    actions.record_verification(actor=SERVICE, report=BROKEN)
    assert not is_frozen()
    other = Report(9, 0, 1, None, (Finding("was deleted", 5),))
    actions.record_verification(actor=SERVICE, report=other)
    assert is_frozen()


def test_sharing_is_stopped_even_if_nothing_else_can_be_written(sealed: Root) -> None:
    """Who broke the log may have broken more: the stop comes first."""
    with (
        mock.patch.object(actions.proving, "record", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        actions.record_verification(actor=SERVICE, report=BROKEN)
    assert is_frozen()
    assert parts(sealed) == [("all", False, False)]


def test_a_log_into_which_nothing_can_be_written_is_stopped_all_the_same(sealed: Root) -> None:
    sealed.execute("DELETE FROM audit_event WHERE id = (SELECT event_id FROM audit_leaf LIMIT 1)")
    sealed.execute("REVOKE INSERT ON audit_event FROM counselling_app")
    sealed.execute("REVOKE INSERT (payload) ON audit_event FROM counselling_app")
    try:
        with pytest.raises(DatabaseError):
            call_command("verify_audit")
    finally:
        sealed.execute("GRANT INSERT (payload) ON audit_event TO counselling_app")
    assert is_frozen()


def test_a_key_that_cannot_be_read_calls_people_and_stops_nothing(
    sealed: Root, tmp_path: pathlib.Path, settings: Any
) -> None:
    settings.CHECKPOINT_PUBLIC_FILE = tmp_path / "none"
    with pytest.raises(Exception, match="restore the file"):
        call_command("verify_audit")
    assert not is_frozen()
    found = last_verification()
    assert found
    assert not found.whole


# -- the verifier is killed ------------------------------------------------------------------------


def test_a_killed_verifier_is_begun_again_within_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock, begun = [1000.0], []
    monkeypatch.setattr(seal_log.time, "monotonic", lambda: clock[0])

    class Killed:
        def __init__(self, *_: object, **__: object) -> None:
            begun.append(clock[0])

        def poll(self) -> int:
            return -9

    monkeypatch.setattr(seal_log.subprocess, "Popen", Killed)
    verifications = seal_log.Verifications(3600)
    clock[0] += 301
    verifications.look_after()
    for _ in range(4):
        clock[0] += 61
        verifications.look_after()
    assert "verify.killed" in caplog.text
    assert begun == [1301.0, 1423.0, 1545.0]


@pytest.mark.slow
@pytest.mark.parametrize("at", ["freeze", "_say", "keep", "sleep"])
def test_killed_at_any_moment_the_next_one_finishes(at: str, sealed: Root) -> None:
    """What it had done stays, what it had not is done, nothing is done twice."""
    sealed.execute("DELETE FROM audit_event WHERE id = (SELECT event_id FROM audit_leaf LIMIT 1)")
    verifier = subprocess.Popen(
        [sys.executable, "-m", "tests.audit.verifier_killed", at], stdout=subprocess.PIPE
    )
    assert verifier.stdout is not None
    assert verifier.stdout.readline() == b"here\n"
    verifier.kill()
    verifier.communicate()
    assert parts(sealed) == [("all", False, True)]
    assert verify("--due") == 1
    assert is_frozen()
    assert sealed.execute("SELECT count(*) FROM audit_freeze").fetchone() == (1,)
    assert parts(sealed)[-1] == ("all", False, False)
