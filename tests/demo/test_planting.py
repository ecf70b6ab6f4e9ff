"""Planting the practice of the demo: once, wholly, by its own actions, with a log that is whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as project
from django.core.management import call_command

from audit import sealing
from counselling import vault
from counselling.accounts import queries as accounts
from counselling.local.people import CLIENTS, TEAM

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# requests by their stored state; which of them have expired, the clock says
STATES = """
SELECT DISTINCT CASE WHEN state IN ('sent', 'opened') AND expires_at <= now() THEN 'expired'
    WHEN state = 'void' THEN 'void: ' || why_void ELSE state END FROM consent_request
"""
CONSENTS = """
SELECT count(*) FILTER (WHERE w.at IS NOT NULL),
       count(*) FILTER (WHERE w.at IS NULL AND c.until <= now()),
       count(*) FILTER (WHERE w.at IS NULL AND c.until BETWEEN now() AND now() + '14 days'),
       count(*) FILTER (WHERE w.at IS NULL AND (c.until IS NULL OR c.until > now()))
FROM consent_consent c LEFT JOIN consent_withdrawal w ON w.consent_id = c.id
"""


def plant() -> str:
    surroundings = os.environ | {
        "COUNSELLING_MODE": "demo", "COUNSELLING_PROCESS": "plant", "SECRET_KEY": "of no use",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.quick", "plant"]
    done = subprocess.run(
        command, cwd=project.BASE_DIR, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def one(root: psycopg.Connection[Any], question: str) -> Any:
    row = root.execute(question).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


def test_a_practice_is_planted_once_and_wholly(
    root: psycopg.Connection[Any], client: Client, settings: Any, tmp_path: Path
) -> None:
    assert "planted in" in plant()
    assert "nothing was planted" in plant()
    _everybody_can_sign_in(client)
    _every_state_is_there(root)
    _all_that_was_signed_is_sealed_and_all_that_may_go_has_gone(root)
    _every_event_has_an_actor_and_a_past(root)
    settings.WITNESS_FILE = tmp_path / "witness"
    _the_log_is_whole(capture=tmp_path / "answer")


def _everybody_can_sign_in(client: Client) -> None:
    known = {person.name: person.id for person in accounts.staff()}
    for person in TEAM:
        client.post("/sign-in", {"email": person.email, "password": person.password})
        code = accounts.next_code(known[person.name], person.secret)
        assert client.post("/sign-in/code", {"code": code}).headers["Location"] == "/", person
        client.post("/sign-out")
    for person in CLIENTS:
        answer = client.post("/sign-in", {"email": person.email, "password": person.password})
        assert answer.headers["Location"] == "/", person
        client.post("/sign-out")


def _every_state_is_there(root: psycopg.Connection[Any]) -> None:
    states = {row[0] for row in root.execute(STATES)}
    assert states == {
        "draft", "sent", "opened", "signed", "declined", "expired", "void: other", "void: pin",
    }  # fmt: skip
    withdrawn, ended, ending_soon, living = one(root, CONSENTS)
    assert min(withdrawn, ended, ending_soon, living) > 0
    cases = {tuple(row) for row in root.execute("SELECT DISTINCT kind, state FROM clients_case")}
    assert {("individual", state) for state in ("open", "waiting", "paused", "closed")} <= cases
    assert {("couple", "open"), ("group", "open")} <= cases
    kinds = {row[0] for row in root.execute("SELECT DISTINCT kind FROM records_addendum")}
    assert kinds == {"correction", "late_entry", "entered_in_error"}
    assert one(root, "SELECT count(*) FROM records_process_note") > 0
    for table in ("draft", "draft_part", "note_part", "co_leader", "session_member"):
        assert one(root, f"SELECT count(*) FROM records_{table}") > 0, table
    assert one(root, "SELECT count(*) FROM consent_disclosure") == 4
    # one was read through its link; one went by a court's order, of which she is told later
    assert one(root, "SELECT count(*) FROM consent_share_opening") == 1
    assert one(root, "SELECT count(*) FROM consent_disclosure WHERE told_at > now()") == 1
    for table in ("subpoena", "restriction_answer", "legal_hold", "recipient_address"):
        assert one(root, f"SELECT count(*) FROM consent_{table}") > 0, table
    assert one(root, "SELECT count(*) FROM consent_signature WHERE drawing IS NOT NULL") == 1
    assert one(root, "SELECT count(*) FROM clients_client WHERE language = 'de'") == 1


def _all_that_was_signed_is_sealed_and_all_that_may_go_has_gone(
    root: psycopg.Connection[Any],
) -> None:
    assert {row[0] for row in root.execute("SELECT DISTINCT state FROM consent_document")} == {
        "sealed"
    }
    states = {row[0] for row in root.execute("SELECT DISTINCT state FROM clients_message")}
    # somebody has not been asked how a message may reach them, so one is held
    assert states == {"sent", "held"}


def _every_event_has_an_actor_and_a_past(root: psycopg.Connection[Any]) -> None:
    assert one(root, "SELECT count(*) FROM audit_event") > 400
    assert one(root, "SELECT count(*) FROM audit_event WHERE recorded > now()") == 0
    unknown = """
        SELECT count(*) FROM audit_event e
        WHERE e.payload::jsonb ->> 'actor_kind' IN ('staff', 'client')
          AND NOT EXISTS (SELECT FROM accounts_account a WHERE a.id = e.actor)
    """
    assert one(root, unknown) == 0
    months = "SELECT now() - min(recorded) > '30 days'::interval FROM audit_event"
    assert one(root, months) is True


def _the_log_is_whole(capture: Path) -> None:
    sealing.seal_all(vault.signing.checkpoint_signer())
    with capture.open("w") as answer:
        call_command("verify_audit", "--json", stdout=answer)
    said = json.loads(capture.read_text())
    assert said["whole"], said
    assert not said["findings"]
