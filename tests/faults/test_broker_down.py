"""The broker is away: people notice nothing, and what it should have carried is done after."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from tests.faults.stories import PASSWORD, Asker, Ledger, code
from tests.faults.visitors import Visitor

if TYPE_CHECKING:
    from tests.faults.practice import Practice

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

QUEUE = "counselling_queue"
LONG = bool(os.environ.get("SOAK"))
STATE = "SELECT state FROM consent_document WHERE request_id = %s"
SEALED = (
    "SELECT count(*) FROM audit_event e JOIN consent_document d ON d.request_id = %s "
    "WHERE e.kind = 'document.sealed' AND e.payload::json ->> 'row' = d.id::text"
)
SWEEP = "import django; django.setup(); from counselling import jobs; jobs.sweep()"


@pytest.mark.req("BR-03", "ES-14")
def test_jon_signs_while_the_broker_is_away_and_his_copy_is_made_when_it_is_back(
    practice: Practice,
) -> None:
    ledger, person = Ledger(), practice.world["people"]["sam"]
    sam = Visitor(practice.port)
    sam.signs_in(person["email"], PASSWORD, code)
    sam.slowest, sam.hurry = 0.0, lambda: True  # every answer counts: nobody tries again
    with practice.shut(QUEUE):
        began = time.monotonic()
        asker = Asker(sam, practice.world["clients"]["jon"], ledger)
        asker.works()
        assert ledger.odd == []
        assert sam.got["503"] == sam.got["500"] == sam.got["late"] == 0
        # nobody waits half a minute for a broker; on a busy machine a page takes its time
        assert max(sam.slowest, asker.guest.slowest) < 10
        request = ledger.consents[0]["request"]
        assert "Your copy is being made" in asker.thanks
        assert practice.ask(STATE, request) == "rendering"
        while LONG and time.monotonic() - began < 600:
            practice.look_after()
            time.sleep(1)
    if LONG:  # worker and scheduler find back by themselves; the minute's sweep does the rest
        practice.wait(lambda: practice.ask(STATE, request) == "sealed", 180)
    else:
        practice.run("-c", SWEEP)
        practice.wait(lambda: practice.ask(STATE, request) == "sealed", 60)
    assert practice.ask(SEALED, request) == 1
