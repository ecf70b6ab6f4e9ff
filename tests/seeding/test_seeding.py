"""Much is planted at once: sealed as always, told by events as always, whole or not at all."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as project
from django.core.management import call_command

import clients.actions
import clients.queries
import records.actions
from audit import sealing
from clients.domain import Card, Channel, Identity
from counselling import vault
from counselling.accounts import queries as accounts
from counselling.db import as_actor
from counselling.local.people import TEAM
from records.domain import Attendance, Modality, Risk

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    import psycopg
    from django.test import Client

    from counselling.access import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HOUR = datetime.timedelta(hours=1)
# sentences of the seed: none of them is anywhere in clear
CANARIES = ("Agreed for the week", "folded very small", "Mill Lane, Riverside")
# the people of the demo and nothing else of it: the rest takes long and is tested elsewhere
TEAM_ONLY = """
import datetime, django
django.setup()
from counselling.local.practice import team
from counselling.local.practice.story import Story
from tests.quick import hash_cheaply
hash_cheaply()
story = Story(datetime.datetime.now(datetime.UTC))
team.tell(story)
story.play(lambda line: None)
"""


def started(*arguments: str, mode: str = "demo", process: str = "plant") -> subprocess.Popen[str]:
    surroundings = os.environ | {
        "COUNSELLING_MODE": mode, "COUNSELLING_PROCESS": process, "SECRET_KEY": "of no use",
        "BASE_URL": "http://127.0.0.1", "MAIL_FROM": "messages@localhost",
        "DJANGO_SETTINGS_MODULE": "counselling.settings",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, *arguments], env=surroundings, cwd=project.BASE_DIR,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def run(*arguments: str, mode: str = "demo", process: str = "plant") -> tuple[int, str]:
    child = started(*arguments, mode=mode, process=process)
    said, _ = child.communicate()
    return child.returncode, said


def some(root: psycopg.Connection[Any], question: str) -> Any:
    row = root.execute(question).fetchone()
    assert row is not None
    return row[0]


@pytest.fixture
def seeded(root: psycopg.Connection[Any]) -> str:
    """Plant five tiny caseloads, four of them of the demo's people, in two runs."""
    code, said = run("-c", TEAM_ONLY)
    assert code == 0, said
    killed = started("-m", "tests.quick", "seed", "tiny")
    while not some(root, "SELECT count(*) FROM records_note"):
        assert killed.poll() is None, killed.communicate()[0]
        time.sleep(0.05)
    killed.kill()
    killed.communicate()
    code, said = run("-m", "tests.quick", "seed", "tiny")
    assert code == 0, said
    return said


def test_much_is_planted_sealed_and_told_as_the_use_cases_do(
    seeded: str, root: psycopg.Connection[Any], client: Client, settings: Any, tmp_path: Path
) -> None:
    assert "5 of 5 caseloads" in seeded
    assert some(root, "SELECT count(*) FROM records_note") > 30
    assert some(root, "SELECT count(*) FROM clients_client") == 15
    assert some(root, "SELECT count(*) FROM consent_signature") == 5
    assert some(root, "SELECT count(*) FROM records_co_signature") > 0
    assert some(root, "SELECT count(DISTINCT client_id) FROM clients_namepart") == 15
    _a_second_run_does_nothing(root)
    _nothing_is_in_clear(root)
    _dana_reads_a_seeded_note_and_that_is_told(client, root)
    _each_kind_of_event_is_as_the_use_case_writes_it(root)
    settings.WITNESS_FILE = tmp_path / "witness"
    _the_log_is_whole(tmp_path / "answer")


def _a_second_run_does_nothing(root: psycopg.Connection[Any]) -> None:
    events = some(root, "SELECT count(*) FROM audit_event")
    code, said = run("-m", "tests.quick", "seed", "tiny")
    assert code == 0
    assert "nothing was planted" in said
    assert some(root, "SELECT count(*) FROM audit_event") == events


def _nothing_is_in_clear(root: psycopg.Connection[Any]) -> None:
    tables = root.execute(
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
        "AND table_name <> 'accounts_practice'"  # where everybody may read the address
    ).fetchall()
    assert len(tables) > 30
    for (table,) in tables:
        for (row,) in root.execute(f"SELECT t::text FROM public.{table} t").fetchall():
            assert not [one for one in CANARIES if one in row or one.encode().hex() in row], table


def _dana_reads_a_seeded_note_and_that_is_told(
    client: Client, root: psycopg.Connection[Any]
) -> None:
    dana = next(person for person in TEAM if person.key == "dana")
    me = next(person.id for person in accounts.staff() if person.name == dana.name)
    note = some(
        root,
        "SELECT n.id FROM records_note n JOIN clients_case c ON c.id = n.case_id "
        f"WHERE n.author_id = '{me}' AND c.state = 'open' ORDER BY n.written_at LIMIT 1",
    )
    client.post("/sign-in", {"email": dana.email, "password": dana.password})
    client.post("/sign-in/code", {"code": accounts.next_code(me, dana.secret)})
    page = client.get(f"/notes/{note}")
    assert page.status_code == 200
    assert "Agreed for the week" in page.content.decode()
    told = (
        f"SELECT count(*) FROM audit_event WHERE kind = 'note.opened' AND payload LIKE '%{note}%'"
    )
    assert some(root, f"{told} AND recorded > now() - interval '1 minute'") == 1


