"""What the database itself shows, whoever asks and however the query is written."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import psycopg
import pytest

from clients import actions
from clients.domain import CaseState, Template
from clients.queries import case_row
from counselling.access import ANONYMOUS, SERVICE
from counselling.db import as_actor
from tests.clients.raw import App, acting, column, insert_member
from tests.world import World, assign

if TYPE_CHECKING:
    from counselling.access import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-16")]

TABLES = (
    "clients_client", "clients_contactcard", "clients_case", "clients_casechange",
    "clients_casemember", "clients_assignment", "clients_portalaccess", "clients_linkactor",
    "clients_message",
)  # fmt: skip
# who sees these is told in test_clients_cover, _emergency, _guarding and their like
ELSEWHERE = {
    "clients_cover", "clients_emergencyaccess", "clients_emergencydecision",
    "clients_emergencynote", "clients_foundby",
    "clients_namepart", "clients_capacitydecision", "clients_decisionguardian",
    "clients_guardian", "clients_guardianaccess", "clients_news",
    "clients_letin", "clients_sealedfile", "clients_shutout", "clients_kin",
    "clients_accessquestion", "clients_accessanswer", "clients_tellme", "clients_lastlook",
}  # fmt: skip


# -- nobody ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_without_an_actor_there_are_no_rows(
    application: App, owner: App, world: World, table: str
) -> None:
    with as_actor(ANONYMOUS):
        actions.open_link_actor(actor=ANONYMOUS, client_id=world.ben, row=uuid4())
    with as_actor(world.fred):
        actions.queue_message(actor=world.fred, client_id=world.ben, template=Template.COPY)
    assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() != (0,)
    for nobody in (None, ANONYMOUS.id, SERVICE.id, uuid4()):
        with acting(application, nobody):
            assert application.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_every_table_of_care_is_under_row_security_and_the_application_owns_none(
    root: App,
) -> None:
    rows = root.execute(
        "SELECT relname, relrowsecurity, pg_get_userbyid(relowner) FROM pg_class "
        "WHERE relname ~ '^clients_' AND relkind = 'r' AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert {row[0] for row in rows} == set(TABLES) | ELSEWHERE
    assert {row[1:] for row in rows} == {(True, "counselling_owner")}


def test_nobody_creates_or_changes_before_there_is_an_actor(application: App, world: World) -> None:
    with acting(application, None):
        assert application.execute("UPDATE clients_client SET language = 'fr'").rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            insert_member(application, world.mara_case, world.mara)


# -- who sees whom --------------------------------------------------------------------------------


@pytest.mark.req("AC-02", "AC-04", "AC-05")
@pytest.mark.parametrize(
    ("who", "contact", "consent"),
    [
        ("fred", "mara ana ben tom jon", ""),
        ("dana", "mara ana ben", "mara ana ben"),
        ("sam", "jon", "jon"),
        ("tess", "tom", "tom"),
        ("vera", "mara ana ben tom", "mara ana ben tom"),
        ("priya", "mara ana ben tom jon", "mara ana ben tom jon"),
        ("ada", "", ""),
        ("mara_portal", "mara", "mara"),
        ("ana_portal", "ana", "ana"),
        ("ben_portal", "ben", "ben"),
    ],
)
def test_each_person_sees_their_clients_and_no_other(
    application: App, world: World, who: str, contact: str, consent: str
) -> None:
    with acting(application, getattr(world, who).id):
        for level, keys in (("contact", contact), ("consent", consent), ("record", "")):
            seen = column(application, "SELECT * FROM visible_clients(%s)", level)
            assert seen == {getattr(world, key) for key in keys.split()}, level
        rows = column(application, "SELECT id FROM clients_client")
        assert rows == {getattr(world, key) for key in contact.split()}
        cards = column(application, "SELECT client_id FROM clients_contactcard")
        assert cards == rows


@pytest.mark.req("AC-02", "AC-04")
@pytest.mark.parametrize(
    ("who", "record", "contact", "manage"),
    [
        ("fred", "", "mara couple tom jon", "mara couple tom jon"),
        ("dana", "mara couple", "mara couple", "mara couple"),
        ("sam", "jon", "jon", "jon"),
        ("vera", "mara couple tom", "mara couple tom", ""),
        ("priya", "", "mara couple tom jon", ""),
        ("ada", "", "", ""),
        ("mara_portal", "", "mara", ""),
        ("ana_portal", "", "couple", ""),
    ],
)
def test_each_person_sees_their_cases_at_their_level(
    application: App, world: World, who: str, record: str, contact: str, manage: str
) -> None:
    with acting(application, getattr(world, who).id):
        for level, keys in (("record", record), ("contact", contact), ("manage", manage)):
            seen = column(application, "SELECT * FROM visible_cases(%s)", level)
            assert seen == {getattr(world, f"{key}_case") for key in keys.split()}, level
        assert column(application, "SELECT * FROM visible_cases('everything')") == set()
        assert column(application, "SELECT * FROM visible_cases()") == column(
            application, "SELECT * FROM visible_cases('record')"
        )


@pytest.mark.req("AC-05")
def test_partners_do_not_see_each_other_through_their_case(application: App, world: World) -> None:
    with acting(application, world.ana_portal.id):
        assert column(application, "SELECT client_id FROM clients_casemember") == {world.ana}
        assert column(application, "SELECT client_id FROM clients_portalaccess") == {world.ana}
    with acting(application, world.dana.id):
        members = column(
            application,
            "SELECT client_id FROM clients_casemember WHERE case_id = %s",
            world.couple_case,
        )
        assert members == {world.ana, world.ben}


@pytest.mark.req("AC-05")
def test_a_couples_counsellor_does_not_see_that_one_of_them_has_a_case_of_their_own(
    application: App, world: World
) -> None:
    with as_actor(world.fred):
        own = actions.open_case(actor=world.fred, client_id=world.ana)
    assign(world.fred, own, world.sam)
    for who, cases in ((world.dana, {world.couple_case}), (world.sam, {own})):
        with acting(application, who.id):
            question = "SELECT case_id FROM clients_casemember WHERE client_id = %s"
            assert column(application, question, world.ana) == cases
    with acting(application, world.sam.id):
        assert world.ben not in column(application, "SELECT id FROM clients_client")


def test_a_job_sees_its_one_client(application: App, world: World) -> None:
    with acting(application, SERVICE.id, client=world.ana):
        assert column(application, "SELECT id FROM clients_client") == {world.ana}
        assert column(application, "SELECT * FROM visible_cases()") == {world.couple_case}
        assert column(application, "SELECT client_id FROM clients_casemember") == {world.ana}
    with acting(application, world.dana.id, client=world.jon):
        assert world.jon not in column(application, "SELECT id FROM clients_client")


# -- an assignment counts between its dates, and a role while it is held ---------------------------


@pytest.mark.req("AC-02")
def test_an_offer_shows_who_it_is_about_and_no_record(application: App, world: World) -> None:
    with as_actor(world.fred):
        actions.offer_assignment(actor=world.fred, case_id=world.jon_case, person_id=world.dana.id)
    with acting(application, world.dana.id):
        assert world.jon in column(application, "SELECT * FROM visible_clients('contact')")
        assert world.jon not in column(application, "SELECT * FROM visible_clients('consent')")
        assert world.jon_case not in column(application, "SELECT * FROM visible_cases()")


@pytest.mark.parametrize("ending", ["assignment", "case", "role", "account"])
def test_what_ends_is_out_of_sight_at_once(
    application: App, owner: App, world: World, ending: str
) -> None:
    assert _sees(application, world.dana, world.mara)
    if ending == "assignment":
        with as_actor(world.dana):
            one = next(iter(case_row(world.mara_case).assignments))
            actions.end_assignment(actor=world.dana, assignment_id=one.id)
    elif ending == "case":
        with as_actor(world.dana):
            actions.change_case_state(
                actor=world.dana, case_id=world.mara_case, state=CaseState.CLOSED
            )
    elif ending == "role":
        owner.execute("UPDATE accounts_roleheld SET until = now() WHERE role = 'counsellor'")
    else:
        owner.execute(
            "UPDATE accounts_account SET is_active = false WHERE id = %s", [world.dana.id]
        )
    assert not _sees(application, world.dana, world.mara)
    if ending != "role":
        assert not _sees(application, world.vera, world.mara) or ending == "account"


def _sees(application: App, who: Actor, client: UUID) -> bool:
    with acting(application, who.id):
        return client in column(application, "SELECT id FROM clients_client")


# -- the trail -------------------------------------------------------------------------------------


@pytest.mark.req("AC-04")
def test_who_reads_which_event(application: App, owner: App, world: World) -> None:
    with as_actor(world.sam):
        actions.open_client(actor=world.sam, client_id=world.jon)
    with as_actor(world.dana):
        actions.names_for(actor=world.dana, client_ids=[world.ana, world.ben], purpose="reading")
    everything = column(owner, "SELECT id FROM audit_event")
    mine = "SELECT DISTINCT actor FROM audit_event"
    with acting(application, world.priya.id):
        assert column(application, "SELECT id FROM audit_event") == everything
    with acting(application, world.vera.id):
        supervised = {world.dana.id, world.tess.id, world.vera.id}
        assert column(application, mine) <= supervised
        assert world.dana.id in column(application, mine)
    with acting(application, world.dana.id):
        assert column(application, mine) == {world.dana.id}
    with acting(application, world.ben_portal.id):
        about = "SELECT kind FROM audit_event WHERE actor <> counselling_actor()"
        assert {"client.taken_in", "client.listed"} <= column(application, about)
        other = "SELECT count(*) FROM audit_event WHERE client IN (%s, %s)"
        assert application.execute(other, [world.jon, world.mara]).fetchone() == (0,)
    with acting(application, world.ada.id):
        clients = "SELECT count(*) FROM audit_event WHERE num_nonnulls(client, case_id) > 0"
        assert application.execute(clients).fetchone() == (0,)
        assert "client.opened" not in column(application, "SELECT kind FROM audit_event")
    for nobody in (ANONYMOUS.id, SERVICE.id, None):
        with acting(application, nobody):
            assert column(application, "SELECT id FROM audit_event") == set()


def test_supervision_that_ended_reads_nothing_more(
    application: App, owner: App, world: World
) -> None:
    owner.execute("UPDATE accounts_supervision SET until = now()")
    with acting(application, world.vera.id):
        assert column(application, "SELECT id FROM clients_client") == set()
        assert column(application, "SELECT DISTINCT actor FROM audit_event") <= {world.vera.id}


# -- the cost --------------------------------------------------------------------------------------


def test_visibility_is_asked_once_per_query(application: App, world: World) -> None:
    with acting(application, world.dana.id):
        application.execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(
            row[0] for row in application.execute("EXPLAIN SELECT id FROM clients_client")
        )
    assert "InitPlan" in plan
    assert "SubPlan" not in plan
    assert "Index" in plan
