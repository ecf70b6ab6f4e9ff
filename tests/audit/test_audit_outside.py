"""Witnesses outside the database: the file when it fails, letters, and what a mailbox testifies."""

from __future__ import annotations

import datetime
import errno
import mailbox
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command

from audit import sealing, tasks, verifying
from audit import witness as outside_file
from audit.checkpoint import size_of
from audit.domain.witnessing import (
    DAY,
    FIRST_ALARM,
    MANY,
    NEXT_ALARM,
    Told,
    is_absence_to_be_told,
    is_mail_due,
    is_worth_an_alarm,
)
from audit.letters import joined, letters_of
from audit.management.commands import seal_log
from audit.queries import last_verification
from audit.queries.outside import badge, mail_due, witnesses
from audit.witness import FileWitness, lines_of
from counselling import vault
from counselling.access import SERVICE
from counselling.db import as_actor
from tests import people
from tests.audit.test_checkpoint import note
from tests.audit.writers import act
from tests.world import World

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    import psycopg

    from audit.checkpoint import Signer
    from audit.sealing import Sealed

    Root = psycopg.Connection[Any]
    Seal = Callable[[], Sealed]

pytestmark = [pytest.mark.django_db, pytest.mark.req("AT-05")]
NOON = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
OUTSIDE = "witness@elsewhere.example"


# -- the file, when it cannot be written -----------------------------------------------------------


def sealer(signer: Signer, path: pathlib.Path) -> seal_log.Sealer:
    from threading import Event

    return seal_log.Sealer(signer, FileWitness(path), Event())


