"""A backup that is damaged, forged, mistaken for another, or opened by a stranger is refused."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from counselling.local.backups import age, destroying, making, manifest, where
from counselling.local.backups.manifest import Inventory, Manifest, Table
from counselling.local.cluster import ROOT
from counselling.local.problem import Problem
from counselling.vault import providers

if TYPE_CHECKING:
    import pathlib

    import psycopg

NOW = datetime.datetime(2026, 11, 22, 9, 0, tzinfo=datetime.UTC)
PLAIN = b"PGDMP" + bytes(200_000)


@pytest.fixture
def secrets(tmp_path: pathlib.Path, settings: Any) -> pathlib.Path:
    settings.KEK_FILE = tmp_path / "kek"
    settings.KEK_FILE.write_text(providers.new_key())
    return tmp_path


@pytest.fixture
def backup(tmp_path: pathlib.Path, secrets: pathlib.Path) -> pathlib.Path:
    """A file as the command writes one, with its manifest."""
    age.make_keys(tmp_path)
    path = tmp_path / manifest.stamped("main", NOW)
    with path.open("wb") as file:
        sink = making._Hashed(file)
        age.encrypt(io.BytesIO(PLAIN), sink, age.recipients((tmp_path / age.PUBLIC).read_text()))
    holds = Inventory(NOW, ("a.0001",), {"t": Table(1, "00")}, {"size": 1, "root": "00"}, ())
    making._tell(Manifest("main", path.name, sink.size, sink.sha256, holds), path)
    return path


def opened(path: pathlib.Path, key: pathlib.Path) -> bytes:
    sink = io.BytesIO()
    with path.open("rb") as source:
        age.decrypt(source, sink, age.identities(key.read_text()), path.name)
    return sink.getvalue()


def test_who_has_the_key_opens_it(backup: pathlib.Path) -> None:
    manifest.check_file(backup, manifest.read(backup), "main")
    assert opened(backup, backup.parent / age.PRIVATE) == PLAIN
    assert PLAIN[:64] not in backup.read_bytes()


def test_the_age_program_opens_it_too(backup: pathlib.Path) -> None:
    program = shutil.which("age") or shutil.which("rage")
    if program is None:
        pytest.skip("there is no age program on this machine")
    command = [program, "-d", "-i", backup.parent / age.PRIVATE, backup]
    assert subprocess.run(command, capture_output=True, check=True).stdout == PLAIN


def test_another_key_opens_nothing(backup: pathlib.Path, tmp_path: pathlib.Path) -> None:
    age.make_keys(tmp_path / "stranger")
    with pytest.raises(Problem, match="another key opens it"):
        opened(backup, tmp_path / "stranger" / age.PRIVATE)


@pytest.mark.parametrize("harm", ["cut", "flipped", "longer", "emptied"])
def test_a_damaged_file_is_refused_by_its_hash_and_by_the_age_format(
    backup: pathlib.Path, harm: str
) -> None:
    whole = bytearray(backup.read_bytes())
    if harm == "flipped":
        whole[100_000] ^= 1
    changed = {"cut": whole[:-70_000], "longer": whole + b"x", "emptied": b""}.get(harm, whole)
    backup.write_bytes(bytes(changed))
    with pytest.raises(Problem, match="changed or cut off"):
        manifest.check_file(backup, manifest.read(backup), "main")
    with pytest.raises(Problem, match="does not open"):
        opened(backup, backup.parent / age.PRIVATE)


def test_a_file_put_there_after_the_look_is_not_run(
    backup: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    told = manifest.read(backup)
    manifest.check_file(backup, told, "main")
    with manifest.opened(backup, told, tmp_path) as source:
        backup.write_bytes(b"a dump of somebody else's")
        assert hashlib.sha256(source.read()).hexdigest() == told.sha256
    with (
        pytest.raises(Problem, match="not the file that was written"),
        manifest.opened(backup, told, tmp_path),
    ):
        pass


def test_keys_are_not_taken_for_the_practice(backup: pathlib.Path) -> None:
    with pytest.raises(Problem, match="is a backup of main, not of keys"):
        manifest.check_file(backup, manifest.read(backup), "keys")
    # nor by a new name
    renamed = backup.rename(backup.with_name(backup.name.replace("main", "keys")))
    manifest.beside(backup).rename(manifest.beside(renamed))
    with pytest.raises(Problem, match="is a backup of main, not of keys"):
        manifest.check_file(renamed, manifest.read(renamed), "keys")


def test_an_old_backup_does_not_pass_for_the_newest_by_another_name(backup: pathlib.Path) -> None:
    newer = backup.with_name(manifest.stamped("main", NOW + datetime.timedelta(days=9)))
    shutil.copy(backup, newer)
    shutil.copy(manifest.beside(backup), manifest.beside(newer))
    assert manifest.newest(backup.parent, "main") == newer
    with pytest.raises(Problem, match=f"was written as {backup.name}"):
        manifest.check_file(newer, manifest.read(newer), "main")


@pytest.mark.parametrize("part", ["sha256", "kind", "mark", "holds"])
def test_a_backup_of_somebody_else_s_making_is_not_run(backup: pathlib.Path, part: str) -> None:
    """A dump is a program, and the public key is public: the practice's word is on the manifest."""
    beside = manifest.beside(backup)
    said = json.loads(beside.read_text())
    if part == "holds":
        said["holds"]["tables"]["t"]["rows"] = 2
    else:
        said[part] = {"sha256": "0" * 64, "kind": "keys"}.get(part, said["mark"][:-8] + "AAAAAAA=")
    beside.write_text(json.dumps(said))
    with pytest.raises(Problem, match="not of this practice's making"):
        manifest.read(backup)


