"""Five hundred signatures in ten minutes, workers are killed: each PDF once, each seal whole."""

from __future__ import annotations

import os
import secrets
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.faults.killing import Killer

if TYPE_CHECKING:
    from tests.faults.practice import Practice

LONG = pytest.mark.skipif(not os.environ.get("SOAK"), reason="ten minutes: make soak")
pytestmark = [pytest.mark.slow, LONG, pytest.mark.xdist_group("faults")]

MANY = int(os.environ.get("SIGNATURES") or 500)
WITHIN = 600
SEED = int(os.environ.get("FAULTS_SEED") or secrets.randbits(32))
UNSEALED = "SELECT count(*) FROM consent_document WHERE state <> 'sealed'"
TWICE = (
    "SELECT count(*) FROM (SELECT payload::json ->> 'row' FROM audit_event "
    "WHERE kind = 'document.sealed' GROUP BY 1 HAVING count(*) <> 1) AS each"
)
SEALS = """
import os; os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")
import django; django.setup()
import json, pathlib, sys
from uuid import UUID
from consent import actions, pdf
from counselling.accounts.queries import actor_of_person
from counselling.db import as_actor
told = json.loads(pathlib.Path(sys.argv[2]).read_text())
dana = actor_of_person(UUID(told["people"]["dana"]["id"]))
held = 0
for one in sys.argv[1].split(","):
    with as_actor(dana):
        content, _ = actions.open_document(actor=dana, document_id=UUID(one))
    held += pdf.verify(content).holds
print(held)
"""
IDS = "SELECT string_agg(id::text, ',') FROM consent_document WHERE client_id = %s"


@pytest.mark.req("ES-08", "ES-14", "ES-06")
def test_each_of_many_forms_is_sealed_once_and_whole(practice: Practice) -> None:
    told = str(practice.folder / "world.json")
    killer, began = Killer(practice, SEED), time.monotonic()
    before = practice.ask("SELECT count(*) FROM consent_signature")
    signing = threading.Thread(
        target=practice.run,
        args=("-m", "tests.faults.signing_many", str(MANY), told),
        kwargs={"seconds": WITHIN},
    )
    signing.start()
    while signing.is_alive() or practice.ask(UNSEALED):
        assert time.monotonic() - began < WITHIN, f"FAULTS_SEED={SEED}"
        killer.pause(killer.dice.uniform(1, 8))
        if signing.is_alive():
            killer.kill(killer.dice.choice(["worker", "pool child"]))
        else:  # what a killed worker had begun is due again after its lease
            with practice.root() as root:
                root.execute(
                    "UPDATE consent_document SET due_at = now() WHERE state <> 'sealed' "
                    "AND due_at > now() + interval '10 seconds'"
                )
    signing.join()
    took = round(time.monotonic() - began)
    sys.stderr.write(f"\n{MANY} signatures in {took} s, {len(killer.done)} workers killed\n")
    assert practice.ask("SELECT count(*) FROM consent_signature") == before + MANY
    assert killer.done
    assert practice.ask(TWICE) == 0
    ids = practice.ask(IDS, practice.world["clients"]["mara"]["id"])
    held = practice.run("-c", SEALS, ids, told, seconds=600)
    assert int(held) == len(ids.split(","))
