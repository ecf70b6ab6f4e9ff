"""What raw SQL, or a page beside the usual ones, could tell of being kept out of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

import audit.actions
import audit.queries
from audit.domain.deciding import Word
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import NotThere
from tests.audit.deciding import found, say
from tests.clients import openings
from tests.clients.acts_keeping_out import let_in, sealed, shut
from tests.clients.raw import App, acting, column
from tests.people import sign_in_browserless
from tests.web.browsing import browser

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-12")]


@pytest.mark.parametrize("level", ["contact", "manage"])
def test_who_took_somebody_in_and_is_shut_out_sees_them_no_more_before_there_is_a_case(
    world: World, application: App, root: App, level: str
) -> None:
    root.execute("SET session_replication_role = replica")
    root.execute("DELETE FROM clients_casemember WHERE client_id = %s", [world.mara])
    with acting(application, world.fred.id):
        assert world.mara in column(application, "SELECT * FROM visible_clients(%s)", level)
    shut(world.mara_portal, world.mara, world.fred)
    with acting(application, world.fred.id):
        assert world.mara not in column(application, "SELECT * FROM visible_clients(%s)", level)


@pytest.mark.parametrize("by", ["assignment", "cover", "offer"])
def test_not_even_a_row_that_names_them_lets_somebody_in_who_is_shut_out(
    world: World, application: App, root: App, by: str
) -> None:
    """What ends with the client's word ends by itself too, should a row ever be left or made."""
    root.execute("SET session_replication_role = replica")
    said = [uuid4(), world.mara_case, world.sam.id, world.dana.id]
    if by == "cover":
        root.execute(
            "INSERT INTO clients_cover (id, case_id, person_id, owner_id, arranged_by_id, "
            "arranged_at, since, until) "
            "VALUES (%s, %s, %s, %s, %s, now(), now(), now() + interval '1 day')",
            [*said, world.dana.id],
        )
    else:
        at = "now()" if by == "assignment" else "NULL"
        root.execute(
            "INSERT INTO clients_assignment (id, case_id, person_id, capacity, offered_by_id, "
            "offered_at, accepted_at, since) "
            f"VALUES (%s, %s, %s, 'counsellor', %s, now(), {at}, {at})",
            said,
        )
    with acting(application, world.sam.id):
        assert world.mara in column(application, "SELECT * FROM visible_clients('contact')")
    root.execute(
        'INSERT INTO clients_shutout (id, client_id, person, since, "by") '
        "VALUES (%s, %s, %s, now(), %s)",
        [uuid4(), world.mara, world.sam.id, world.mara_portal.id],
    )  # past the trigger that ends what they do
    with acting(application, world.sam.id):
        for level in ("record", "contact", "consent", "manage", "write"):
            for what, row in (("cases", world.mara_case), ("clients", world.mara)):
                seen = column(application, f"SELECT * FROM visible_{what}(%s)", level)
                assert row not in seen, (what, level)


def _let_in(application: App, who: Actor, client: UUID) -> str:
    """Try to let oneself in; give what the database says."""
    with acting(application, who.id), pytest.raises(psycopg.Error) as no:
        application.execute(
            'INSERT INTO clients_letin (id, client_id, person, since, "by") '
            "VALUES (%s, %s, %s, now(), %s)",
            [uuid4(), client, who.id, who.id],
        )
    return str(no.value)


def test_trying_to_let_oneself_in_tells_nobody_whether_they_are_kept_out(
    world: World, application: App
) -> None:
    sealed(world.dana, world.mara)
    before = _let_in(application, world.sam, world.mara)
    assert _let_in(application, world.sam, world.ana) == before
    assert _let_in(application, world.sam, uuid4()) == before
    shut(world.mara_portal, world.mara, world.sam)
    assert _let_in(application, world.sam, world.mara) == before


def test_what_is_due_for_clients_is_told_to_the_machine_only(
    world: World, application: App
) -> None:
    openings.asks(world, world.dana)
    for who in ("dana", "sam", "vera", "priya", "fred", "ada", "mara_portal", "ana_portal"):
        with acting(application, getattr(world, who).id):
            due = application.execute("SELECT * FROM clients_due_questions()").fetchall()
            assert due == [], who
    for machine in (None, SERVICE.id):
        with acting(application, machine):
            assert application.execute("SELECT * FROM clients_due_questions()").fetchall()
    # an event is left alone for two minutes, which no test waits for: it asks the same first
    body = application.execute("SELECT pg_get_functiondef('clients_due_tellings()'::regprocedure)")
    assert "WHERE (public.counselling_actor() IS NULL OR" in str(body.fetchone())


# -- findings --------------------------------------------------------------------------------------

SECRET = ("does not want", "same surname", "lives where", "their own file", "shut")


