"""Stories on a disk that is full; `test_disk_full` runs them where there is a small one."""

from __future__ import annotations

import contextlib
import datetime
import os
import pathlib
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError, connections
from django.test import Client as Browser

from tests.people import sign_in_browserless
from tests.raw import superuser
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.django_db

LONG = "A long evening by the lake, told word by word. " * 1900
FILLER = pathlib.Path(os.environ["TESTS_SCRATCH"]) / "filler"  # on the small disk of `room`


@pytest.fixture
def world(transactional_db: None) -> World:
    from django.conf import settings

    pathlib.Path(settings.WITNESS_FILE).unlink(missing_ok=True)  # of a log that is no more
    return World.build()


@pytest.fixture
def full() -> Iterator[Callable[[], None]]:
    """Give what fills the disk to the last byte; it is emptied afterwards."""

    def fill() -> None:
        # what PostgreSQL would let go at its next checkpoint makes no room later
        with superuser() as connection:
            connection.execute("CHECKPOINT")
        with contextlib.suppress(OSError), FILLER.open("ab", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"\0" * size) == size:
                        pass

    yield fill
    FILLER.unlink(missing_ok=True)


def at_a_desk(person: Any) -> Browser:
    browser = Browser(raise_request_exception=False)
    sign_in_browserless(browser, person)
    return browser


def one(root: Any, question: str, *values: object) -> Any:
    return root.execute(question, list(values)).fetchone()[0]


def new_session(world: World) -> Any:
    from counselling.db import as_actor
    from records import actions
    from records.domain import Attendance, Modality

    with as_actor(world.dana) as at:
        return actions.log_session(
            actor=world.dana, case_id=world.mara_case, starts_at=at - datetime.timedelta(hours=2),
            ends_at=at - datetime.timedelta(hours=1), modality=Modality.IN_PERSON,
            attendance=Attendance.ATTENDED,
        )  # fmt: skip


def note_of(world: World, text: str) -> Any:
    from counselling.db import as_actor
    from records import actions
    from records.domain import Risk

    session = new_session(world)
    with as_actor(world.dana):
        version, *_ = actions.save_draft(
            actor=world.dana, session_id=session, version=0,
            typed=actions.Typed(text, "", risk=Risk.NO_NEW_CONCERN),
        )  # fmt: skip
    with as_actor(world.dana):
        return actions.sign_draft(actor=world.dana, session_id=session, version=version)


def the_log_is_whole() -> None:
    """Seal all that waits, tell the witness, and verify."""
    from django.conf import settings

    from audit import sealing, verifying
    from audit.witness import FileWitness, lines_of
    from counselling import vault

    signer = vault.signing.checkpoint_signer()
    note = sealing.seal_all(signer).note
    path = pathlib.Path(settings.WITNESS_FILE)
    FileWitness(path).tell(note, datetime.datetime.now(datetime.UTC))
    name, public = verifying.log_key()
    found = verifying.verify(name, public, vault.signing.verify_ed25519, lines_of(path))
    assert found.whole, found.sentence
    assert (found.waiting, found.witnessed is None) == (0, False), found.sentence


@pytest.mark.req("AT-08")
def test_what_dana_reads_on_a_full_disk_is_in_the_log_or_was_not_shown(
    world: World, root: Any, full: Callable[[], None]
) -> None:
    note = note_of(world, "She slept through most nights.")
    dana = at_a_desk(world.dana)
    opened = "SELECT count(*) FROM audit_event WHERE kind = 'note.opened'"
    before, shown = one(root, opened), 0
    full()
    for _ in range(400):
        page = dana.get(f"/notes/{note}")
        if page.status_code != 200:
            break
        shown += 1
    assert page.status_code == 503
    assert "slept" not in page.content.decode()
    assert "Nothing that was saved is lost" in page.content.decode()
    assert one(root, opened) - before == shown
    FILLER.unlink()
    again = dana.get(f"/notes/{note}")
    assert "slept" in again.content.decode()
    assert one(root, opened) - before == shown + 1
    the_log_is_whole()


@pytest.mark.req("AT-08")
def test_dana_types_on_a_full_disk_is_told_so_and_saved_once_there_is_room(
    world: World, root: Any, full: Callable[[], None]
) -> None:
    session = new_session(world)
    dana = at_a_desk(world.dana)
    path = f"/sessions/{session}/draft"
    typed = {
        "record_part": "", "process_part": "", "risk": "no_new_concern", "attendance": "attended",
        "modality": "in_person", "structure": "free", "version": "0", "tab": "one",
    }  # fmt: skip
    kept = dana.post(path, typed | {"record_part": "short"}, headers={"Accept": "application/json"})
    assert kept.status_code == 200
    full()
    typed |= {"record_part": LONG, "version": str(kept.json()["version"])}
    refused = dana.post(path, typed, headers={"Accept": "application/json"})
    assert refused.status_code == 503  # the editor says "Not saved since" and keeps the words
    page = dana.post(path, typed | {"act": "keep"})
    assert page.status_code == 503
    assert "send it again" in page.content.decode()
    assert stored(world, session) == "short"
    FILLER.unlink()
    saved = dana.post(path, typed, headers={"Accept": "application/json"})
    assert saved.status_code == 200
    assert stored(world, session) == LONG
    assert one(root, "SELECT count(*) FROM audit_event WHERE kind = 'draft.begun'") == 1
    the_log_is_whole()