def test_under_another_key_encryption_key_it_says_which_is_missing(
    backup: pathlib.Path, tmp_path: pathlib.Path, settings: Any
) -> None:
    settings.KEK_FILE = tmp_path / "other"
    settings.KEK_FILE.write_text(providers.new_key())
    with pytest.raises(Problem, match="add that one to the key file"):
        manifest.read(backup)


def test_a_file_without_its_manifest_was_never_finished(backup: pathlib.Path) -> None:
    manifest.beside(backup).unlink()
    with pytest.raises(Problem, match="never finished"):
        manifest.read(backup)
    assert manifest.newest(backup.parent, "main") is None


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"tables": {"t": Table(2, "00")}}, "t has 2 rows instead of 1"),
        ({"tables": {"t": Table(1, "01")}}, "t has rows with another hash"),
        ({"tables": {}}, "the table t is on one side only"),
        ({"migrations": ()}, "the tables are of another version"),
        ({"log": {"size": 1, "root": "01"}}, "the log or the destroyed keys are others"),
        ({"destroyed": ("00",)}, "the log or the destroyed keys are others"),
    ],
)
def test_what_came_back_otherwise_is_named(
    backup: pathlib.Path, other: dict[str, Any], said: str
) -> None:
    import dataclasses

    went = manifest.read(backup).holds
    assert list(went.differences(went)) == []
    assert list(went.differences(dataclasses.replace(went, **other))) == [said]


def test_old_ones_go_and_nothing_else_does(backup: pathlib.Path) -> None:
    folder = backup.parent
    now = datetime.datetime.now(datetime.UTC)
    old = folder / manifest.stamped("keys", now - datetime.timedelta(days=8))
    young = folder / manifest.stamped("keys", now - datetime.timedelta(days=6))
    for path in (old, young, folder / "keys-mine.age"):
        path.touch()
    assert making.forget_older(folder, "keys", 7) == [old.name]
    assert young.exists()
    assert (folder / "keys-mine.age").exists()
    assert backup.exists()


def test_one_at_a_time(tmp_path: pathlib.Path) -> None:
    with where.alone(tmp_path), pytest.raises(Problem, match="at work"), where.alone(tmp_path):
        pass


