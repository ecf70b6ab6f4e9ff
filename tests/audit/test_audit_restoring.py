"""A backup is put back: the witness knows more than the log, and both say so ever after."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from audit import actions, checkpoint, restoring
from audit.checkpoint import Malformed
from audit.queries import last_verification
from audit.restoring import Restore
from audit.standalone import verify_bundle
from counselling.access import SERVICE
from counselling.errors import Invalid
from tests.audit.test_checkpoint import ROOT, Pretend, verify
from tests.audit.writers import act
from tests.drill.log import Log

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    import psycopg

NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.UTC)
NAME = Pretend().name


def a_restore(**other: Any) -> Restore:
    said = {
        "origin": NAME, "kept": 8, "kept_root": ROOT, "seen": 12, "seen_root": ROOT[::-1],
        "event": uuid4(), "at": NOON,
    }  # fmt: skip
    return Restore(**(said | other))


# -- the line of the witness ----------------------------------------------------------------------


def test_what_is_written_is_read_back_and_signed() -> None:
    restore = a_restore()
    note = restoring.sign(restore, Pretend())
    assert restoring.is_one(note)
    assert restoring.parse(note)[0] == restore
    assert restoring.verified(note, NAME, b"k" * 32, verify) == restore
    assert restoring.verified(note, NAME, b"x" * 32, verify) is None
    assert restoring.verified(note, "another.example", b"k" * 32, verify) is None
    assert checkpoint.verified(note, NAME, b"k" * 32, verify) is None
    assert checkpoint.size_of(note) == 0
    assert not restoring.is_one(checkpoint.sign(checkpoint.Checkpoint(NAME, 1, ROOT), Pretend()))


def test_a_restore_says_what_is_not_here() -> None:
    assert a_restore().sentence == "restored on 2026-01-02: entries 9 to 12 of before are not here"
    assert a_restore(kept=11).sentence == "restored on 2026-01-02: entry 12 of before is not here"


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n8\n", "\n08\n"),
        lambda note: note.replace("+00:00", "+01:00"),
        lambda note: note.replace("2026-01-02T12", "2026-13-02T12"),
        lambda note: note.replace("\n12\n", "\n13\n"),
        lambda note: note[:-1],
        lambda note: "x" + note,
        lambda note: note.replace(NAME, NAME + "\n", 1),
        lambda note: note[:0],
    ],
)
def test_a_line_changed_in_one_letter_is_no_restore(change: Callable[[str], str]) -> None:
    assert restoring.verified(
        change(restoring.sign(a_restore(), Pretend())), NAME, b"k" * 32, verify
    ) is None  # fmt: skip


def test_what_could_not_have_been_written_is_not_read() -> None:
    with pytest.raises(Malformed):
        restoring.parse(restoring.sign(a_restore(), Pretend()).replace("12:00:00+", "12:00+"))


# -- acknowledging --------------------------------------------------------------------------------


@pytest.fixture
def log(
    db: None,
    root: psycopg.Connection[Any],
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Log:
    planted = Log(root, tmp_path)
    monkeypatch.setattr(django_settings, "WITNESS_FILE", planted.witness)
    return planted


def acknowledged(reason: str = "hardware") -> Restore:
    return actions.acknowledge_restore(actor=SERVICE, reason=reason)


@pytest.mark.django_db
@pytest.mark.req("EN-15", "AT-05")
def test_a_restore_is_said_once_by_people_and_then_by_every_verification(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    # given yesterday's backup, put back in the place of today's log
    log.put_back(log.yesterday)
    assert "entry 9 is missing" in str(log.report(witnessed=True).findings[0])

    # when who put it back says so
    call_command("acknowledge_restore", "--reason", "hardware")
    assert capsys.readouterr().out.endswith(": entries 9 to 12 of before are not here.\n")

    # then the log is whole, and says what is not here each time, to people and to programs
    for _ in range(2):
        call_command("verify_audit", "--json")
        said = json.loads(capsys.readouterr().out)
        assert said["whole"]
        assert said["restores"][0].endswith("entries 9 to 12 of before are not here")
        log.seal()
    badge = last_verification()
    assert badge
    assert badge.whole
    assert badge.restored.endswith("entries 9 to 12 of before are not here")

    # and the event names both sizes and why
    event = json.loads(log.payload(9))
    assert (event["kind"], event["reason"]) == ("audit.log.restored", "hardware")
    assert (event["detail"]["kept"], event["detail"]["seen"]) == (8, 12)

    # and who has only an export reads it too
    assert log.export() == ""
    path, witness = str(log.folder / "log.tar"), str(log.witness)
    verify_bundle.main([path, "--witness", witness])
    assert "restored on" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.req("EN-15")
def test_where_nothing_was_sealed_since_the_size_is_known_exactly(log: Log) -> None:
    # given a backup taken between two lines of the witness, put back on another server
    log.root.execute("UPDATE audit_watermark SET cluster = 'another'")
    lines = log.witness.read_text().split("\n")
    log.witness.write_text("\n".join(lines[:1]) + "\n")
    for _ in range(3):
        act()
    copy = log.copied()
    log.seal()
    log.put_back(copy)
    assert acknowledged().kept == 12


@pytest.mark.django_db
def test_a_log_that_is_no_beginning_of_what_the_witness_saw_is_not_acknowledged(log: Log) -> None:
    log.root.execute("UPDATE audit_watermark SET cluster = 'another'")
    log.rewrite(10, log.payload(10).replace('"U"', '"R"'))
    log.sign_all(log.signer)
    with pytest.raises(Invalid, match="no beginning"):
        acknowledged()


@pytest.mark.django_db
def test_a_log_that_is_not_whole_by_itself_is_not_acknowledged(log: Log) -> None:
    log.put_back(log.yesterday)
    log.delete(3)
    with pytest.raises(Invalid, match=r"Not even by itself.*entry 3"):
        acknowledged()
    assert not [note for note in log.notes() if restoring.is_one(note)]


@pytest.mark.django_db
def test_without_a_loss_there_is_nothing_to_acknowledge(log: Log) -> None:
    with pytest.raises(Invalid, match="Nothing the witness saw is missing"):
        acknowledged()
    with pytest.raises(CommandError, match="Nothing the witness saw"):
        call_command("acknowledge_restore", "--reason", "move")


@pytest.mark.django_db
def test_a_log_the_witness_never_saw_is_not_acknowledged(log: Log) -> None:
    log.empty()
    act()
    log.root.execute("DELETE FROM audit_event WHERE xid < (SELECT max(xid) FROM audit_event)")
    from audit import sealing

    sealing.seal_all(log.signer)
    with pytest.raises(Invalid, match="knows no part of this log"):
        acknowledged()


@pytest.mark.django_db
def test_the_reason_is_a_code_and_the_key_is_needed(log: Log, tmp_path: pathlib.Path) -> None:
    log.put_back(log.yesterday)
    with pytest.raises(Invalid, match="The reason is one of hardware"):
        acknowledged("because Mara asked")
    with (
        mock.patch.object(django_settings, "CHECKPOINT_KEY_FILE", tmp_path / "none"),
        pytest.raises(CommandError, match="restore it first"),
    ):
        call_command("acknowledge_restore", "--reason", "mistake")
    assert not [note for note in log.notes() if restoring.is_one(note)]


@pytest.mark.django_db
def test_a_restore_of_a_log_the_witness_never_saw_is_found(log: Log) -> None:
    said = a_restore(origin=log.signer.name)
    log.tell(restoring.sign(said, log.signer))
    found = log.report(witnessed=True).findings
    assert str(found[0]) == "the witness holds a restore of a log it never saw"
    assert "a restore of a log it never saw" in log.export()


@pytest.mark.django_db
def test_a_restore_whose_event_is_nowhere_is_found(log: Log) -> None:
    kept, seen = (checkpoint.parse(note).checkpoint for note in log.notes()[1:])
    said = Restore(log.signer.name, 8, kept.root, 12, seen.root, uuid4(), NOON)
    log.put_back(log.yesterday)
    log.tell(restoring.sign(said, log.signer))
    (found,) = log.report(witnessed=True).findings
    assert str(found) == f"event {said.event} tells of a restore and is not here"
