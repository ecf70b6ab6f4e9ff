"""A log that is not whole is told to a person, once for each finding, whoever had it verified."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.management import CommandError, call_command

from audit import alarm
from audit.management.commands import seal_log
from audit.queries import last_verification
from tests import people
from tests.audit.writers import act
from tests.world import World

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from audit.sealing import Sealed

    Seal = Callable[[], Sealed]

pytestmark = pytest.mark.django_db

Root = psycopg.Connection[Any]


@pytest.fixture
def world(db: None, seal: Seal, root: Root) -> World:
    """A practice whose log is sealed, triggers off for the attack, and no letter yet."""
    built = World.build()
    seal()
    mail.outbox.clear()
    root.execute("SET session_replication_role = replica")
    return built


def verify() -> int:
    try:
        call_command("verify_audit")
    except SystemExit as left:
        return int(str(left.code))
    return 0


def cut(root: Root, number: int) -> None:
    root.execute(
        "DELETE FROM audit_event WHERE id = (SELECT event_id FROM audit_leaf WHERE number = %s)",
        [number],
    )


@pytest.mark.req("BR-03", "AT-04")
def test_a_break_is_written_to_the_privacy_officer_and_says_nothing(
    world: World, root: Root
) -> None:
    assert verify() == 0
    assert mail.outbox == []
    cut(root, 9)
    assert verify() == 1
    # two people, so that one who is away leaves nobody untold
    told = {one.to[0] for one in mail.outbox}
    assert told == {people.email_of(one.id) for one in (world.priya, world.ada)}
    for one in mail.outbox:
        assert "is not as it was kept" in one.body
        for word in ("note", "client", "counsel", "entry", "event"):
            assert word not in one.body.lower()
    kinds = root.execute(
        "SELECT kind, outcome, payload::json ->> 'reason' FROM audit_event "
        "ORDER BY recorded DESC, id DESC LIMIT 4"
    ).fetchall()
    assert kinds == [
        ("accounts.alerted", "ok", "log-broken"),
        ("audit.log.frozen", "ok", "not-whole"),
        ("audit.trail.verified", "failed", None),
        ("audit.trail.verified", "failed", "looked-for-again"),
    ]


@pytest.mark.req("BR-03")
def test_the_same_finding_is_told_once_a_week_and_another_at_once(world: World, root: Root) -> None:
    cut(root, 9)
    verify()
    verify()
    assert len(mail.outbox) == 2
    cut(root, 5)
    verify()
    assert len(mail.outbox) == 4
    root.execute("UPDATE audit_verification SET at = at - interval '8 days'")
    verify()
    assert len(mail.outbox) == 6


@pytest.mark.req("BR-03")
def test_what_was_mended_and_breaks_again_is_told_again(world: World, root: Root) -> None:
    root.execute("CREATE TABLE kept AS SELECT recorded, payload, xid FROM audit_event")
    for expected in (1, 2):
        cut(root, 9)
        assert verify() == 1
        assert len(mail.outbox) == 2 * expected
        root.execute(
            "INSERT INTO audit_event (recorded, payload, xid) SELECT k.* FROM kept k "
            "WHERE NOT EXISTS (SELECT FROM audit_event e WHERE e.payload = k.payload)"
        )
        assert verify() == 0
    root.execute("DROP TABLE kept")


@pytest.mark.req("BR-03")
def test_taking_the_public_key_away_does_not_leave_the_log_unwatched(
    world: World, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django_settings, "CHECKPOINT_PUBLIC_FILE", tmp_path / "none")
    with pytest.raises(CommandError, match="restore the file"):
        call_command("verify_audit")
    assert len(mail.outbox) == 2
    badge = last_verification()
    assert badge
    assert badge.sentence == "The log is not whole: its public key cannot be read."


@pytest.mark.req("BR-03", "EN-03")
def test_whoever_breaks_the_officers_own_address_has_not_silenced_the_rest(
    world: World, root: Root, caplog: pytest.LogCaptureFixture
) -> None:
    flip = "UPDATE accounts_account SET email = set_byte(email, 40, get_byte(email, 40) # 1)"
    root.execute(f"{flip} WHERE id = %s", [world.priya.id])
    cut(root, 9)
    assert verify() == 1
    (told,) = mail.outbox
    assert told.to == [people.email_of(world.ada.id)]
    assert "alert.address-broken" in caplog.text

    # and with every address broken a log says so: there is nothing left to write to
    root.execute(f"{flip} WHERE id = %s", [world.ada.id])
    cut(root, 5)
    assert verify() == 1
    assert "alert.nobody-told" in caplog.text


def test_what_was_found_is_kept_even_if_nobody_could_be_told(
    world: World, root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: Any) -> None:
        raise OSError

    monkeypatch.setattr(alarm, "_told", [away])
    cut(root, 9)
    with pytest.raises(OSError):  # noqa: PT011 whatever it is
        call_command("verify_audit")
    badge = last_verification()
    assert badge
    assert badge.number == 9
    # so it is tried again
    monkeypatch.undo()
    assert verify() == 1
    assert len(mail.outbox) == 2


def test_a_log_nobody_listens_to_says_so(
    world: World, root: Root, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(alarm, "_told", [])
    cut(root, 9)
    assert verify() == 1
    assert "verify.nobody-to-tell" in caplog.text


# -- the sealer has it done ------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    started: list[Any] = []

    class Child:
        code: int | None = None
        ended = False

        def __init__(self, command: Any, **_: Any) -> None:
            self.command = command
            started.append(self)

        def poll(self) -> int | None:
            return self.code

        def terminate(self) -> None:
            self.ended = True

        def wait(self) -> None:
            assert self.ended

    monkeypatch.setattr(subprocess, "Popen", Child)
    return started


@pytest.mark.req("BR-03")
def test_the_sealer_has_the_log_verified_some_minutes_after_the_start_and_then_daily(
    clock: list[float], commands: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    verifications = seal_log.Verifications(24 * 3600)
    verifications.look_after()
    clock[0] += 299
    verifications.look_after()
    assert commands == []
    clock[0] += 2
    verifications.look_after()
    clock[0] += 30 * 3600
    # one that takes long is waited for
    verifications.look_after()
    assert len(commands) == 1
    assert commands[0].command[-2:] == ("verify_audit", "--due")
    commands[0].code = 1
    verifications.look_after()
    assert "verify.not-whole" in caplog.text
    assert len(commands) == 2
    verifications.stop()
    assert commands[1].ended
    verifications.stop()


def test_a_practice_may_see_to_it_in_another_way(clock: list[float], commands: list[Any]) -> None:
    never = seal_log.Verifications(0)
    clock[0] += 10**6
    never.look_after()
    assert commands == []


@pytest.mark.slow
@pytest.mark.req("BR-03")
def test_the_child_is_the_command_itself(
    world: World, root: Root, caplog: pytest.LogCaptureFixture
) -> None:
    cut(root, 9)
    verifications = seal_log.Verifications(0.001)
    time.sleep(0.01)
    verifications.look_after()
    assert verifications._child
    verifications._child.wait(60)
    verifications.look_after()
    assert "verify.not-whole" in caplog.text
    badge = last_verification()
    assert badge
    assert badge.number == 9
    verifications.stop()
    act()
