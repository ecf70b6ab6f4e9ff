"""The commands: the sealer at work, one sentence about the log, an export that stands alone."""

from __future__ import annotations

import io
import json
import os
import pathlib
import runpy
import signal
import subprocess
import sys
import tarfile
import threading
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from audit import bundle as exported
from audit import chain, sealing
from audit.checkpoint import size_of, verifier_key
from audit.management.commands import seal_log
from audit.standalone import verify_bundle
from audit.witness import FileWitness, lines_of
from counselling import vault
from tests.audit.writers import act

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.checkpoint import Signer
    from audit.sealing import Sealed

    Seal = Callable[[], Sealed]

pytestmark = pytest.mark.django_db

Root = psycopg.Connection[Any]


@pytest.mark.req("EN-17")
@pytest.mark.django_db
def test_a_sealer_that_does_not_say_what_it_is_was_not_asked_how_it_is_set_up(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODE, settings.PROCESS = "production", "command"
    monkeypatch.setattr(seal_log.Sealer, "run", lambda _: None)
    with pytest.raises(CommandError, match="COUNSELLING_PROCESS=sealer"):
        call_command("seal_log")


# -- seal_log --------------------------------------------------------------------------------------


def test_sealing_once_says_what_it_did(
    witness_file: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("seal_log", "--once")
    act()
    call_command("seal_log", "--once")
    assert capsys.readouterr().out.splitlines() == [
        "Sealed 0 events; the log holds 0.",
        "Sealed 1 events; the log holds 1.",
    ]
    assert [size_of(one.note) for one in lines_of(witness_file)] == [1]


def test_without_its_key_the_sealer_says_what_to_do(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django_settings, "CHECKPOINT_KEY_FILE", tmp_path / "none")
    with pytest.raises(CommandError, match="Restore it"):
        call_command("seal_log", "--once")


class Stop(threading.Event):
    """Stop after a number of pauses, and remember how long they were."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.rounds = rounds
        self.pauses: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout)
        if len(self.pauses) >= self.rounds:
            self.set()
        return self.is_set()


def sealer(signer: Signer, path: pathlib.Path, rounds: int) -> tuple[seal_log.Sealer, Stop]:
    stop = Stop(rounds)
    return seal_log.Sealer(signer, FileWitness(path), stop), stop


def test_the_sealer_seals_each_second_and_tells_the_witness_at_the_end(
    signer: Signer, witness_file: pathlib.Path, root: Root
) -> None:
    act()
    worker, stop = sealer(signer, witness_file, 3)
    worker.run()
    act()
    worker.run()
    assert stop.pauses == [1.0, 1.0, 1.0]
    assert [size_of(one.note) for one in lines_of(witness_file)] == [1, 2]


def test_a_full_round_is_followed_by_the_next_at_once(
    signer: Signer, witness_file: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MOST", 1)
    act()
    worker, stop = sealer(signer, witness_file, 1)
    worker.run()
    assert stop.pauses == [0.0]


def test_a_database_that_is_away_is_asked_ever_less_often(
    signer: Signer, witness_file: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truly = sealing.seal_next
    away = iter([True] * 7)

    def seal_next(*args: Any, **options: Any) -> Sealed | None:
        if next(away, False):
            raise OperationalError
        return truly(*args, **options)

    monkeypatch.setattr(sealing, "seal_next", seal_next)
    event = act()
    worker, stop = sealer(signer, witness_file, 9)
    worker.run()
    assert stop.pauses == [1, 2, 4, 8, 16, 30, 30, 1, 1]
    assert event


def test_a_database_that_left_first_does_not_keep_the_sealer(
    signer: Signer, witness_file: pathlib.Path, monkeypatch: pytest.MonkeyPatch, seal: Seal
) -> None:
    def gone(*_: Any) -> Sealed:
        raise OperationalError

    act()
    worker, _ = sealer(signer, witness_file, 1)
    monkeypatch.setattr(sealing, "seal_all", gone)
    worker.run()
    assert [size_of(one.note) for one in lines_of(witness_file)] == [1]


def test_beside_another_sealer_it_waits(
    signer: Signer, witness_file: pathlib.Path, root: Root
) -> None:
    worker, stop = sealer(signer, witness_file, 1)
    with root.transaction():
        root.execute("SELECT pg_advisory_xact_lock(hashtextextended('audit.sealer', 0))")
        worker.run()
    assert stop.pauses == [30.0]


def test_a_witness_that_is_away_and_sealing_that_lags_are_said(
    signer: Signer,
    witness_file: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    application: Root,
) -> None:
    worker, _ = sealer(signer, witness_file, 1)
    act()
    sealing.seal_all(signer)
    monkeypatch.setattr(seal_log, "LATE", seal_log.datetime.timedelta())
    witness_file.mkdir()
    with application.transaction():
        application.execute("SELECT pg_current_xact_id()")
        act()
        worker.run()
    said = [record.message for record in caplog.records]
    assert "seal.witness-away" in said
    assert "seal.lagging" in said


def test_a_signal_stops_the_sealer_in_order(
    witness_file: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handlers: dict[int, Callable[..., None]] = {}
    monkeypatch.setattr(signal, "signal", handlers.__setitem__)

    class Signalled(seal_log.Sealer):
        def run(self) -> None:
            act()
            handlers[signal.SIGTERM](signal.SIGTERM, None)
            super().run()

    monkeypatch.setattr(seal_log, "Sealer", Signalled)
    call_command("seal_log")
    assert set(handlers) == {signal.SIGTERM, signal.SIGINT}
    assert [size_of(one.note) for one in lines_of(witness_file)] == [1]


@pytest.mark.slow
def test_sigterm_ends_the_sealer_with_everything_sealed_and_witnessed(
    db: None, tmp_path: pathlib.Path
) -> None:
    witness = tmp_path / "witness"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "seal_log"],
        env={**os.environ, "WITNESS_FILE": str(witness), "LOG_LEVEL": "INFO"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    said = ""
    while "seal.started" not in said and (line := process.stderr.readline()):
        said += line
    act()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0, said
    assert [size_of(one.note) for one in lines_of(witness)] == [1]


# -- verify_audit ----------------------------------------------------------------------------------


def _verify(*options: str) -> int:
    try:
        call_command("verify_audit", *options)
    except SystemExit as left:
        return int(str(left.code))
    return 0


@pytest.mark.req("AT-04")
def test_one_superuser_update_is_named_and_the_command_exits_with_1(
    seal: Seal, root: Root, capsys: pytest.CaptureFixture[str]
) -> None:
    events = [act() for _ in range(3)]
    seal()
    assert _verify() == 0
    assert capsys.readouterr().out.startswith("The log is whole: 3 events, witnessed ")
    root.execute("SET session_replication_role = replica")
    root.execute(
        "UPDATE audit_event SET payload = replace(payload, 'counsellor', 'supervisor') "
        "WHERE id = %s",
        [events[1]],
    )
    assert _verify() == 1
    assert capsys.readouterr().out == (
        f"The log is not whole: entry 2 (event {events[1]}) was changed after it was sealed.\n"
    )
    assert _verify("--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert said["whole"] is False
    assert said["findings"] == [
        {"number": 2, "event": str(events[1]), "what": "was changed after it was sealed"}
    ]


@pytest.mark.req("AT-01")
def test_verifying_and_exporting_stand_in_the_log(
    seal: Seal, root: Root, tmp_path: pathlib.Path
) -> None:
    assert _verify("--json") == 0
    call_command("export_audit", str(tmp_path / "log.tar"))
    kinds = root.execute("SELECT kind, outcome FROM audit_event ORDER BY recorded").fetchall()
    assert kinds == [("audit.trail.verified", "ok"), ("audit.trail.exported", "ok")]


def test_without_the_public_key_nothing_is_verified(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django_settings, "CHECKPOINT_PUBLIC_FILE", tmp_path / "none")
    with pytest.raises(CommandError, match="restore the file"):
        call_command("verify_audit")


# -- the export ------------------------------------------------------------------------------------


@pytest.fixture
def bundle(seal: Seal, tmp_path: pathlib.Path) -> pathlib.Path:
    for _ in range(2):
        act()
        act()
        seal()
    path = tmp_path / "log.tar"
    call_command("export_audit", str(path))
    return path


def _rewritten(bundle: pathlib.Path, name: str, change: Callable[[bytes], bytes | None]) -> str:
    """Copy a bundle with one of its files changed or left out."""
    target = bundle.with_name("forged.tar")
    with tarfile.open(bundle) as old, tarfile.open(target, "w") as new:
        for entry in old:
            content = old.extractfile(entry)
            assert content
            data: bytes | None = content.read()
            if entry.name == name:
                data = change(data or b"")
            if data is not None:
                exported._add_file(new, entry.name, io.BytesIO(data))
    return str(target)


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = verify_bundle.main(list(arguments))
    return code, capsys.readouterr().out.strip()


@pytest.mark.req("AT-17")
def test_an_export_verifies_with_python_alone(
    bundle: pathlib.Path, witness_file: pathlib.Path, signer: Signer
) -> None:
    with tarfile.open(bundle) as opened:
        opened.extract("verify_bundle.py", bundle.parent, filter="data")
        key = opened.extractfile("key.txt")
        assert key
        told = key.read().decode()
    alone = [sys.executable, "-I", "-S", str(bundle.parent / "verify_bundle.py"), str(bundle)]
    done = subprocess.run(
        [*alone, "--key", told, "--witness", str(witness_file)],
        capture_output=True, text=True, check=False, env={}, cwd=bundle.parent,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (
        0, "The exported log is whole: 4 events, key given.\n",
    ), done.stderr  # fmt: skip


def test_the_command_verifies_a_bundle(
    bundle: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert _verify("--bundle", str(bundle), "--json") == 0
    assert json.loads(capsys.readouterr().out)["events"] == 4
    forged = _rewritten(bundle, "events.jsonl", lambda data: data.replace(b'"U"', b'"R"', 1))
    assert _verify("--bundle", forged) == 1
    assert "entry 1 (event " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "change", "finding"),
    [
        ("events.jsonl", lambda d: b"\n".join(d.split(b"\n")[:2]) + b"\n", "entry 3 and all up"),
        ("events.jsonl", lambda d: d + b"not an event\n", "entry 5 (not readable) was changed"),
        ("leaves.txt", lambda d: d.swapcase(), "entry 1 (event"),
        ("checkpoints.jsonl", lambda _: b"", "entry 1 is in no signed checkpoint"),
        ("checkpoints.jsonl", lambda d: d.replace(b"counselling", b"stranger"), "not one of this"),
        ("checkpoints.jsonl", lambda d: d.split(b"\n")[0], "entry 3 is in no signed checkpoint"),
        ("key.txt", lambda _: b"nonsense", "key is not readable"),
        ("key.txt", lambda d: d.replace(b"audit", b"other"), "does not fit its id"),
        ("key.txt", lambda _: None, "key.txt is not in the bundle"),
        ("events.jsonl", lambda _: None, "events.jsonl is not in the bundle"),
    ],
)
def test_a_forged_bundle_is_found(
    name: str,
    change: Callable[[bytes], bytes | None],
    finding: str,
    bundle: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    capsys.readouterr()
    code, said = _said(capsys, _rewritten(bundle, name, change))
    assert code == 1
    assert said.startswith("The exported log is not whole: ")
    assert finding in said


def _forge(bundle: pathlib.Path) -> str:
    """Exchange two events and their leaves: everything in the bundle but the roots agrees."""

    def exchange(data: bytes) -> bytes:
        first, second, *rest = data.split(b"\n")
        return b"\n".join([second, first, *rest])

    once = pathlib.Path(_rewritten(bundle, "events.jsonl", exchange))
    once.replace(bundle)
    return _rewritten(bundle, "leaves.txt", exchange)


def test_a_reordered_bundle_is_found(
    bundle: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    code, said = _said(capsys, _forge(bundle))
    assert code == 1
    assert "entry 1, or one up to entry 2" in said


def test_a_bundle_of_another_key_or_an_older_bundle_is_found(
    bundle: pathlib.Path,
    witness_file: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    seal: Seal,
) -> None:
    capsys.readouterr()
    stranger = verifier_key("counselling.audit", b"\x01" * 32)
    assert "not signed by this log's key" in _said(capsys, str(bundle), "--key", stranger)[1]
    seal()
    code, said = _said(capsys, str(bundle), "--witness", str(witness_file))
    assert code == 1
    assert "entry 5 and all up to entry 5 are missing" in said
    assert "not whole" in _said(capsys, str(bundle.parent / "none.tar"))[1]


def test_the_verifier_alone_agrees_with_the_vault_about_signatures(signer: Signer) -> None:
    good = signer.sign(b"message")
    key = signer.public_key
    cases = [
        (key, b"message", good),
        (key, b"massage", good),
        (key, b"message", good[:32] + bytes(32)),
        (key, b"message", good[:32] + b"\xff" * 32),
        (key, b"message", b"\xff" * 32 + good[32:]),
        (b"\x02" + bytes(31), b"message", good),
        (b"\x01" + bytes(30) + b"\x80", b"message", good),
        (b"\xee" + b"\xff" * 30 + b"\x7f", b"message", good),
    ]
    for public, message, signature in cases:
        expected = vault.signing.verify_ed25519(public, message, signature)
        assert verify_bundle.signature_good(public, message, signature) is expected


def test_the_verifier_runs_as_a_program(
    bundle: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    monkeypatch.setattr(sys, "argv", ["verify_bundle.py", str(bundle)])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(verify_bundle.__file__, run_name="__main__")
    assert left.value.code == 0
    assert "4 events, key from the bundle" in capsys.readouterr().out


def test_the_signature_of_a_witness_beside_ours_is_passed_over(
    bundle: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()

    def beside(data: bytes) -> bytes:
        last = json.loads(data.split(b"\n")[-2])["note"]
        text, ours = last.split("\n\n")
        theirs = ours.replace("counselling.audit", "witness.example")
        lines = [f"{text}\n\n{theirs}{ours}", f"{text}\n\n{theirs}"]
        return b"".join(json.dumps({"note": note}).encode() + b"\n" for note in lines)

    code, said = _said(capsys, _rewritten(bundle, "checkpoints.jsonl", beside))
    assert code == 0, said
    only = _rewritten(bundle, "checkpoints.jsonl", lambda d: beside(d).split(b"\n")[1])
    assert "not signed by this log's key" in _said(capsys, only)[1]


def test_the_verifier_alone_grows_the_same_tree() -> None:
    ours, alone = chain.CompactRange(), verify_bundle.Tree()
    for number in range(20):
        assert alone.root() == ours.root()
        leaf = bytes([number])
        ours.append(chain.leaf_hash(leaf))
        alone.append(verify_bundle.leaf_hash(leaf))


def test_ids_are_those_of_events(bundle: pathlib.Path) -> None:
    with tarfile.open(bundle) as opened:
        lines = opened.extractfile("events.jsonl")
        assert lines
        for line in lines:
            assert UUID(json.loads(line)["id"])