def _each_kind_of_event_is_as_the_use_case_writes_it(root: psycopg.Connection[Any]) -> None:
    """Do it all once by hand; then no kind of event that was seeded looks any different."""
    seeds = _shapes(root, "payload LIKE '%\"address\":%' AND recorded < now() - interval '6 hours'")
    _do_it_all_once()
    done = _shapes(root, "recorded > now() - interval '5 minutes'")
    assert set(seeds) == {
        "client.taken_in", "assignment.offered", "assignment.accepted",
        "session.logged", "session.changed", "draft.begun", "draft.saved", "draft.opened",
        "note.signed", "note.opened", "note.co-signed", "client.opened", "client.listed",
    }  # fmt: skip
    for kind, shapes in seeds.items():
        assert shapes <= done[kind], kind


def _shapes(root: psycopg.Connection[Any], when: str) -> dict[str, set[tuple[object, ...]]]:
    """Give what the events of each kind have in common: what they name, and how."""
    shapes: dict[str, set[tuple[object, ...]]] = {}
    for (payload,) in root.execute(f"SELECT payload FROM audit_event WHERE {when}"):
        said = json.loads(payload)
        columns = {"/".join(name.split("/")[::2]) for name in said.get("sealed", {})}
        same = [
            str(said.get(name)) for name in ("v", "act", "outcome", "thing", "purpose", "relation")
        ]
        shape = (*sorted(said), *same, *sorted(columns), *sorted(said.get("detail", {})))
        shapes.setdefault(said["kind"], set()).add(shape)
    return shapes


def _do_it_all_once() -> None:
    kim, dana, ruth, noor = (
        _at_work(name) for name in ("Kim Aalto", "Dana Reyes", "Ruth Amsel", "Noor Haddad")
    )
    note = _signed(noor, _case_of(kim, noor)[1], "")
    with as_actor(ruth):
        records.actions.co_sign(actor=ruth, note_id=note, addenda=0)
    client, case = _case_of(kim, dana)
    with as_actor(dana):
        clients.actions.open_client(actor=dana, client_id=client)
        clients.actions.names_for(actor=dana, client_ids=[client], purpose="today")
    notes = [_signed(dana, case, own) for own in ("", "For myself.")]
    for reader in (dana, ruth):
        with as_actor(reader):
            records.actions.open_note(actor=reader, note_id=notes[0])


def _case_of(kim: Actor, person: Actor) -> tuple[UUID, UUID]:
    """Take somebody in for a person, who accepts."""
    with as_actor(kim):
        client = clients.actions.take_in(
            actor=kim, identity=Identity(given="Vera"), card=Card(channel=Channel.EMAIL)
        )
        case = clients.queries.cases_of(client)[0].id
        offer = clients.actions.offer_assignment(actor=kim, case_id=case, person_id=person.id)
    with as_actor(person):
        clients.actions.accept_assignment(actor=person, assignment_id=offer)
    return client, case


def _at_work(name: str) -> Actor:
    person = next(one for one in accounts.staff() if one.name == name)
    actor = accounts.actor_of_person(person.id)
    return dataclasses.replace(actor, session="5f2b90c1", request="77aa01d4", address="10.0.0.9")


def _signed(dana: Actor, case: UUID, own: str) -> UUID:
    with as_actor(dana) as at:
        session = records.actions.log_session(
            actor=dana, case_id=case, starts_at=at - HOUR, ends_at=at, modality=Modality.VIDEO
        )
        records.actions.set_attendance(
            actor=dana, session_id=session, attendance=Attendance.ATTENDED, modality=Modality.VIDEO
        )
        typed = records.actions.Typed("Came.", own, risk=Risk.NO_NEW_CONCERN)
        first = records.actions.save_draft(actor=dana, session_id=session, version=0, typed=typed)
        last = records.actions.save_draft(
            actor=dana, session_id=session, version=first.version, typed=typed, leaving=True
        )
        return records.actions.sign_draft(actor=dana, session_id=session, version=last.version)


def _the_log_is_whole(capture: Path) -> None:
    sealing.seal_all(vault.signing.checkpoint_signer())
    with capture.open("w") as answer:
        call_command("verify_audit", "--json", stdout=answer)
    said = json.loads(capture.read_text())
    assert said["whole"], said
    assert not said["findings"]


@pytest.mark.parametrize(("mode", "process"), [("production", "plant"), ("demo", "command")])
def test_nothing_is_seeded_where_people_work(db: None, mode: str, process: str) -> None:
    code, said = run("manage.py", "seed", "tiny", mode=mode, process=process)
    assert code != 0
    assert "demo only" in said


def test_nothing_is_seeded_where_no_demo_was_planted(db: None) -> None:
    code, said = run("manage.py", "seed", "tiny")
    assert code != 0
    assert "is this the demo's practice?" in said
