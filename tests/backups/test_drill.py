"""The restore drill: what was backed up comes back elsewhere, whole; what was erased does not."""

from __future__ import annotations

import base64
import dataclasses
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from counselling.local import binaries
from counselling.local.cluster import ROOT
from counselling.local.roles import MAIN
from tests.backups.acts import WORD

if TYPE_CHECKING:
    import pathlib

    from tests.backups.conftest import Place

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("backups")]

# every row of these is as it was, whoever wrote meanwhile
NOTES = "SELECT id::text, encode(sha256(convert_to(t::text, 'UTF8')), 'hex') FROM {} t ORDER BY id"
DESTROYED = "SELECT holder FROM vault_key WHERE destroyed_at IS NOT NULL"
ROOTS = "SELECT size, encode(root, 'hex') FROM audit_checkpoint ORDER BY size"


@dataclasses.dataclass(frozen=True)
class Kept:
    """The practice, what is in it, its one backup, and how many were taken in until it began."""

    practice: Place
    facts: dict[str, Any]
    main: pathlib.Path
    keys: pathlib.Path
    said: str
    before: int


@pytest.fixture(scope="module")
def kept(practice: Place) -> Kept:
    """Back the practice up while Fred takes in one client after the other."""
    facts = practice.act("begin")
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.backups.acts", "write", facts["fred"]],
        cwd=ROOT, env=practice.surroundings, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    for _ in range(3):
        writer.stdout.readline()
    try:
        said = practice.command("backup")
    finally:
        writer.kill()
        writer.communicate()
    # the witness sees more than the backup holds, as it does on every day but the lucky one
    practice.manage("seal_log", "--once")
    main, keys = (next(practice.backups.glob(f"{kind}-*.age")) for kind in ("main", "keys"))
    return Kept(practice, facts, main, keys, said, 3)


@pytest.fixture(scope="module")
def restored(kept: Kept, machine: Place) -> Place:
    """Restore both on the new machine, the main database first; the witness was saved."""
    machine.witness.write_bytes(kept.practice.witness.read_bytes())
    said = machine.command("restore", "main", kept.main, "--reason", "rehearsal")
    assert "as it was on" in said
    assert re.search(r"Acknowledged: restored on .+: entr.+ not here", said)
    said = machine.command("restore", "keys", kept.keys)
    assert "Every record has its key" in said
    return machine


@pytest.mark.req("EN-15")
def test_the_practice_comes_back_on_another_machine_word_by_word(
    kept: Kept, restored: Place
) -> None:
    for table in ("records_note", "records_noteversion", "clients_case"):
        if kept.practice.rows(f"SELECT to_regclass('public.{table}')") != [(None,)]:
            came = restored.rows(NOTES.format(table))
            assert came
            assert set(came) <= set(kept.practice.rows(NOTES.format(table)))
    roots = restored.rows(ROOTS)
    assert roots
    assert set(roots) < set(kept.practice.rows(ROOTS))
    told = restored.manage("verify_audit")
    assert "The log is whole" in told
    assert "not here" in told
    seen = restored.act("read", kept.facts["dana"], kept.facts["note"])
    assert seen == {"status": 200, "words": True}


@pytest.mark.req("EN-15", "AC-16")
def test_the_walls_come_back_too(kept: Kept, restored: Place) -> None:
    """Policies, triggers, functions and rights: the schema is the same, line by line."""
    for address in ("DATABASE_OWNER_URL", "KEYS_DATABASE_URL"):
        there = _schema(kept.practice.surroundings[address])
        assert "CREATE POLICY" in there or address == "KEYS_DATABASE_URL"
        assert _schema(restored.surroundings[address]) == there
    with pytest.raises(psycopg.OperationalError, match="does not have CONNECT"):
        psycopg.connect(make_conninfo(restored.surroundings["KEYS_DATABASE_URL"], dbname=MAIN))


def _schema(url: str) -> str:
    command = [binaries.find() / "pg_dump", "--schema-only", "--schema=public", "-d", url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r"^\\(un)?restrict .*$", "", told, flags=re.MULTILINE)


@pytest.mark.req("EN-15")
def test_the_log_goes_on_where_it_was_restored(restored: Place) -> None:
    before = restored.rows("SELECT max(size) FROM audit_checkpoint")
    restored.manage("seal_log", "--once")
    assert restored.rows("SELECT max(size) FROM audit_checkpoint") > before
    assert "The log is whole" in restored.manage("verify_audit")
    kinds = {kind for (kind,) in restored.rows("SELECT DISTINCT kind FROM audit_event")}
    assert "backup.restored" in kinds


def test_whoever_was_taken_in_during_the_backup_is_wholly_there_or_not_at_all(
    kept: Kept, restored: Place
) -> None:
    came = restored.rows("SELECT count(*) FROM clients_client")[0][0]
    assert came >= kept.before
    assert came <= kept.practice.rows("SELECT count(*) FROM clients_client")[0][0]