@pytest.mark.parametrize(
    "code", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.ESTALE], ids=errno.errorcode.get
)
def test_a_witness_that_cannot_be_written_stops_no_sealing_and_is_known(
    code: int, signer: Signer, witness_file: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full, was mounted read-only, broke, or its server is gone."""
    worker = sealer(signer, witness_file)
    act()
    worker._round()
    really = os.fsync

    def fails(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fails)
    act()
    assert sealing.seal_all(signer).count == 1
    worker._report()
    act()
    sealing.seal_all(signer)
    worker._report()
    file = witnesses()["file"]
    assert (file.code, file.failures) == (errno.errorcode[code], 1)
    assert badge().unseen_since == file.failing_since
    monkeypatch.setattr(os, "fsync", really)
    worker._report()
    assert witnesses()["file"].failing_since is None
    assert badge().unseen_since is None
    assert size_of(lines_of(witness_file)[-1].note) == 3


def test_a_volume_that_is_gone_is_known_and_goes_on_when_it_is_back(
    signer: Signer, witness_file: pathlib.Path
) -> None:
    worker = sealer(signer, witness_file)
    act()
    sealing.seal_all(signer)
    worker._report()
    shutil.rmtree(witness_file.parent)
    worker._report()
    assert witnesses()["file"].code == "ENOENT"
    witness_file.parent.mkdir()
    worker._report()
    assert [size_of(one.note) for one in lines_of(witness_file)] == [1]
    file = witnesses()["file"]
    assert file.failing_since is None


@pytest.mark.parametrize("how", ["emptied", "another", "older"])
def test_a_file_that_was_replaced_is_noticed_and_written_on(
    how: str,
    signer: Signer,
    witness_file: pathlib.Path,
    root: Root,
    caplog: pytest.LogCaptureFixture,
) -> None:
    worker = sealer(signer, witness_file)
    for _ in range(2):
        act()
        sealing.seal_all(signer)
        worker._report()
    lines = witness_file.read_bytes()
    if how == "emptied":
        witness_file.write_bytes(b"")
    elif how == "another":
        witness_file.rename(witness_file.with_name("old"))
        witness_file.write_bytes(lines)
    else:
        witness_file.write_bytes(lines.splitlines(keepends=True)[0])
    worker._report()
    assert "seal.witness-replaced" in caplog.text
    assert size_of(lines_of(witness_file)[-1].note) == 2
    assert root.execute("SELECT outcome, code FROM audit_witnessing ORDER BY at").fetchall() == [
        ("failed", "replaced"),
        ("told", ""),
    ]
    worker._report()
    assert caplog.text.count("seal.witness-replaced") == 1


def test_people_are_told_once_that_nobody_outside_sees_the_log(seal: Seal, root: Root) -> None:
    world = World.build()
    seal()
    mail.outbox.clear()
    sealing.keep_witnessing("failed", 1, "ENOSPC")
    call_command("verify_audit")
    assert mail.outbox == []
    root.execute("SET session_replication_role = replica")
    root.execute("UPDATE audit_witnessing SET at = now() - interval '61 minutes'")
    for _ in range(2):
        call_command("verify_audit")
    assert {one.to[0] for one in mail.outbox} == {
        people.email_of(one.id) for one in (world.priya, world.ada)
    }
    assert len(mail.outbox) == 2
    assert "a second time, elsewhere" in mail.outbox[0].body
    for word in ("client", "counsel", "note", "practice"):
        assert word not in mail.outbox[0].body.lower()


# -- letters ---------------------------------------------------------------------------------------


@pytest.fixture
def outside(settings: Any) -> None:
    settings.WITNESS_MAIL = OUTSIDE


def sent() -> list[EmailMessage]:
    return [one for one in mail.outbox if one.to == [OUTSIDE]]


@pytest.mark.usefixtures("outside")
def test_a_checkpoint_is_mailed_once_a_day_and_says_nothing_else(
    seal: Seal, root: Root, signer: Signer
) -> None:
    assert mail_due() == []
    act()
    seal()
    assert mail_due() == [()]
    tasks.mail_checkpoint()
    tasks.mail_checkpoint()
    (letter,) = sent()
    assert (letter.subject, letter.body) == ("Checkpoint", sealing.latest_note())
    assert letter.attachments == []
    act()
    seal()
    assert mail_due() == []
    root.execute("SET session_replication_role = replica")
    root.execute("UPDATE audit_witnessing SET at = at - interval '24 hours'")
    tasks.mail_checkpoint()
    assert [size_of(str(one.body)) for one in sent()] == [1, size_of(sealing.latest_note())]
    assert root.execute(
        "SELECT outcome, payload::json -> 'detail' ->> 'events' FROM audit_event "
        "WHERE kind = 'audit.checkpoint.mailed' ORDER BY recorded"
    ).fetchall() == [("ok", "1"), ("ok", str(size_of(sealing.latest_note())))]


def test_without_an_address_nobody_is_mailed(seal: Seal) -> None:
    act()
    seal()
    tasks.mail_checkpoint()
    assert mail_due() == []
    assert mail.outbox == []


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize("fault", [ConnectionRefusedError, TimeoutError])
def test_a_server_that_refuses_or_is_silent_is_known_and_asked_again(
    fault: type[OSError], seal: Seal, root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: EmailMessage) -> None:
        raise fault

    act()
    seal()
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", away)
        tasks.mail_checkpoint()
        assert mail_due() == []
        found = witnesses()["mail"]
        assert (found.code, found.failures, found.told_at) == (fault.__name__, 1, None)
    root.execute("SET session_replication_role = replica")
    root.execute("UPDATE audit_witnessing SET at = at - interval '3 minutes'")
    tasks.mail_checkpoint()
    assert len(sent()) == 1
    found = witnesses()["mail"]
    assert (found.failing_since, found.code) == (None, "")


@pytest.mark.usefixtures("outside")
def test_after_a_day_of_failures_people_are_told(
    seal: Seal, root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World.build()
    seal()
    mail.outbox.clear()
    root.execute(
        "INSERT INTO audit_witnessing (id, witness, at, outcome, size) SELECT gen_random_uuid(), "
        "'mail', now() - make_interval(hours => %s - n), 'failed', 1 "
        "FROM generate_series(1, %s) n",
        [FIRST_ALARM, FIRST_ALARM - 1],
    )
    really = EmailMessage.send

    def away(letter: EmailMessage) -> None:
        if letter.to == [OUTSIDE]:
            raise ConnectionRefusedError
        really(letter)

    monkeypatch.setattr(EmailMessage, "send", away)
    tasks.mail_checkpoint()
    assert {one.to[0] for one in mail.outbox} == {
        people.email_of(one.id) for one in (world.priya, world.ada)
    }


def test_the_application_writes_what_it_mailed_and_nothing_of_the_file(application: Any) -> None:
    import psycopg

    from tests.clients.raw import acting

    put = (
        "INSERT INTO audit_witnessing (id, witness, outcome, size) "
        "VALUES (gen_random_uuid(), %s, 'told', 1)"
    )
    with acting(application, SERVICE.id):
        application.execute(put, ["mail"])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(put, ["file"])
    with acting(application, act()), pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(put, ["mail"])


@pytest.mark.parametrize(
    ("told", "size", "due"),
    [
        (Told(), 0, False),
        (Told(), 1, True),
        (Told(5, NOON - DAY), 5, False),
        (Told(5, NOON - DAY), 6, True),
        (Told(5, NOON - HOUR), 6, False),
        (Told(5, NOON - HOUR), 5 + MANY, True),
        (Told(5, NOON - DAY, 1, NOON - HOUR / 60), 6, False),
        (Told(5, NOON - DAY, 1, NOON - HOUR / 30), 6, True),
        (Told(5, NOON - DAY, 40, NOON - HOUR * 0.9), 6, False),
        (Told(5, NOON - DAY, 40, NOON - HOUR), 6, True),
        # a log that is shorter than what was mailed: nothing new to say, the mailbox has the proof
        (Told(5, NOON - DAY), 4, False),
    ],
)
def test_when_a_letter_is_due(told: Told, size: int, due: bool) -> None:
    assert is_mail_due(told, size, NOON) is due


def test_when_people_are_told() -> None:
    alarms = [one for one in range(600) if is_worth_an_alarm(one)]
    assert alarms == [FIRST_ALARM + NEXT_ALARM * one for one in range(4)]
    told = is_absence_to_be_told
    assert not told(NOON, NOON - HOUR / 2, None, None)
    assert told(NOON, NOON - HOUR, None, None)
    assert not told(NOON, NOON - 5 * HOUR, None, NOON - HOUR)
    assert told(NOON, NOON - 9 * DAY, None, NOON - 8 * DAY)
    assert told(NOON, None, NOON - HOUR, NOON - 2 * HOUR)
    assert not told(NOON, None, NOON - HOUR, NOON - HOUR / 2)


# -- a mailbox as testimony ------------------------------------------------------------------------


def saved(folder: pathlib.Path, letters: list[EmailMessage], form: str) -> pathlib.Path:
    """A mailbox as a mail program saves it, or its last letter alone."""
    path = folder / f"saved.{form}"
    if form == "eml":
        path.write_bytes(letters[-1].message().as_bytes(linesep="\r\n"))
        return path
    box = mailbox.mbox(path)
    for one in letters:
        box.add(one.message())
    box.close()
    return path


def verify(path: pathlib.Path) -> int:
    try:
        call_command("verify_audit", "--witness-mail", str(path))
    except SystemExit as left:
        return int(str(left.code))
    return 0


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize("form", ["mbox", "eml"])
def test_a_cut_that_the_file_does_not_know_is_found_by_a_saved_letter(
    form: str, seal: Seal, root: Root, tmp_path: pathlib.Path, witness_file: pathlib.Path
) -> None:
    """Somebody has the database, the signing key's place and the witness file: not the mailbox."""
    for _ in range(3):
        act()
    seal()
    tasks.mail_checkpoint()
    spam = EmailMessage("You won", "Click here", to=[OUTSIDE])
    forged = EmailMessage("Checkpoint", note(9), to=[OUTSIDE])
    kept = saved(tmp_path, [spam, forged, *sent()], form)
    assert verify(kept) == 0
    root.execute("SET session_replication_role = replica")
    cut_to(root, 1)
    witness_file.unlink()
    assert call_command("verify_audit") is None
    assert verify(kept) == 1
    last = last_verification()
    assert last
    assert last.sentence == (
        "The log is not whole: entry 2 is missing, and all up to entry 3, says the witness."
    )


def cut_to(root: Root, size: int) -> None:
    """Take away the end of the log with everything that knows of it, as its owner could."""
    root.execute(
        "DELETE FROM audit_event e USING audit_leaf l WHERE l.event_id = e.id AND l.number > %s",
        [size],
    )
    root.execute("DELETE FROM audit_event WHERE kind LIKE 'audit.%%'")
    root.execute("DELETE FROM audit_leaf WHERE number > %s", [size])
    root.execute("DELETE FROM audit_checkpoint")
    root.execute("TRUNCATE audit_verification, audit_watermark")
    leaf = bytes(root.execute("SELECT leaf_hash FROM audit_leaf").fetchone()[0])  # type: ignore[index]  # one is left
    signer = vault.signing.checkpoint_signer()
    from audit import checkpoint

    said = checkpoint.sign(checkpoint.Checkpoint(signer.name, size, leaf), signer)
    root.execute(
        "INSERT INTO audit_checkpoint (size, root, note) VALUES (%s, %s, %s)", [size, leaf, said]
    )
    root.execute(
        "INSERT INTO audit_watermark (xid, event_id, size, range, cluster) "
        "SELECT pg_current_xact_id(), gen_random_uuid(), %s, ARRAY[%s], "
        "system_identifier::text FROM pg_control_system()",
        [size, leaf],
    )


def test_letters_stand_among_the_lines_where_they_came() -> None:
    lines = [outside_file.Testimony(NOON + HOUR * n, str(n)) for n in (0, 2, 1, 5)]
    letters = [outside_file.Testimony(NOON + HOUR * n, f"m{n}") for n in (-1, 2, 9)]
    assert [one.note for one in joined(lines, letters)] == ["m-1", "0", "2", "1", "m2", "5", "m9"]
    assert joined([], letters) == letters


def test_what_is_no_letter_testifies_nothing(tmp_path: pathlib.Path, signer: Signer) -> None:
    key = (*verifying.log_key(), vault.signing.verify_ed25519)
    for raw in (b"", b"\x00\xff" * 50, b"From x\n\n", b"Date: never\n\nwords", b"\n\nwords"):
        path = tmp_path / "letters"
        path.write_bytes(raw)
        assert letters_of(path, *key) == []
    with as_actor(SERVICE):
        assert badge().last is None
