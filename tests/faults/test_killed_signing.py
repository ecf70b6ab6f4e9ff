"""The web is killed between an autosave and Sign, and while Sign is answered: no word is lost."""

from __future__ import annotations

import contextlib
import json
import threading
from typing import TYPE_CHECKING

import pytest

from tests.faults.practice import end_at_once
from tests.faults.stories import JSON, PASSWORD, Counsellor, Ledger, code
from tests.faults.visitors import NoAnswer, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.practice import Practice

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

ROWS = "SELECT count(*) FROM {} WHERE session_id = %s"
# a session that signs waits here: at its INSERT, or, deferred, in the middle of its COMMIT
HOLD = """
CREATE FUNCTION public.held_here() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_catalog.pg_advisory_xact_lock(4242); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER held_here AFTER INSERT ON public.records_note {}
FOR EACH ROW EXECUTE FUNCTION public.held_here()
"""
LET_GO = "DROP TRIGGER held_here ON public.records_note; DROP FUNCTION public.held_here()"
HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4242 AND NOT granted"
WORDS = "She slept, and the lake was still. Acknowledged word {} of it."


@pytest.fixture(scope="module")
def lena(practice: Practice) -> Visitor:
    """Lena, signed in."""
    visitor = Visitor(practice.port)
    visitor.signs_in(practice.world["people"]["lena"]["email"], PASSWORD, code)
    return visitor


def saved(practice: Practice, lena: Visitor) -> tuple[str, dict[str, str]]:
    """Log a session and type its note, three times acknowledged; gives its path and the fields."""
    writer = Counsellor(lena, "lena", practice.world["cases"]["lena"], Ledger(), 1)
    path = f"/sessions/{writer._session()}/draft"
    fields = lena.get(path).fields("tab")
    fields |= {"risk": "no_new_concern", "attendance": "attended", "process_part": "For me."}
    for number in range(3):
        fields["record_part"] = WORDS.format(number)
        answer = lena.post(path, fields, JSON)
        assert answer.status == 200
        fields["version"] = str(answer.json["version"])
    return path, fields


def kill_web(practice: Practice) -> None:
    """Kill the web with all its workers at once; the launcher brings it back later."""
    victims = [*practice.pids("web"), *practice.pids("web worker")]
    assert sum(end_at_once(pid) for pid in victims) >= 2


def rows(practice: Practice, path: str) -> tuple[int, int]:
    """Count the drafts and the notes of a session."""
    session = path.split("/")[2]
    return tuple(
        practice.ask(ROWS.format(one), session) for one in ("records_draft", "records_note")
    )


def signs(lena: Visitor, path: str) -> str:
    """Sign what is stored; gives where it leads."""
    return lena.fills(f"{path}/signature", {}, "version").location


@contextlib.contextmanager
def held(practice: Practice, deferred: str) -> Iterator[None]:
    """Stop whoever signs in the middle of it, for as long as this lasts."""
    with practice.root() as connection:
        connection.execute(HOLD.format(deferred))
        connection.execute("SELECT pg_advisory_lock(4242)")
        try:
            yield
        finally:
            connection.execute("SELECT pg_advisory_unlock(4242)")
            practice.wait(lambda: practice.ask(HELD) == 0, 10)
            connection.execute("SET lock_timeout = '10s'")
            connection.execute(LET_GO)


@pytest.mark.req("AT-08", "AT-10")
def test_what_was_acknowledged_before_the_web_was_killed_is_what_is_signed_after(
    practice: Practice, lena: Visitor
) -> None:
    path, fields = saved(practice, lena)
    kill_web(practice)
    with pytest.raises(NoAnswer):
        lena.post(path, fields | {"act": "sign"})
    practice.wait(practice.is_ready, 40)
    assert rows(practice, path) == (1, 0)
    page = lena.get(path)
    assert WORDS.format(2) in page.text
    assert "For me." in page.text
    signed = lena.tries(lambda: lena.post(path, page.fields("tab") | fields | {"act": "sign"}))
    note = lena.get(signs(lena, path))
    assert signed.status == 302
    assert WORDS.format(2) in note.text
    assert "For me." in note.text
    assert rows(practice, path) == (0, 1)


@pytest.mark.req("AT-08", "AT-10", "EN-11")
@pytest.mark.parametrize(
    ("deferred", "there"),
    [("", (1, 0)), ("DEFERRABLE INITIALLY DEFERRED", (0, 1))],
    ids=["before it commits", "while it commits"],
)
def test_a_sign_that_was_never_answered_left_the_draft_or_the_note_once(
    practice: Practice, lena: Visitor, deferred: str, there: tuple[int, int]
) -> None:
    path, fields = saved(practice, lena)
    assert lena.post(path, fields | {"act": "sign"}).location == f"{path}/signature"
    typed = lena.get(f"{path}/signature").fields("version")
    answers: list[str] = []

    def sign() -> None:
        try:
            answers.append(str(lena.post(f"{path}/signature", typed).status))
        except NoAnswer as none:
            answers.append(f"none: {none}")

    with held(practice, deferred):
        signing = threading.Thread(target=sign)
        signing.start()
        practice.wait(lambda: practice.ask(HELD) == 1, 20)
        kill_web(practice)
        signing.join(20)
    assert answers[0].startswith("none")
    practice.wait(practice.is_ready, 40)
    practice.wait(lambda: rows(practice, path) == there, 10)
    # whoever tries again is led to the one note, with every word that was acknowledged
    assert lena.get(path).status == (200 if there[0] else 302)
    note = lena.get(signs(lena, path))
    assert WORDS.format(2) in note.text
    assert "For me." in note.text
    assert rows(practice, path) == (0, 1)
    if deferred:  # once is enough: it takes longer than all the rest
        said = json.loads(practice.run("manage.py", "verify_audit", "--json"))
        assert said["whole"], said
