"""Keys are changed while the practice works: killed half way, begun again, and everything opens."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.core.management import call_command

from tests.audit import half_written
from tests.records.writing import hold_session, signed_note, type_draft
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from audit.findings import Report
    from audit.sealing import Sealed

pytestmark = pytest.mark.django_db

WORD = "lavendelkammer"
ROOT = pathlib.Path(__file__).parents[2]
# small steps, each said at once, so that the test knows where it kills
CHILD = """
import django
django.setup()
from counselling import rotation
from counselling.access import SERVICE
from counselling.vault import keystore
rotation.BATCH, rotation.LOOK, keystore.BATCH = 2, 3, 2
"""
RESEAL = CHILD + "rotation.reseal(actor=SERVICE, wait=0, say=lambda it: print(it, flush=True))"
REWRAP = (
    CHILD
    + """
import time
once = keystore._rewrap_batch
def slowly(after):
    found = once(after)
    print("a batch", flush=True)
    time.sleep(0.05)
    return found
keystore._rewrap_batch = slowly
rotation.rewrap_keys(actor=SERVICE)
"""
)


@pytest.fixture
def written() -> tuple[World, UUID]:
    """Give a practice with signed notes, a part for the author alone, and a draft."""
    world = World.build()
    note = signed_note(world.dana, world.mara_case, WORD, alone="for me alone")
    signed_note(world.dana, world.mara_case, "another", hours_ago=4)
    session = hold_session(world.dana, world.mara_case, hours_ago=8)
    type_draft(world.dana, session, "a draft", alone="for me alone")
    return world, note


def versions(owner: psycopg.Connection[Any]) -> dict[str, set[int]]:
    """Give which versions of keys each sealed column needs, as its envelopes say."""
    from counselling import vault

    return {
        f"{one.table}.{one.name}": {
            int.from_bytes(row[0], "big")
            for row in owner.execute(
                f"SELECT DISTINCT substr({one.name}, 6, 4) FROM {one.table} "
                f"WHERE {one.name} IS NOT NULL"
            )
        }
        for one in vault.resealing.columns()
    }


def needed(owner: psycopg.Connection[Any]) -> set[int]:
    return set().union(*versions(owner).values())


def all_newer(before: dict[str, set[int]], after: dict[str, set[int]]) -> bool:
    """Say whether each column that holds something is sealed with newer keys alone.

    Columns are compared each with itself: keys outlive a test, so versions differ between holders.
    """
    return all(min(after[name]) > max(held) for name, held in before.items() if held)


def read(world: World, note: UUID) -> str:
    import records.actions
    from counselling import vault
    from counselling.db import as_actor

    vault.forget()
    with as_actor(world.dana):
        return records.actions.open_note(actor=world.dana, note_id=note).record_part


def killed_after(lines: int, program: str) -> None:
    """Run a program of ours and kill it once it has said so many lines."""
    child = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    for _ in range(lines):
        assert child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert child.returncode == -signal.SIGKILL


@pytest.mark.req("EN-07")
def test_of_all_a_practice_keeps_nothing_stops_it(owner: psycopg.Connection[Any]) -> None:
    from tests.web.scene import Scene

    half_written.leave(Scene.build())
    before = versions(owner)
    # what lives only until a message is sent or a form is signed
    passing = {"clients_message.content", "consent_request.answers"}
    assert {name for name, held in before.items() if not held} <= passing
    call_command("reseal", "--wait", "0")
    assert all_newer(before, versions(owner))


@pytest.mark.req("EN-07")
def test_everything_is_sealed_with_new_keys_and_opens(
    written: tuple[World, UUID],
    owner: psycopg.Connection[Any],
    seal: Callable[[], Sealed],
    verified: Callable[[], Report],
) -> None:
    world, note = written
    before = versions(owner)
    call_command("reseal", "--wait", "0")
    assert all_newer(before, versions(owner))
    assert {name for name, found in versions(owner).items() if found} >= {
        "records_note.record_part",
        "records_process_note.text",
        "records_draft.process_part",
        "clients_client.identity",
        "accounts_account.email",
    }
    assert read(world, note) == WORD
    seal()
    report = verified()
    assert report.whole, report.findings
    kinds = [
        row[0]
        for row in owner.execute(
            "SELECT kind FROM audit_event WHERE kind LIKE 'keys.%' ORDER BY id"
        )
    ]
    assert kinds[0] == "keys.rotated"
    assert kinds[-1] == "keys.done"
    assert "keys.resealed" in kinds


@pytest.mark.slow
@pytest.mark.req("EN-07")
def test_killed_half_way_all_opens_and_the_next_run_finishes(
    written: tuple[World, UUID],
    owner: psycopg.Connection[Any],
    seal: Callable[[], Sealed],
    verified: Callable[[], Report],
) -> None:
    world, note = written
    before, most = versions(owner), max(needed(owner))
    # the first line tells of the keys, each other one of a column
    killed_after(3, RESEAL)
    assert max(needed(owner)) > most
    assert len(needed(owner)) > 1
    assert read(world, note) == WORD
    seal()
    assert verified().whole
    call_command("reseal", "--wait", "0")
    assert all_newer(before, versions(owner))
    assert read(world, note) == WORD
    seal()
    report = verified()
    assert report.whole, report.findings


@pytest.mark.req("EN-07", "AT-10")
def test_nobody_changes_a_signed_note_by_sealing_it_anew(
    written: tuple[World, UUID],
    owner: psycopg.Connection[Any],
    application: psycopg.Connection[Any],
    root: psycopg.Connection[Any],
) -> None:
    _, note = written
    stored = owner.execute("SELECT record_part FROM records_note WHERE id = %s", [note]).fetchone()
    assert stored
    newer = stored[0][:5] + (99).to_bytes(4, "big") + stored[0][9:]
    call = "SELECT counselling_reseal('records_note', 'record_part', %s, %s, %s, %s)"
    # the application may not call it
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(call, [note, [note], [stored[0]], [newer]])
    # the setting opens nothing for the application, nor for a superuser
    change = "UPDATE records_note SET record_part = %s WHERE id = %s"
    for connection, refusal in (
        (application, psycopg.errors.InsufficientPrivilege),
        (root, psycopg.errors.IntegrityConstraintViolation),
    ):
        with pytest.raises(refusal), connection.transaction():
            connection.execute("SELECT set_config('counselling.resealing', 'records_note', true)")
            connection.execute(change, [newer, note])
    # the owner may not change, and may not seal anew what no event tells
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        owner.execute(change, [newer, note])
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="is told"):
        owner.execute(call, [note, [note], [stored[0]], [newer]])
    # what the event says must be what is stored, and the key must be newer
    assert told(owner, note, stored[0], newer, claimed=stored[0]) == (
        "What is sealed anew is told in the same transaction."
    )
    assert told(owner, note, stored[0], stored[0]) == (
        "Sealing anew takes a newer key and changes nothing else."
    )
    assert told(owner, note, newer, newer[:5] + (100).to_bytes(4, "big") + newer[9:]) == (
        "A value changed while it was sealed anew."
    )
    kept = owner.execute("SELECT record_part FROM records_note WHERE id = %s", [note]).fetchone()
    assert kept == stored


def told(
    owner: psycopg.Connection[Any], note: UUID, was: bytes, new: bytes, claimed: bytes | None = None
) -> str:
    """Write the event as the owner and seal anew in one transaction; give the refusal."""
    from django.db import connections, transaction
    from django.db.utils import Error

    import audit.actions
    from counselling.access import SERVICE
    from counselling.vault import digest

    place = f"records_note/{note}/record_part"
    try:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            event = audit.actions.record_resealing(
                actor=SERVICE, sealed={place: digest(claimed or new)}
            )
            cursor.execute(
                "SELECT counselling_reseal('records_note', 'record_part', "
                "%s, %s::uuid[], %s::bytea[], %s::bytea[])",
                [event, [note], [was], [new]],
            )
    except Error as refused:
        return str(refused).partition("\n")[0]
    return ""


@pytest.fixture
def two_keys(db: None, tmp_path: pathlib.Path, settings: Any) -> Iterator[pathlib.Path]:
    """Give a key file that begins with a new key; afterwards the old one wraps everything again."""
    from counselling import vault
    from counselling.vault.providers import new_key

    old, new = pathlib.Path(settings.KEK_FILE).read_text().strip(), new_key()
    file, back = tmp_path / "kek", tmp_path / "back"
    file.write_text(f"{new}\n{old}\n")
    back.write_text(f"{old}\n{new}\n")
    yield file
    settings.KEK_FILE = back
    vault.rewrap_keys()
    vault.forget()


@pytest.mark.slow
@pytest.mark.req("EN-07")
def test_wrapping_keys_is_killed_half_way_and_finished(
    written: tuple[World, UUID],
    owner: psycopg.Connection[Any],
    two_keys: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    from counselling.vault.providers import wrapper

    world, note = written
    every = "SELECT id, record_part FROM records_note ORDER BY id"
    notes = owner.execute(every).fetchall()
    monkeypatch.setenv("KEK_FILE_PATH", str(two_keys))
    killed_after(2, REWRAP)
    settings.KEK_FILE = two_keys
    assert len(wrapped_by()) == 2
    assert read(world, note) == WORD
    call_command("rewrap_keys")
    assert wrapped_by() == {wrapper().id}
    assert read(world, note) == WORD
    assert notes == owner.execute(every).fetchall()
    told = owner.execute("SELECT count(*) FROM audit_event WHERE kind = 'keys.rewrapped'")
    assert told.fetchone() == (1,)


def wrapped_by() -> set[str]:
    with psycopg.connect(os.environ["KEYS_DATABASE_URL"]) as keys:
        return {
            row[0]
            for row in keys.execute(
                "SELECT DISTINCT wrapped_by FROM vault_key WHERE destroyed_at IS NULL"
            )
        }
