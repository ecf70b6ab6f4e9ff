"""An altered value on its way to a person: nothing of it is shown, it is in the log, one is told.

The pages are walked, so that a page that comes later is asked too.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import pytest
from celery import current_app
from django.core import mail

from counselling.vault import sealed
from tests import people
from tests.audit import half_written, tampering
from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.architecture.rewinding import Noted
    from tests.web.scene import Scene

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("shown")]

WORDS: Final = b"no longer what was stored"
# opened by no page that is only looked at; each by an act below, or with its reason
NOT_LOOKED_AT: Final = {
    "accounts_totpdevice.key": "is opened when a code is judged; a page shows a new one only",
    "clients_message.content": "is opened when the message is sent",
    "consent_question.answer": "is opened on the pages of a form that was asked about",
    "consent_document.source": "is opened when the document is rendered",
    "consent_request.answers": "is opened where somebody goes on with a form they began",
    "consent_request.decline_note": "is opened on the page of a form that was declined",
    "consent_request.void_words": "is opened on the page of a form that was called back",
    "records_share.release_words": "is opened by the trainee to whom a share was given back",
    "records_share.secret": "is opened once, by an act",
    "records_share.why_so_much": "is opened when it is sent",
    "records_share_paper.redactions": "is opened where something was left out",
    "records_share_showing.words": "is opened where the client said something of it",
    "consent_subpoena_return.words": "is opened by who prepared what was sent back",
    "consent_signature.answers": "is opened by nobody: the document repeats it, this is proof",
    "consent_signature.drawing": "is opened when the document is rendered",
    "consent_signature.evidence": "as the answers",
    "consent_signature.name": "as above",
    "consent_signature.text": "as above",
}


@dataclasses.dataclass
class Tour:
    """A practice, somebody signed in for each role, and which page opens which column."""

    scene: Scene
    people: dict[str, Any]
    pages: dict[str, tuple[str, str]]
    noted: Noted


@functools.cache
def toured() -> Tour:
    """Ask every page as two of those who may see it, and note what each one opens."""
    from tests.architecture.rewinding import Noted
    from tests.web import browsing
    from tests.web.matrix import ROWS
    from tests.web.scene import Scene

    scene = Scene.build()
    half_written.leave(scene)
    browsers = browsing.signed_in(scene)
    pages: dict[str, tuple[str, str]] = {}
    for (row, method), cells in ROWS.items():
        allowed = [persona for persona, word in cells.items() if word == "200"]
        for persona in allowed[:2] if method == "GET" else ():
            path = browsing.path_of(row, scene)
            with _noting() as places:
                browsing.ask(browsers[persona], row, method, persona, path)
            for place in places - set(NOT_LOOKED_AT):
                pages.setdefault(place, (persona, path))
    return Tour(scene, browsers, pages, Noted("toured"))


@contextlib.contextmanager
def _noting() -> Iterator[set[str]]:
    """Note which columns are opened meanwhile."""
    truly, places = sealed._open, set[str]()

    def noting(value: Any, *said: Any) -> Any:
        places.add(f"{value._place.table}.{value._place.column}")
        return truly(value, *said)

    with mock.patch.object(sealed, "_open", noting):
        yield places


@pytest.fixture
def tour(db: None) -> Tour:
    found = toured()
    found.noted.rewind()
    return found


@pytest.fixture(scope="module", autouse=True)
def _forget() -> Iterator[None]:
    yield
    if toured.cache_info().currsize:
        toured().noted.forget()
        toured.cache_clear()


@contextlib.contextmanager
def all_flipped(column: tampering.Column) -> Iterator[None]:
    """Flip a bit in every value of a column; put them back afterwards."""
    kept = {row.pk: tampering.envelope_of(column, row) for row in column.rows()}
    assert kept, f"Nothing is in {column}."
    with tampering.hands() as put:
        for row, envelope in kept.items():
            put(column, row, tampering.flipped(envelope, 60))
        try:
            yield
        finally:
            for row, envelope in kept.items():
                put(column, row, envelope)


def refusals() -> int:
    with superuser() as root:
        row = root.execute(
            "SELECT count(*) FROM audit_event WHERE kind = 'refused' AND payload LIKE %s",
            ['%"reason":"seal-broken"%'],
        ).fetchone()
    assert row
    return int(row[0])


def told_after(act: Callable[[], Any]) -> tuple[Any, int, list[str]]:
    """Act; give what came of it, how many refusals it left, and who was written to."""
    mail.outbox.clear()
    before = refusals()
    answer = act()
    return answer, refusals() - before, [one.to[0] for one in mail.outbox]


def test_every_sealed_column_is_on_a_page_or_says_where_else(tour: Tour) -> None:
    every = {str(one) for one in tampering.columns()}
    assert every - set(tour.pages) == set(NOT_LOOKED_AT)


@pytest.mark.req("EN-03", "EN-04", "BR-03")
def test_a_page_with_an_altered_value_shows_nothing_of_it_and_a_person_is_told(tour: Tour) -> None:
    officer = people.email_of(tour.scene.world.priya.id)
    wrong = []
    for column in tampering.columns():
        if str(column) not in tour.pages:
            continue
        persona, path = tour.pages[str(column)]
        browser = tour.people[persona]
        with all_flipped(column):
            answer, events, told = told_after(functools.partial(browser.get, path))
        # whose address was broken cannot be written to: the administrator is
        to = told == [officer] or (str(column) == "accounts_account.email" and len(told) <= 1)
        if answer.status_code != 500 or WORDS not in answer.content or events != 1 or not to:
            wrong.append(f"{column} at {path}: {answer.status_code}, {events} events, {told}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.req("EN-03", "BR-03")
def test_an_altered_key_of_an_authenticator_lets_nobody_in_and_is_told(tour: Tour) -> None:
    from tests.web import browsing

    person = tour.scene.world.sam
    column = next(one for one in tampering.columns() if str(one) == "accounts_totpdevice.key")
    browser = browsing.browser()
    people.give_password(browser, people.email_of(person.id))
    code = people.code_now(person.id)
    with all_flipped(column):
        answer, events, told = told_after(
            lambda: browser.post("/sign-in/code", {"code": code}, follow=False)
        )
    assert (answer.status_code, events) == (500, 1), answer.content
    assert told == [people.email_of(tour.scene.world.priya.id)]
    assert browser.get("/today").status_code == 302


DUE: Final = {
    "clients_message": "state = 'queued'",
    "consent_document": "state = 'rendering', content = NULL, pdf_sha256 = '', sealed_at = NULL",
}


@pytest.mark.req("EN-03", "BR-03")
@pytest.mark.parametrize(
    ("column", "table", "task"),
    [
        ("clients_message.content", "clients_message", "clients.send_message"),
        ("consent_document.source", "consent_document", "consent.seal_document"),
    ],
)
def test_later_work_on_an_altered_value_ends_and_a_person_is_told(
    tour: Tour, column: str, table: str, task: str
) -> None:
    current_app.loader.import_default_modules()
    chosen = next(one for one in tampering.columns() if str(one) == column)
    due = DUE[table]
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        row = root.execute(
            f"UPDATE {table} SET {due}, due_at = now() - interval '1 hour', attempts = 0 "
            f"WHERE id = (SELECT id FROM {table} WHERE {chosen.name} IS NOT NULL LIMIT 1) "
            "RETURNING id, client_id"
        ).fetchone()
    assert row
    ids = (str(row[0]), str(row[1]))
    with all_flipped(chosen):
        run = functools.partial(
            current_app.tasks[task], *(ids if table == "consent_document" else ids[::-1])
        )
        _, events, told = told_after(run)
    assert events == 1
    assert people.email_of(tour.scene.world.priya.id) in told
    with superuser() as root:
        after = root.execute(f"SELECT state FROM {table} WHERE id = %s", [row[0]]).fetchone()
    assert after == ("failed",)