def test_who_keeps_the_backup_is_told_what_was_tried(kept: Kept) -> None:
    assert kept.said.count("the same hashes") == 2
    assert "The log is whole" in kept.said
    assert "open with their keys, 0 never" in kept.said
    seen = kept.practice.rows("SELECT kind FROM counselling_restore_seen WHERE by_kept_key")
    assert {kind for (kind,) in seen} == {"main", "keys"}


@pytest.mark.req("EN-15")
def test_no_word_lies_open_in_a_backup_nor_beside_it_nor_in_what_the_key_opens(kept: Kept) -> None:
    from counselling.local.backups import age

    needles = _spellings(WORD)
    for path in kept.practice.backups.rglob("*"):
        if path.is_file():
            assert not any(needle in path.read_bytes() for needle in needles), path
            assert path.stat().st_mode & 0o077 == 0, path
    identity = age.identities((kept.practice.backups.parent / "secrets/backup.key").read_text())
    told = _told(kept.main, identity)
    assert kept.facts["note"].encode() in told, "the sweep looks at the right thing"
    assert not any(needle in told for needle in needles)
    assert not list(kept.practice.backups.parent.glob("counselling-scratch-*"))


def _spellings(word: str) -> list[bytes]:
    plain = [word.encode(), word.encode("utf-16-le"), word.encode().hex().encode()]
    return [*plain, *(base64.b64encode(b" " * cut + word.encode())[4:-4] for cut in range(3))]


def _told(path: pathlib.Path, by: list[Any]) -> bytes:
    """Open a backup as its owner would and give what pg_restore writes of it."""
    from counselling.local.backups import age

    with path.open("rb") as source, (path.parent.parent / "opened").open("w+b") as sink:
        age.decrypt(source, sink, by, path.name)
        sink.flush()
        told = subprocess.run(
            [binaries.find() / "pg_restore", "-f", "-", sink.name], capture_output=True, check=True
        ).stdout
    (path.parent.parent / "opened").unlink()
    return told


# -- living data -----------------------------------------------------------------------------------


def test_nobody_restores_over_living_data_unasked_nor_under_somebody_s_hands(kept: Kept) -> None:
    assert "--replace" in kept.practice.command("restore", "main", kept.main, code=1)
    with psycopg.connect(kept.practice.surroundings["DATABASE_URL"]):
        said = kept.practice.command("restore", "main", kept.main, "--replace", code=1)
    assert "is in use (counselling_app)" in said


def test_a_restore_that_is_killed_leaves_what_lives_as_it_was(kept: Kept) -> None:
    practice = kept.practice
    before = practice.rows("SELECT count(*) FROM audit_event")
    words = ["restore", "main", str(kept.main), "--replace", "--living-is-lost"]
    with practice.killed_once(lambda: bool(practice.databases("%\\_restoring")), *words):
        assert practice.rows("SELECT count(*) FROM audit_event") == before


def test_a_backup_that_is_killed_counts_for_nothing(kept: Kept) -> None:
    practice = kept.practice
    before = set(practice.backups.glob("*.json"))
    with practice.killed_once(lambda: bool(list(practice.backups.glob(".main-*.part"))), "backup"):
        assert set(practice.backups.glob("*.json")) == before
        assert len(list(practice.backups.glob("*.age"))) == len(before)


@pytest.mark.req("EN-15")
def test_what_lives_is_backed_up_before_an_older_state_takes_its_place(kept: Kept) -> None:
    practice = kept.practice
    said = practice.command("restore", "main", kept.main, "--replace")
    assert said.index("what is there now is backed up") < said.index("Restoring main")
    assert len(list(practice.backups.glob("main-*.age"))) == 2
    assert len(practice.databases("backups\\_main\\_before\\_%")) == 1
    # what the killed ones had left half done is gone
    assert not practice.databases("%\\_restoring")
    assert not list(practice.backups.glob(".*.part"))
    assert not list(practice.backups.parent.glob("counselling-scratch-*"))


@pytest.mark.req("EN-08", "RE-04")
def test_an_erased_key_stays_destroyed_whatever_is_restored(kept: Kept, restored: Place) -> None:
    """The note's key is destroyed after the backup; its old backup meets the keys of today."""
    practice, facts = kept.practice, kept.facts
    practice.act("destroy", facts["case"])
    now = restored.but(KEYS_DATABASE_URL=practice.surroundings["KEYS_DATABASE_URL"])
    assert now.act("read", facts["dana"], facts["note"])["words"] is False
    # and the keys of then come back without it
    said = practice.command("restore", "keys", kept.keys, "--replace", "--living-is-lost")
    assert f"destroyed again: the key of case:{facts['case']}" in said
    assert practice.rows(DESTROYED, "KEYS_DATABASE_URL") == [(f"case:{facts['case']}",)]
