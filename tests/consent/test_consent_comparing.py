"""This PDF = what the system enforces: a night compares all, and a changed row is found."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client

from consent import actions, pdf, queries, tasks
from consent.domain.documents import ConsentDocument
from consent.domain.proof import Enforced, differences
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.consent import steps
from tests.pdf import sources
from tests.people import sign_in_browserless

if TYPE_CHECKING:
    from tests.consent.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("CC-21", "ES-05")]
LATER = datetime.timedelta(hours=2)
# what somebody with the database could do to a row, and the code it is found by
CHANGES = {
    "until": "UPDATE consent_consent SET until = until + interval '1 day'",
    "purpose": "UPDATE consent_consent SET purpose = 'school' WHERE purpose = 'medication'",
    "categories": "UPDATE consent_consent SET categories = categories || '{summary}' "
    "WHERE clause = 'share-notes'",
    "since": "UPDATE consent_consent SET since = since - interval '1 second'",
    "required": "UPDATE consent_consent SET required = NOT required",
    "missing": "DELETE FROM consent_consent WHERE clause = 'share-notes'",
    "more": "UPDATE consent_consent SET clause = 'attendance' WHERE clause = 'share-notes'",
    "recipient": "UPDATE consent_consent SET recipient_id = NULL",
    "text": "UPDATE consent_signature SET text_sha256 = repeat('0', 64)",
    "signed": "UPDATE consent_signature SET signed_at = signed_at - interval '1 day'",
    "hash": "UPDATE consent_document SET pdf_sha256 = repeat('0', 64)",
    "form": "UPDATE consent_formversion SET sha256 = repeat('0', 64)",
}
TABLES = ("consent_consent", "consent_signature", "consent_document", "consent_formversion")


@pytest.fixture
def signed(world: World, jobs: Jobs) -> World:
    """A permission with two clauses, signed and sealed."""
    steps.shared_permission(world)
    jobs.run()
    return world


def night() -> tuple[int, int]:
    """Let the next night compare; gives how many, and how many differ."""
    now = datetime.datetime.now(datetime.UTC)
    with time_machine.travel(now + LATER):
        ((run,),) = queries.due_comparing()
        tasks.compare_documents(str(run))
        assert list(queries.due_comparing()) == []
    row = queries.last_comparing()
    assert row is not None
    assert row.ended_at is not None
    return row.compared, row.differing


def changed(root: Any, *statements: str) -> None:
    for table in TABLES:
        root.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for one in statements:
        root.execute(one)
    for table in TABLES:
        root.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def codes(root: Any) -> list[str]:
    found = root.execute(
        "SELECT payload::jsonb -> 'detail' ->> 'found' FROM audit_event "
        "WHERE payload::jsonb ->> 'kind' = 'document.differs'"
    ).fetchall()
    return [code for (one,) in found for code in one.split(",")]


def test_what_nobody_changed_does_not_differ(signed: World, root: Any, mailoutbox: Any) -> None:
    told = len(mailoutbox)
    assert night() == (1, 0)
    assert codes(root) == []
    assert len(mailoutbox) == told


def test_a_changed_row_is_found_and_the_privacy_officer_is_told_once(
    signed: World, root: Any, mailoutbox: Any
) -> None:
    told = len(mailoutbox)
    changed(root, CHANGES["until"])
    assert night() == (1, 1)
    assert codes(root) == ["until"]
    (letter,) = mailoutbox[told:]
    for who, sees in ((signed.priya, True), (signed.vera, False)):
        browser = Client()
        sign_in_browserless(browser, who)
        assert ("1 signed form differs" in browser.get("/trail").content.decode()) is sees
    root.execute("UPDATE consent_comparing SET differing = 0")
    for days, words in ((0, "Signed forms say what holds"), (-3, "not compared lately")):
        root.execute(
            "UPDATE consent_comparing SET began_at = now() + %s * '1 day'::interval", [days]
        )
        browser = Client()
        sign_in_browserless(browser, signed.priya)
        assert words in browser.get("/trail").content.decode()
    assert "Mara" not in letter.body + letter.subject
    reasons = root.execute(
        "SELECT payload::jsonb ->> 'reason' FROM audit_event WHERE "
        "payload::jsonb ->> 'kind' IN ('document.differs', 'account.alerted', 'practice.alerted')"
    ).fetchall()
    assert ("paper-differs",) in reasons


@pytest.mark.parametrize("code", CHANGES)
def test_every_way_a_row_can_be_changed_is_found(signed: World, root: Any, code: str) -> None:
    changed(root, CHANGES[code])
    night()
    assert code in codes(root)


def test_a_file_exchanged_for_another_of_ours_is_found(signed: World, root: Any) -> None:
    other = pdf.seal(pdf.render(sources.sharing()))
    assert isinstance(pdf.source_in(other), ConsentDocument)
    assert pdf.source_in(other) == sources.sharing()
    with pytest.raises(ValueError, match="does not say"):
        pdf.source_in(other[:-2000])


def test_a_night_that_was_killed_goes_on_where_it_was(world: World, jobs: Jobs, root: Any) -> None:
    for _ in range(3):
        steps.signed(world, "counselling-agreement")
    jobs.run()
    now = datetime.datetime.now(datetime.UTC)
    with time_machine.travel(now + LATER):
        ((run,),) = queries.due_comparing()
        with as_actor(SERVICE):
            batch = actions.compare_next(actor=SERVICE, run_id=run)
        (document, client), *_ = batch
        with as_actor(SERVICE, client=client):
            actions.compare_document(actor=SERVICE, run_id=run, document_id=document)
        # killed here; somebody else may not begin it while it is leased
        tasks.compare_documents(str(run))
        row = queries.last_comparing()
        assert row is not None
        assert (row.compared, row.ended_at) == (1, None)
    root.execute("UPDATE consent_comparing SET due_at = now() - interval '1 second'")
    ((again,),) = queries.due_comparing()
    assert again == run
    tasks.compare_documents(str(run))
    row = queries.last_comparing()
    assert row is not None
    assert row.compared == len(batch) == 3
    assert row.ended_at is not None
    kinds = steps.kinds(root)
    assert kinds.count("document.compared") == 3


def test_what_was_sealed_just_now_is_left_in_peace(signed: World) -> None:
    assert list(queries.due_comparing()) == []


def _rows(paper: ConsentDocument) -> list[Enforced]:
    return [
        Enforced(
            clause=one.code,
            required=one.required,
            activity=one.activity,
            purpose=one.purpose,
            recipient=one.recipient,
            categories=frozenset(one.categories),
            since=sources.SIGNED,
            until=datetime.datetime(2027, 11, 15, 23, tzinfo=datetime.UTC),
        )
        for one in paper.clauses
        if one.granted
    ]


def test_a_file_that_is_not_the_last_of_its_signers_allows_nothing() -> None:
    paper = sources.sharing()
    rows = _rows(paper)
    assert differences(paper, rows) == frozenset()
    first = replace(paper, places=("the client", "a guardian"))
    assert differences(first, []) == frozenset()
    assert differences(first, rows) == {"more"}
    assert differences(replace(first, place=2), rows) == frozenset()
