"""Until a client is told, nothing of it is anywhere in their view or in who decides for them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from consent import actions, queries
from consent.domain.bases import BasisKind
from consent.domain.documents import RecipientShown
from consent.domain.recipients import RecipientKind
from counselling.access import SERVICE
from counselling.db import as_actor, uuid7
from tests.clients import guarding
from tests.clients.raw import acting
from tests.consent import basis_steps, guarded_steps, law_steps, steps
from tests.consent.test_consent_telling import time_comes
from tests.raw import superuser
from tests.web.lawful import stated, went

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("DS-06", "RT-05")]

OFFICE = RecipientShown("Oberquellamt", "office", "Amt", "Ring 9")


def view(application: Any, actor: Actor) -> dict[str, set[str]]:
    """Give every row of every table that somebody sees, and each event found about them."""
    with superuser() as root:
        tables = [
            name
            for (name,) in root.execute(
                "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
                "WHERE c.relkind IN ('r', 'p') AND a.attname = 'id' AND c.relrowsecurity "
                "AND c.relname ~ '^(clients|consent|records|audit)_' AND NOT c.relispartition"
            )
        ]
    seen: dict[str, set[str]] = {}
    with acting(application, actor.id):
        for table in tables:
            try:
                with application.transaction():
                    said = "kind || ' ' || id" if table == "audit_event" else "id::text"
                    rows = application.execute(f"SELECT {said} FROM {table}").fetchall()
            except Exception:  # noqa: BLE001  what is not granted is not seen
                rows = []
            seen[table] = {row for (row,) in rows}
        client = actor.client
        if client is not None:
            found = application.execute(
                "SELECT id::text FROM audit_events_about(%s, now() - interval '9 days', "
                "now() + interval '1 day')",
                [client],
            )
            seen["found"] = {row for (row,) in found}
    return {table: rows for table, rows in seen.items() if rows}


def more(after: dict[str, set[str]], before: dict[str, set[str]]) -> dict[str, set[str]]:
    """Give what is there now and was not, and what was and is not."""
    tables = {*after, *before}
    found = {one: after.get(one, set()) ^ before.get(one, set()) for one in tables}
    return {table: rows for table, rows in found.items() if rows}


def everything_happens(world: World, jobs: Jobs, **changes: Any) -> UUID:
    """Dana states, Vera reads and releases, it goes, is sealed, looked at, downloaded, put off."""
    said = basis_steps.saying(world, recipient=uuid7(), **changes)
    with as_actor(world.dana):
        court = actions.add_recipient(
            actor=world.dana, client_id=world.mara, shown=OFFICE, kind=RecipientKind.COURT
        )
        basis = actions.state_basis(
            actor=world.dana, client_id=world.mara, case_id=world.mara_case,
            said=dataclasses.replace(said, recipient=court), paper=basis_steps.ORDER,
        )  # fmt: skip
    with as_actor(world.vera):
        actions.read_basis(actor=world.vera, basis_id=basis)
        (paper,) = queries.basis_row(basis).papers
        actions.open_basis_paper(actor=world.vera, paper_id=paper)
    basis_steps.release(world, basis, later=True)
    disclosure = basis_steps.hand_over(world, basis)
    jobs.run()
    with as_actor(SERVICE):
        assert queries.due_tellings() == []
    with as_actor(world.dana):
        actions.read_disclosures(actor=world.dana, client_id=world.mara)
        document = queries.disclosure_row(disclosure).document
        assert document is not None
        actions.open_document(actor=world.dana, document_id=document.id)
        actions.read_basis(actor=world.dana, basis_id=basis)
    with as_actor(world.dana):
        actions.read_recipients(actor=world.dana, client_id=world.mara)
    until = basis_steps.later(20)["tell_at"]
    with as_actor(world.vera):
        actions.tell_later(actor=world.vera, disclosure_id=disclosure, until=until, why="Not yet.")
    return disclosure


def test_every_row_and_event_a_client_sees_is_the_same_until_they_are_told(
    world: World, application: Any, jobs: Jobs
) -> None:
    steps.shared_permission(world)
    jobs.clear()
    before = view(application, world.mara_portal)
    assert before["found"]
    disclosure = everything_happens(world, jobs, **basis_steps.later())
    assert more(view(application, world.mara_portal), before) == {}
    time_comes(disclosure)
    after = view(application, world.mara_portal)
    new = {table for table, rows in after.items() if rows - before.get(table, set())}
    assert {
        "consent_disclosure", "consent_disclosureitem", "consent_document", "consent_legal_basis",
        "consent_recipient", "audit_event", "found",
    } <= new  # fmt: skip
    assert not {"consent_basis_paper", "consent_basis_decision", "consent_telling"} & set(after)


def test_a_suspension_is_no_line_of_theirs_and_nobody_tells_them_of_it(
    world: World, application: Any
) -> None:
    """Until its end: no row, no event, not that there is one; and not after it either."""
    before = view(application, world.mara_portal)
    basis = basis_steps.state(world, recipient=basis_steps.recipient(world), **basis_steps.later())
    basis_steps.release(world, basis, later=True)
    disclosure = basis_steps.hand_over(world, basis)
    unsuspended = view(application, world.mara_portal)
    suspension = law_steps.suspend(world, disclosure)
    with as_actor(world.dana):
        actions.account_for(
            actor=world.dana, client_id=world.mara, since=law_steps.today(),
            until=law_steps.today(),
        )  # fmt: skip
    now = view(application, world.mara_portal)
    for words in (str(suspension), "accounting.suspended"):
        assert not [row for rows in now.values() for row in rows if words in row]
    assert set(more(now, unsuspended)) <= {"audit_event", "found"}
    assert not more(unsuspended, before).get("consent_disclosure")
    with as_actor(world.mara_portal):
        assert actions.account_for(
            actor=world.mara_portal, client_id=world.mara, since=law_steps.today(),
            until=law_steps.today(),
        ) == []  # fmt: skip
    time_comes(disclosure)
    after = view(application, world.mara_portal)
    assert "consent_disclosure" not in more(after, before), "an official's word still holds"
    for words in (str(suspension), "accounting.suspended"):
        assert not [row for rows in after.values() for row in rows if words in row]


def test_a_basis_on_which_nothing_went_is_not_theirs_to_see(
    world: World, application: Any, jobs: Jobs
) -> None:
    court = basis_steps.recipient(world)
    before = view(application, world.mara_portal)
    basis = basis_steps.state(world, recipient=court)
    basis_steps.refuse(world, basis)
    jobs.run()
    found = more(view(application, world.mara_portal), before)
    # that this recipient was written down is hidden from then on, too
    assert {row.split()[0] for row in found.pop("audit_event")} == {"recipient.added"}
    assert set(found) == {"found"}


def test_who_decides_for_a_client_is_never_told(world: World, application: Any) -> None:
    young = guarding.young(world)
    guarded_steps.sent(world, young)
    before = view(application, young.mum_portal)
    assert before
    with as_actor(world.dana):
        actions.add_recipient(
            actor=world.dana, client_id=young.client, shown=OFFICE, kind=RecipientKind.AUTHORITY
        )
    stated(world.dana, young.client, world.couple_case)
    went(world.dana, world.vera, young.client, world.couple_case)
    assert more(view(application, young.mum_portal), before) == {}
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        root.execute("UPDATE consent_disclosure SET told_at = at")
    assert more(view(application, young.mum_portal), before) == {}


def test_a_second_thing_on_a_basis_they_know_is_hidden_by_itself(
    world: World, application: Any
) -> None:
    basis = basis_steps.released(world, BasisKind.COURT_ORDER, **basis_steps.later())
    first = basis_steps.hand_over(world, basis)
    time_comes(first)
    before = view(application, world.mara_portal)
    assert before["consent_legal_basis"] == {str(basis)}
    basis_steps.hand_over(world, basis)
    assert more(view(application, world.mara_portal), before) == {}
