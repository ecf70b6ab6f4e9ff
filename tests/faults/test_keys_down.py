"""The keys' database is away: nothing is shown, nothing claims to have been, and it comes back."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from tests.faults.stories import JSON, PASSWORD, Counsellor, Ledger, code
from tests.faults.visitors import NoAnswer, Visitor

if TYPE_CHECKING:
    from tests.faults.practice import Practice

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

KEYS = "counselling_keys"
OPENED = "SELECT count(*) FROM audit_event WHERE kind = 'note.opened'"
WAITING = "SELECT waiting FROM audit_standing()"


@pytest.mark.req("AT-08")
def test_noah_sees_nothing_while_the_keys_are_away_and_everything_after(
    practice: Practice,
) -> None:
    ledger, person = Ledger(), practice.world["people"]["noah"]
    noah = Visitor(practice.port)
    noah.signs_in(person["email"], PASSWORD, code)
    writer = Counsellor(noah, "noah", practice.world["cases"]["noah"], ledger, 7)
    writer.dice = random.Random(7)  # noqa: S311 chance for a test
    while not ledger.signed:
        writer.works()
    note = ledger.signed[0]["note"]
    session = writer._session()
    path = f"/sessions/{session}/draft"
    typed = noah.get(path).fields("tab") | {"attendance": "attended"}
    typed["record_part"] = "Nobody heard this yet."
    assert noah.post(path, typed, JSON).status == 200
    written = ledger.drafts[ledger.signed[0]["session"]]["tried"][-1][0]
    assert written.split()[0] in noah.get(f"/notes/{note}").text
    noah.hurry = lambda: True

    with practice.shut(KEYS):
        # the ciphers at hand are dropped as soon as a process hears that it is deaf
        practice.wait(lambda: _refused(noah, f"/notes/{note}"), 10)
        opened = practice.ask(OPENED)
        for page in (f"/notes/{note}", path, "/today"):
            with pytest.raises(NoAnswer, match="503") as told:
                noah.get(page)
            assert "Nothing that was saved is lost" in told.value.text
            assert written.split()[0] not in told.value.text
        with pytest.raises(NoAnswer, match="503"):  # the editor says "Not saved since"
            noah.post(path, typed | {"record_part": "lost?"}, JSON)
        with pytest.raises(NoAnswer, match="503") as told:
            noah.post(path, typed | {"record_part": "lost?", "act": "keep"})
        assert "send it again" in told.value.text
        assert practice.ask(OPENED) == opened
        # what opens nothing sealed goes on, and so does the sealing of the log
        stranger = Visitor(practice.port)
        assert stranger.get("/healthz").status == 200
        assert stranger.get("/sign-in").status == 200
        practice.run("manage.py", "verify_audit")
        practice.wait(lambda: practice.ask(WAITING) == 0, 20)

    noah.hurry = lambda: False
    page = noah.tries(lambda: noah.get(f"/notes/{note}"))
    assert written.split()[0] in page.text
    assert practice.ask(OPENED) == opened + 1
    # each web process finds out for itself that the keys are back
    assert "Nobody heard this yet." in noah.tries(lambda: noah.get(path)).text
    saved = noah.tries(lambda: noah.post(path, typed | {"record_part": "Now it is heard."}, JSON))
    assert saved.status == 200
    assert "Now it is heard." in noah.tries(lambda: noah.get(path)).text
    said = json.loads(practice.run("manage.py", "verify_audit", "--json"))
    assert said["whole"], said


def _refused(visitor: Visitor, page: str) -> bool:
    try:
        return visitor.get(page).status == 503
    except NoAnswer as told:
        return str(told) == "503"