@pytest.mark.req("AT-12")
@pytest.mark.parametrize(
    ("rule", "signals"),
    [
        ("shut-out", ["shut-out", "not-assigned"]),
        ("shut-out", ["shut-out", "emergency"]),
        ("shut-out", []),
        ("own-record", ["own-record"]),
        ("same-surname", ["same-surname"]),
        ("same-address", ["same-address", "print"]),
    ],
)
def test_who_is_asked_reads_what_they_did_and_not_why_it_was_found(
    world: World, application: App, rule: str, signals: list[str]
) -> None:
    finding = found(world.fred, client=world.mara, case=world.mara_case, rule=rule, signals=signals)
    say(world.priya, finding, Word.ASKED, "What was it?")
    fred = browser()
    sign_in_browserless(fred, world.fred)
    shown = fred.get(f"/asked/{finding}")
    assert shown.status_code == 200
    page = shown.content.decode()
    assert "What was it?" in page
    assert not [one for one in SECRET if one in page]
    assert fred.post(f"/asked/{finding}", {"text": "A call."}).status_code == 302
    with acting(application, world.fred.id):
        rows = application.execute("SELECT row_to_json(f)::text FROM audit_finding f").fetchall()
        told = application.execute(
            "SELECT rule, facts FROM audit_asked_of_me(%s)", [finding]
        ).fetchall()
    assert rows == []
    assert told[0][1] == "{}"
    assert told[0][0] in {"asked", "not-assigned", "emergency", "print"}


def test_nobody_is_told_of_a_finding_they_are_not_asked_about(
    world: World, application: App
) -> None:
    finding = found(world.fred, client=world.mara, rule="shut-out")
    others = found(world.sam, client=world.mara, rule="shut-out")
    say(world.priya, others, Word.ASKED, "What was it?")
    for who in (world.fred, world.dana, world.mara_portal, world.ada):
        with acting(application, who.id):
            for one in (finding, others):
                asked = application.execute("SELECT * FROM audit_asked_of_me(%s)", [one])
                assert asked.fetchall() == [], who


@pytest.mark.req("AT-12")
@pytest.mark.parametrize("how", ["shut out", "their own file"])
def test_who_is_kept_out_of_a_file_reviews_no_look_at_it(
    world: World, application: App, how: str
) -> None:
    here = found(world.dana, client=world.mara, case=world.mara_case)
    by_case = found(world.tess, case=world.mara_case)
    elsewhere = found(world.dana, client=world.ana, case=world.couple_case)
    say(world.priya, here, Word.EXPLAINED)
    if how == "shut out":
        shut(world.mara_portal, world.mara, world.vera)
    else:
        sealed(world.dana, world.mara, world.vera)
    with acting(application, world.vera.id):
        assert column(application, "SELECT id FROM audit_finding") == {elsewhere}
        assert column(application, "SELECT audit_open_findings()") == {elsewhere}
        assert column(application, "SELECT finding FROM audit_findingword") == set()
        ids = [world.mara, world.mara_case, world.ana]
        known = column(application, "SELECT id FROM audit_references(%s)", ids)
        assert known == {world.ana}
    said = []
    for one in (here, by_case, uuid4()):
        with as_actor(world.vera), pytest.raises(NotThere) as no:
            audit.actions.read_finding(actor=world.vera, finding_id=one)
        said.append(str(no.value))
        with pytest.raises(NotThere):
            say(world.vera, one)
    assert len(set(said)) == 1
    with as_actor(world.priya):
        assert {here, by_case} <= {one.id for one in audit.queries.open_findings()}


def test_where_everybody_who_reviews_is_kept_out_an_administrator_hears_of_it(
    world: World, owner: App
) -> None:
    found(world.sam, client=world.mara, rule="not-assigned")
    with as_actor(world.ada):
        before = audit.queries.unreviewed_people()
    shut(world.mara_portal, world.mara, world.priya)
    for who, more in ((world.ada, {world.sam.id}), (world.priya, set())):
        with as_actor(who):
            assert set(audit.queries.unreviewed_people()) - set(before) == more


def test_a_reviewer_who_is_kept_out_is_not_late_with_what_they_do_not_see(
    world: World, root: App
) -> None:
    found(world.dana, client=world.mara, case=world.mara_case)
    root.execute("ALTER TABLE audit_finding DISABLE TRIGGER USER")
    root.execute("UPDATE audit_finding SET found_at = now() - interval '20 days'")
    root.execute("ALTER TABLE audit_finding ENABLE TRIGGER USER")
    with as_actor(world.priya):
        assert world.vera.id in {one.person for one in audit.queries.late_reviewers()}
    shut(world.mara_portal, world.mara, world.vera)
    with as_actor(world.priya):
        assert world.vera.id not in {one.person for one in audit.queries.late_reviewers()}


# -- the log ---------------------------------------------------------------------------------------


def test_the_log_does_not_tell_a_sealed_file_from_one_that_keeps_them_out(
    world: World, application: App
) -> None:
    sealed(world.dana, world.mara)
    let_in(world.dana, world.mara, world.fred)
    shut(world.ana_portal, world.ana, world.priya)
    with acting(application, world.priya.id):
        kinds = column(application, "SELECT DISTINCT kind FROM audit_event")
    assert not [one for one in kinds if one.startswith(("file.", "shutout."))]
    with acting(application, world.dana.id):
        assert "file.sealed" in column(application, "SELECT kind FROM audit_event")