def stored(world: World, session: Any) -> str:
    from counselling.db import as_actor
    from records import actions

    with as_actor(world.dana):
        return actions.open_draft(actor=world.dana, session_id=session).record_part


@pytest.mark.req("ES-14", "BR-03")
def test_maras_copy_that_found_no_room_is_sealed_once_when_there_is_some(
    world: World, root: Any, jobs: Any, full: Callable[[], None]
) -> None:
    from celery import current_app

    from consent import actions, pdf
    from counselling.db import as_actor
    from tests.consent import steps

    current_app.loader.import_default_modules()
    steps.signed(world)
    ((_, (document, _)),) = [sent for sent in jobs if sent[0] == "consent.seal_document"]
    full()
    with contextlib.suppress(OperationalError):  # where not even the failure finds room
        jobs.run()
    state = "SELECT state FROM consent_document WHERE id = %s"
    assert one(root, state, document) == "rendering"
    assert one(root, "SELECT count(*) FROM audit_event WHERE kind = 'document.sealed'") == 0
    FILLER.unlink()
    root.execute("UPDATE consent_document SET due_at = now()")
    for _ in range(2):
        from counselling import jobs as queue

        queue.sweep()
        jobs.run()
    assert one(root, state, document) == "sealed"
    assert one(root, "SELECT count(*) FROM audit_event WHERE kind = 'document.sealed'") == 1
    with as_actor(world.dana):
        content, _ = actions.open_document(actor=world.dana, document_id=document)
    assert pdf.verify(content).holds
    the_log_is_whole()


@pytest.mark.req("AT-10")
def test_the_sealer_waits_on_a_full_disk_and_skips_and_doubles_nothing_after(
    world: World, root: Any, full: Callable[[], None]
) -> None:
    from django.conf import settings

    from audit.management.commands.seal_log import Sealer
    from audit.witness import FileWitness, lines_of
    from counselling import vault

    note = note_of(world, "Rain.")
    witness = pathlib.Path(settings.WITNESS_FILE)
    sealer = Sealer(vault.signing.checkpoint_signer(), FileWitness(witness), threading.Event())
    sealer._round()
    told = len(lines_of(witness))
    dana = at_a_desk(world.dana)
    while (
        dana.get(f"/notes/{note}").status_code == 200
        and one(root, "SELECT waiting FROM audit_standing()") < 40
    ):
        pass
    full()
    for _ in range(60):
        sealer._told = float("-inf")
        try:
            sealer._round()
        except OperationalError:  # what `run` puts off
            connections["sealer"].close()
            break
        dana.get(f"/notes/{note}")
    assert len(lines_of(witness)) <= told + 60
    FILLER.unlink()
    dana.get(f"/notes/{note}")
    sealer._told = float("-inf")
    sealer._round()
    assert one(root, "SELECT waiting FROM audit_standing()") == 0
    assert len(lines_of(witness)) > told
    the_log_is_whole()
    counted = root.execute("SELECT count(*), max(number), count(DISTINCT event_id) FROM audit_leaf")
    count, last, distinct = counted.fetchone()
    assert count == last == distinct


def test_a_witness_without_room_is_said_and_tells_the_newest_once_there_is_some(
    world: World, full: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    from django.conf import settings

    from audit import sealing
    from audit.management.commands.seal_log import Sealer
    from audit.witness import FileWitness, lines_of
    from counselling import vault

    witness = pathlib.Path(settings.WITNESS_FILE)
    signer = vault.signing.checkpoint_signer()
    sealer = Sealer(signer, FileWitness(witness), threading.Event())
    note = sealing.seal_all(signer).note
    told = len(lines_of(witness))
    full()
    # a page may hold a line more: the file is told until there is no room left
    for number in range(200):
        sealer._tell(f"{note}{number}")
    assert "seal.witness-away" in caplog.text
    FILLER.unlink()
    sealer._tell(note)
    assert lines_of(witness)[-1].note == note
    assert len(lines_of(witness)) > told


def test_postgresql_that_ends_for_want_of_room_comes_back_with_everything(
    world: World, root: Any, full: Callable[[], None]
) -> None:
    import psycopg

    from counselling.local import processes
    from counselling.local.cluster import Cluster

    note = note_of(world, "Snow on the lake.")
    dana = at_a_desk(world.dana)
    cluster = Cluster(pathlib.Path(os.environ["COUNSELLING_DATA"]) / "pg", fast=True)
    full()
    with contextlib.suppress(psycopg.Error):
        for _ in range(200):  # until not even a record of what happens finds room
            root.execute("SELECT pg_switch_wal(), pg_logical_emit_message(false, 'x', 'y', true)")
    assert processes.wait_until(lambda: not cluster.running(), 20), "it went on without room"
    assert dana.get(f"/notes/{note}").status_code == 503
    FILLER.unlink()
    connections.close_all()
    cluster.start()
    page = dana.get(f"/notes/{note}")
    assert page.status_code == 200
    assert "Snow on the lake" in page.content.decode()
    the_log_is_whole()