def test_the_private_key_is_made_once_for_its_owner_alone(tmp_path: pathlib.Path) -> None:
    age.make_keys(tmp_path)
    private, public = tmp_path / age.PRIVATE, tmp_path / age.PUBLIC
    first = private.read_text(), public.read_text()
    assert private.stat().st_mode & 0o077 == 0
    private.unlink()  # carried away
    age.make_keys(tmp_path)
    assert not private.exists()
    assert public.read_text() == first[1]
    with pytest.raises(Problem, match="no private key of age"):
        age.identities(first[1])
    with pytest.raises(Problem, match="no public key of age"):
        age.recipients(first[0])


def test_no_private_key_is_in_the_repository() -> None:
    word = "AGE-SECRET-KEY-" + "1"
    found = subprocess.run(
        ["git", "grep", "-l", word], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.stdout == ""


@pytest.mark.req("EN-08")
@pytest.mark.django_db
def test_keys_are_not_restored_where_nobody_can_say_which_were_destroyed(
    backup: pathlib.Path, root: psycopg.Connection[Any]
) -> None:
    main, keys = where.side("main"), where.side("keys")
    with pytest.raises(Problem, match="which keys were destroyed since"):
        destroying.known(main.called("gone"), keys, backup.parent, without_log=False)
    assert destroying.known(main.called("gone"), keys, backup.parent, without_log=True)
    assert destroying.known(main, keys, backup.parent, without_log=False).hashes == frozenset()


@pytest.mark.req("EN-08")
@pytest.mark.django_db
def test_who_was_killed_before_the_key_ended_has_it_ended_by_the_next_backup(
    root: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from uuid import uuid4

    from audit import actions
    from counselling import vault
    from counselling.access import SERVICE
    from counselling.db import as_actor

    holder = vault.holders.staff(uuid4())
    vault.ensure_key(holder)
    with monkeypatch.context() as killed, as_actor(SERVICE):
        killed.setattr(actions.erasing.transaction, "on_commit", lambda _: None)
        actions.destroy_key(actor=SERVICE, holder=holder)
    vault.ensure_key(holder)  # it was said and not done
    sides = where.side("main"), where.side("keys")
    assert destroying.catch_up(*sides) == [holder]
    assert destroying.catch_up(*sides) == []
    vault.forget()
    with pytest.raises(vault.KeyDestroyed):
        vault.ensure_key(holder)


@pytest.mark.req("EN-08")
@pytest.mark.django_db
@pytest.mark.parametrize("mark", [None, "0123456789abcdef.AAAA", "another's"])
def test_an_event_that_injected_sql_wrote_destroys_no_key(
    root: psycopg.Connection[Any], mark: str | None
) -> None:
    from uuid import uuid4

    from audit import actions, domain
    from counselling import vault
    from counselling.access import SERVICE
    from counselling.db import as_actor

    holder = vault.holders.staff(uuid4())
    vault.ensure_key(holder)
    given = vault.vouch(domain.KEY_DESTROYED.code, bytes(32)) if mark == "another's" else mark
    with as_actor(SERVICE):
        detail = {"holder": holder, "mark": given}
        actions.record(actor=SERVICE, kind=domain.KEY_DESTROYED, detail=detail)
    main, keys = where.side("main"), where.side("keys")
    assert holder not in destroying.catch_up(main, keys)
    known = destroying.known(main, keys, ROOT / "none", without_log=False)
    assert holder not in known.holders
    assert destroying.doubted(main, keys) == [holder]
    vault.forget()
    vault.ensure_key(holder)


def test_a_trial_clears_away_only_what_a_trial_of_ones_own_left(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from counselling.local.backups import scratch

    ours, link = tmp_path / f"{scratch.PREFIX}ours", tmp_path / f"{scratch.PREFIX}link"
    for folder in (ours, tmp_path / "theirs"):
        (folder / "pg").mkdir(parents=True)
    link.symlink_to(tmp_path / "theirs")
    scratch._clear_remains(tmp_path)
    assert not ours.exists()
    assert sorted(one.name for one in (tmp_path / "theirs").iterdir()) == ["pg"]
    ours.mkdir()
    with monkeypatch.context() as another:
        another.setattr(scratch.os, "geteuid", lambda: 12345)
        scratch._clear_remains(tmp_path)
    assert list(ours.iterdir()) == []
