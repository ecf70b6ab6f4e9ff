"""In production the web process does not open before a restore of both was seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.core.checks import run_checks

from counselling import checks_of_restores, starting
from counselling.local.backups.__main__ import parsed
from counselling.local.cluster import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

SEE = (
    "INSERT INTO counselling_restore_seen (id, kind, backup, made_at, by_kept_key, at) "
    "VALUES (gen_random_uuid(), %s, repeat('0', 64), now(), %s, now() - %s * interval '1 day')"
)


@pytest.fixture
def see(owner: psycopg.Connection[Any], settings: Any) -> Callable[..., None]:
    """Let restores have been seen, in a production."""
    settings.MODE = "production"

    def seen(*kinds: str, kept: bool = True, days: int = 0) -> None:
        for kind in kinds:
            owner.execute(SEE, [kind, kept, days])

    return seen


def asked() -> list[tuple[str, str]]:
    found = checks_of_restores.restores_were_seen(databases=["default"])
    return [(one.id, f"{one.msg} {one.hint}") for one in found]


@pytest.mark.req("EN-15")
def test_without_a_restore_of_both_the_door_stays_shut(see: Callable[..., None]) -> None:
    ((number, said),) = asked()
    assert number == "counselling.C010"
    assert "main and keys" in said
    see("main")
    ((number, said),) = asked()
    assert number == "counselling.C010"
    assert said.count("main") == 0
    assert "keys" in said


@pytest.mark.req("EN-15")
def test_with_both_it_opens(see: Callable[..., None]) -> None:
    see("main", "keys")
    assert asked() == []


def test_a_trial_with_a_passing_key_proves_the_file_and_not_that_the_key_is_kept(
    see: Callable[..., None],
) -> None:
    see("main", "keys", kept=False)
    ((number, said),) = asked()
    assert number == "counselling.C010"
    assert "--identity" in said


def test_a_drill_long_ago_and_a_backup_forgotten_are_warned_of(
    see: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    see("main", "keys", days=93)
    assert [number for number, _ in asked()] == ["counselling.C019", "counselling.C020"]
    see("main", "keys", kept=False)
    assert [number for number, _ in asked()] == ["counselling.C019"]
    monkeypatch.setenv("RESTORE_SEEN_DAYS", "100")
    assert asked() == []


def test_a_database_that_cannot_be_asked_opens_nothing(
    see: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise psycopg.OperationalError

    monkeypatch.setattr(checks_of_restores.restores, "ages", away)
    ((number, said),) = asked()
    assert number == "counselling.C010"
    assert "Start the database" in said


def test_the_web_process_says_it_and_leaves(
    see: Callable[..., None], settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PROCESS = "web"
    with pytest.raises(SystemExit):
        starting.refuse_to_start_wrong("web")
    assert "counselling.C010" in capsys.readouterr().err
    settings.PROCESS = "scheduler"
    with pytest.raises(SystemExit):
        starting.refuse_to_start_wrong("scheduler")  # other things are not in order in a test
    assert "counselling.C010" not in capsys.readouterr().err


def test_only_where_the_database_is_asked_and_people_are_cared_for(
    see: Callable[..., None], settings: Any
) -> None:
    assert "counselling.C010" not in {one.id for one in run_checks()}
    assert "counselling.C010" in {one.id for one in run_checks(databases=["default"])}
    settings.MODE = "demo"
    assert asked() == []


def test_the_commands_of_the_hint_are_commands() -> None:
    for said in (checks_of_restores.BACKUP, checks_of_restores.VERIFY):
        words = re.sub(r"^.*? run --rm (-T )?backup|<.*", "", said).split()
        assert parsed(words or ["backup"]).verb in {"backup", "verify"}


def test_every_command_that_the_recovery_page_names_is_one() -> None:
    page = (ROOT / "docs" / "recovery.md").read_text()
    verbs = r"(?:backup|verify|restore|identity)(?: [^`\n<]*)?"
    named = re.findall(rf"`({verbs})`", page) + re.findall(rf"^({verbs})$", page, re.MULTILINE)
    assert len(named) > 5
    for words in map(str.split, named):
        if words != ["restore"]:  # the verb alone, spoken of
            assert parsed([one.replace("hardware", "move") for one in words]).verb == words[0]


def test_the_application_cannot_vouch_for_itself_and_nobody_changes_what_was_seen(
    application: psycopg.Connection[Any], owner: psycopg.Connection[Any]
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(SEE, ["main", True, 0])
    owner.execute(SEE, ["main", True, 0])
    for change in (
        "UPDATE counselling_restore_seen SET kind = 'keys'",
        "DELETE FROM counselling_restore_seen",
    ):
        with pytest.raises(psycopg.errors.IntegrityError, match="never changes"):
            owner.execute(change)
