"""What the database itself refuses: nobody assigns themselves a hidden client."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from clients import actions
from clients.domain import CaseKind
from clients.queries import case_row, cases_of
from counselling.access import ANONYMOUS, Role
from counselling.db import as_actor
from counselling.errors import NotThere, Refused
from tests.clients.raw import App, acting, column, insert_assignment, insert_member
from tests.world import World, assign, case_of, staff, take_in

if TYPE_CHECKING:
    from counselling.access import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-16")]

# -- nobody assigns themselves a hidden client -----------------------------------------------------


@pytest.mark.req("AC-02")
def test_a_counsellor_cannot_assign_themselves_a_hidden_case(
    application: App, world: World
) -> None:
    with acting(application, world.dana.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert_assignment(application, world.jon_case, world.dana.id, world.dana.id)
    with as_actor(world.dana), pytest.raises(NotThere):
        actions.offer_assignment(actor=world.dana, case_id=world.jon_case, person_id=world.dana.id)


@pytest.mark.req("AC-02")
def test_a_counsellor_cannot_bring_a_hidden_client_into_a_case_of_their_own(
    application: App, world: World
) -> None:
    with acting(application, world.dana.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert_member(application, world.couple_case, world.jon)
    with as_actor(world.dana), pytest.raises(NotThere):
        actions.open_case(actor=world.dana, client_id=world.jon)


@pytest.mark.parametrize("who", ["vera", "priya", "ada", "mara_portal"])
def test_who_cares_for_nobody_writes_nothing(application: App, world: World, who: str) -> None:
    actor = getattr(world, who).id
    for attack in (
        lambda: insert_assignment(application, world.mara_case, actor, actor),
        lambda: insert_member(application, world.mara_case, world.jon),
        lambda: application.execute(
            "INSERT INTO clients_case (id, reference, kind, state, created_at, created_by_id) "
            "VALUES (%s, 'AAA-AAA', 'group', 'enquiry', now(), %s)",
            [uuid4(), actor],
        ),
    ):
        with (
            acting(application, actor),
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            attack()
    with acting(application, actor):
        assert application.execute("UPDATE clients_case SET state = 'paused'").rowcount == 0
        assert application.execute("UPDATE clients_client SET language = 'fr'").rowcount == 0
        # a client changes their own card, and no other
        own = world.mara if who == "mara_portal" else None
        everybody_else = (
            "UPDATE clients_contactcard SET card = '' WHERE client_id IS DISTINCT FROM %s"
        )
        assert application.execute(everybody_else, [own]).rowcount == 0


def test_nobody_signs_for_another(application: App, world: World) -> None:
    with acting(application, world.fred.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert_assignment(application, world.mara_case, world.sam.id, world.dana.id)


def test_a_case_is_offered_to_counsellors_and_trainees_only(application: App, world: World) -> None:
    for person in (world.vera, world.ada, world.mara_portal):
        with (
            acting(application, world.fred.id),
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            insert_assignment(application, world.mara_case, person.id, world.fred.id)


def test_only_who_was_offered_a_case_accepts_it(application: App, world: World) -> None:
    with as_actor(world.fred):
        offer = actions.offer_assignment(
            actor=world.fred, case_id=world.mara_case, person_id=world.sam.id
        )
    accept = "UPDATE clients_assignment SET accepted_at = now(), since = now() WHERE id = %s"
    with (
        acting(application, world.fred.id),
        pytest.raises(psycopg.errors.IntegrityError, match="Only who was offered"),
    ):
        application.execute(accept, [offer])
    with acting(application, world.dana.id):
        assert application.execute(accept, [offer]).rowcount == 0
    with as_actor(world.dana), pytest.raises(Refused):
        actions.accept_assignment(actor=world.dana, assignment_id=offer)


def test_what_ended_is_not_brought_back(application: App, world: World) -> None:
    with as_actor(world.dana):
        one = next(iter(case_row(world.mara_case).assignments))
        actions.end_assignment(actor=world.dana, assignment_id=one.id)
    for who in (world.dana, world.fred):
        with acting(application, who.id):
            try:
                changed = application.execute("UPDATE clients_assignment SET until = NULL").rowcount
            except psycopg.errors.IntegrityError as refused:
                assert "stays as it is" in str(refused)  # noqa: PT017 either way is a refusal
            else:
                assert changed == 0


@pytest.mark.parametrize("change", ["case_id", "person_id", "offered_by_id", "capacity"])
def test_an_assignment_is_not_turned_into_another(
    application: App, world: World, change: str
) -> None:
    with acting(application, world.dana.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(f"UPDATE clients_assignment SET {change} = {change}")


# -- somebody who is front desk and counsellor in one ----------------------------------------------


@pytest.fixture
def both(world: World) -> Actor:
    """Give somebody of a small practice who answers the telephone and counsels."""
    roles = {Role.FRONT_DESK, Role.COUNSELLOR}
    return staff(world.ada, "bo", "Bo Ferrand", "counsellor", roles)


def test_whom_one_took_in_oneself_one_may_care_for(world: World, both: Actor) -> None:
    made = take_in(both, "mara")
    assign(both, case_of(both, made), both)
    assert case_of(both, made)


def test_a_counsellor_takes_in_a_client_and_cares_for_them(world: World) -> None:
    made = take_in(world.dana, "mara")
    assign(world.dana, case_of(world.dana, made), world.dana)
    with as_actor(world.dana) as at:
        assert cases_of(made)[0].assigned(at) == (world.dana.id,)


@pytest.mark.req("AC-02")
def test_seeing_every_name_at_the_front_desk_opens_no_record(
    application: App, world: World, both: Actor
) -> None:
    with as_actor(both):
        case = actions.open_case(actor=both, client_id=world.jon)
    with as_actor(both), pytest.raises(Refused):
        actions.offer_assignment(actor=both, case_id=case, person_id=both.id)
    with acting(application, both.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert_assignment(application, case, both.id, both.id)
    with acting(application, both.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert_assignment(application, world.jon_case, both.id, both.id)


@pytest.mark.req("AC-02")
def test_a_hidden_client_is_not_slipped_into_ones_own_case(
    application: App, world: World, both: Actor
) -> None:
    mine = case_of(both, take_in(both, "mara", kind=CaseKind.GROUP))
    with as_actor(both):
        offered = actions.offer_assignment(actor=both, case_id=mine, person_id=both.id)
    with as_actor(both), pytest.raises(Refused):
        actions.add_member(actor=both, case_id=mine, client_id=world.jon)
    with as_actor(both):
        actions.accept_assignment(actor=both, assignment_id=offered)
    with as_actor(both), pytest.raises(Refused):
        actions.add_member(actor=both, case_id=mine, client_id=world.jon)
    with acting(application, both.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert_member(application, mine, world.jon)


@pytest.mark.req("AC-02")
def test_whom_one_took_in_belongs_to_who_accepted_them(
    application: App, world: World, both: Actor
) -> None:
    made = take_in(both, "mara")
    assign(both, case_of(both, made), world.sam)
    with as_actor(both):
        case = actions.open_case(actor=both, client_id=made)
    with as_actor(both), pytest.raises(Refused):
        actions.offer_assignment(actor=both, case_id=case, person_id=both.id)


# -- sign-ins and links ----------------------------------------------------------------------------


def test_a_client_is_given_to_a_clients_account_only(application: App, world: World) -> None:
    question = (
        "INSERT INTO clients_portalaccess (id, client_id, account_id, given_at, given_by_id) "
        "VALUES (%s, %s, %s, now(), %s)"
    )
    with acting(application, world.dana.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(question, [uuid4(), world.mara, world.sam.id, world.dana.id])
    with acting(application, world.sam.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(question, [uuid4(), world.mara, world.sam.id, world.sam.id])


def test_a_sign_in_that_was_closed_shows_nothing(
    application: App, owner: App, world: World
) -> None:
    owner.execute(
        "UPDATE accounts_account SET is_active = false WHERE id = %s", [world.mara_portal.id]
    )
    with acting(application, world.mara_portal.id):
        assert column(application, "SELECT id FROM clients_client") == set()


def test_a_link_sees_its_client_until_it_ends(application: App, world: World) -> None:
    row = uuid4()
    with as_actor(ANONYMOUS):
        link = actions.open_link_actor(actor=ANONYMOUS, client_id=world.ben, row=row)
    with acting(application, link.id):
        assert column(application, "SELECT id FROM clients_client") == {world.ben}
        assert column(application, "SELECT link_row()") == {row}
        assert column(application, "SELECT * FROM visible_cases()") == set()
        assert application.execute("SELECT count(*) FROM audit_event").fetchone() == (0,)
        with pytest.raises(psycopg.errors.IntegrityError, match="not prolonged"):
            application.execute("UPDATE clients_linkactor SET expires_at = now() + '1 day'")
    with as_actor(link):
        actions.end_links(actor=link, client_id=world.ben, row=row)
    with acting(application, link.id):
        assert column(application, "SELECT id FROM clients_client") == set()


def test_a_link_is_opened_by_nobody_signed_in_and_not_for_days(
    application: App, world: World
) -> None:
    make = "SELECT clients_make_link_actor(%s, %s, 'consent', %s, now() + %s::interval)"
    with acting(application, world.dana.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(make, [uuid4(), world.jon, uuid4(), "1 hour"])
    for lasts in ("2 days", "-1 hour"):
        with acting(application, ANONYMOUS.id), pytest.raises(psycopg.errors.IntegrityError):
            application.execute(make, [uuid4(), world.jon, uuid4(), lasts])
    with acting(application, ANONYMOUS.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(
            "INSERT INTO clients_linkactor VALUES (%s, 'consent', %s, now(), now(), now(), %s)",
            [uuid4(), uuid4(), world.jon],
        )


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("clients_client", True),
        ("accounts_account", False),
        ("clients_client; DROP TABLE clients_client", False),
        ("clients_nothing", False),
    ],
)
def test_only_tables_of_care_are_asked_whether_a_hidden_row_exists(
    application: App, world: World, table: str, found: bool
) -> None:
    with acting(application, world.dana.id):
        assert column(application, "SELECT row_exists(%s, %s)", table, world.jon) == {found}
        assert column(application, "SELECT row_exists(%s, %s)", table, uuid4()) == {False}
