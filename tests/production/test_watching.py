"""What is watched says when a person is needed, and names nobody."""

from __future__ import annotations

import datetime
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import psycopg

pytestmark = pytest.mark.django_db


def watched(*arguments: str) -> tuple[int, dict[str, Any]]:
    from django.core.management import call_command

    said, code = io.StringIO(), 0
    try:
        call_command("watch", "--json", *arguments, stdout=said)
    except SystemExit as left:
        code = int(str(left.code))
    return code, {one["name"]: one for one in json.loads(said.getvalue())}


@pytest.fixture
def well(root: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """A practice in which everything was done lately."""
    from counselling import health

    for process in ("worker", "scheduler"):
        health.beat(process)
    for kind in ("main", "keys"):
        root.execute(
            "INSERT INTO counselling_restore_seen (id, kind, backup, made_at, by_kept_key) "
            "VALUES (gen_random_uuid(), %s, %s, now(), true)",
            [kind, "0" * 64],
        )
    root.execute(
        "INSERT INTO audit_verification (id, at, whole, events, waiting, sentence) "
        "VALUES (gen_random_uuid(), now(), true, 0, 0, 'The log is whole.')"
    )
    root.commit()
    return root


def test_nobody_is_needed_when_all_is_well(well: Any) -> None:
    code, seen = watched()
    assert code == 0, seen
    assert all(one["well"] for one in seen.values())
    assert {"sealing", "verification", "worker", "scheduler", "due", "keys"} <= seen.keys()


def test_who_has_the_log_verified_otherwise_is_not_alarmed_for_it(well: Any, settings: Any) -> None:
    settings.VERIFY_EVERY_SECONDS = 0
    code, seen = watched()
    assert code == 0, seen


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("worker", "UPDATE counselling_heartbeat SET at = now() - interval '4 minutes'"),
        ("scheduler", "DELETE FROM counselling_heartbeat WHERE process = 'scheduler'"),
        ("verification", "UPDATE audit_verification SET whole = false"),
        ("verification", "UPDATE audit_verification SET at = now() - interval '3 days'"),
        ("backup-keys", "UPDATE counselling_restore_seen SET at = now() - interval '3 days'"),
        ("backup-main", "DELETE FROM counselling_restore_seen WHERE kind = 'main'"),
    ],
)
def test_a_person_is_needed(well: Any, what: str, statement: str) -> None:
    well.execute(f"SET session_replication_role = replica; {statement}")
    well.commit()
    code, seen = watched()
    assert code == 1
    assert not seen[what]["well"]


def test_late_sealing_is_seen(well: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from audit.queries import Standing

    long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=5)
    monkeypatch.setattr("audit.queries.standing", lambda: Standing(7, 3, long_ago))
    code, seen = watched()
    assert code == 1
    assert seen["sealing"]["said"].startswith("3 events wait, the oldest for 0:05:0")


def test_a_certificate_about_to_end_is_seen(well: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=20)
    monkeypatch.setattr("counselling.vault.certificates.ends", lambda _: soon)
    code, seen = watched()
    assert code == 1
    assert not seen["certificate-practice"]["well"]


def test_a_database_that_is_away_is_said_and_not_raised(
    well: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def away() -> None:
        raise OperationalError

    monkeypatch.setattr("audit.queries.standing", away)
    code, seen = watched()
    assert code == 1
    assert seen["database"]["said"] == "OperationalError"


def test_it_reads_without_json_too(well: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import call_command

    call_command("watch")
    assert "ok    worker" in capsys.readouterr().out


@pytest.mark.slow
def test_the_health_check_of_a_container_asks_the_same(
    well: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from counselling.local import pulse

    for process in ("worker", "scheduler", "sealer"):
        assert pulse.main([process]) == 0, process
    well.execute("UPDATE counselling_heartbeat SET at = now() - interval '4 minutes'")
    well.commit()
    assert pulse.main(["worker"]) == 1
    assert pulse.main(["nobody"]) == 1
    monkeypatch.setenv("DATABASE_URL", "host=/nowhere")
    assert pulse.main(["worker"]) == 1


def test_a_scheduler_whose_database_is_away_goes_on(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import InterfaceError

    from counselling import health

    def away(_: str) -> None:
        raise InterfaceError

    monkeypatch.setattr(health, "beat", away)
    health.try_to_beat("scheduler")


def test_what_the_scheduler_sends_is_its_heartbeat(db: None, settings: Any) -> None:
    from celery import signals

    from counselling import health

    settings.PROCESS = "scheduler"
    signals.after_task_publish.send(sender="another")
    assert health.age("scheduler") is None
    signals.after_task_publish.send(sender="counselling.beat")
    assert health.is_beating("scheduler")
