"""What was shared holds notes: it opens for who may read these notes, and for the client."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
from django.test import Client as Browser

import clients.actions
from consent import actions, queries
from consent.domain.states import DocumentState
from counselling.access import Role
from counselling.db import as_actor
from counselling.errors import NotThere, Refused
from tests.clients.raw import acting
from tests.consent import steps
from tests.people import sign_in_browserless
from tests.world import assign

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-03", "AC-06")]


def also_cared_for_by(world: World, person: Actor) -> UUID:
    """Mara comes to somebody else as well, in a case of its own."""
    with as_actor(world.fred):
        case = clients.actions.open_case(actor=world.fred, client_id=world.mara)
    assign(world.fred, case, person)
    return case


def what_went(world: World, jobs: Jobs) -> queries.DisclosureRow:
    """Dana hands a note over; its PDF is sealed."""
    disclosure = steps.disclose(world, steps.shared_permission(world))
    jobs.run()
    with as_actor(world.dana):
        return queries.disclosure_row(disclosure)


def test_who_may_not_read_the_note_cannot_open_what_was_shared(world: World, jobs: Jobs) -> None:
    also_cared_for_by(world, world.sam)
    row = what_went(world, jobs)
    assert row.document is not None
    for reader in (world.dana, world.vera, world.mara_portal):
        with as_actor(reader):
            assert actions.open_document(actor=reader, document_id=row.document.id)
    for other in (world.priya, world.sam):
        with as_actor(other):
            with pytest.raises(NotThere):
                actions.open_document(actor=other, document_id=row.document.id)
            with pytest.raises(NotThere):
                queries.document_row(row.document.id)
            assert {one.kind for one in queries.documents_of(world.mara)} == {"consent"}


def test_a_role_that_reads_no_notes_opens_none_in_a_document(world: World, jobs: Jobs) -> None:
    row = what_went(world, jobs)
    assert row.document is not None
    clerk = dataclasses.replace(world.dana, roles=frozenset({Role.PRIVACY_OFFICER}))
    with as_actor(clerk), pytest.raises(Refused, match="not-permitted"):
        actions.open_document(actor=clerk, document_id=row.document.id)


def test_the_accounting_is_whole_for_who_cannot_open_the_document(world: World, jobs: Jobs) -> None:
    also_cared_for_by(world, world.sam)
    row = what_went(world, jobs)
    for other in (world.priya, world.sam):
        with as_actor(other):
            (line,) = actions.read_disclosures(actor=other, client_id=world.mara)
            assert line.row.document is None
            assert (line.row.state, line.row.notes) == (DocumentState.SEALED, 1)
            assert (line.row.id, line.recipient.name) == (row.id, steps.EVA.name)


@pytest.mark.parametrize("who", ["priya", "sam"])
def test_their_pages_show_that_something_went_and_no_way_to_it(
    world: World, jobs: Jobs, who: str
) -> None:
    also_cared_for_by(world, world.sam)
    row = what_went(world, jobs)
    assert row.document is not None
    browser = Browser()
    sign_in_browserless(browser, getattr(world, who))
    for path in (f"/clients/{world.mara}", f"/clients/{world.mara}/consents",
                 f"/disclosures/{row.id}"):  # fmt: skip
        answer = browser.get(path)
        assert answer.status_code == 200
        assert str(row.document.id) not in answer.content.decode()
    for path in (f"/documents/{row.document.id}", f"/documents/{row.document.id}/file"):
        assert browser.get(path).status_code == 404


def test_the_database_hides_the_document_and_which_notes_it_holds(
    world: World, jobs: Jobs, application: psycopg.Connection[Any]
) -> None:
    also_cared_for_by(world, world.sam)
    what_went(world, jobs)
    hidden = "SELECT count(*) FROM consent_document WHERE kind = 'disclosure'"
    items = "SELECT count(*) FROM consent_disclosureitem"
    seen = {"dana": 1, "vera": 1, "mara_portal": 1, "priya": 0, "sam": 0, "fred": 0}
    for who, count in seen.items():
        with acting(application, getattr(world, who).id):
            assert application.execute(hidden).fetchone() == (count,), who
            assert application.execute(items).fetchone() == (count,), who


def test_a_document_of_what_was_shared_names_its_case_and_no_other_does(
    world: World, jobs: Jobs, root: psycopg.Connection[Any]
) -> None:
    what_went(world, jobs)
    root.execute("SET session_replication_role = replica")
    for wrong in (
        "UPDATE consent_document SET case_id = NULL WHERE kind = 'disclosure'",
        f"UPDATE consent_document SET case_id = '{world.mara_case}' WHERE kind = 'consent'",
    ):
        with pytest.raises(psycopg.errors.CheckViolation):
            root.execute(wrong)


def test_stopped_by_who_cannot_see_it_what_waits_is_cancelled_all_the_same(world: World) -> None:
    also_cared_for_by(world, world.sam)
    shared = steps.shared_permission(world)
    disclosure = steps.disclose(world, shared)
    with as_actor(world.sam):
        actions.withdraw(actor=world.sam, consent_id=shared.consent, how="phone")
    with as_actor(world.dana):
        assert queries.disclosure_row(disclosure).state is DocumentState.CANCELLED


def test_nothing_is_shared_from_a_case_one_cannot_read(world: World) -> None:
    shared = steps.shared_permission(world)
    for case in (world.jon_case, uuid4()):
        with pytest.raises(NotThere):
            steps.disclose(world, shared, case_id=case)
