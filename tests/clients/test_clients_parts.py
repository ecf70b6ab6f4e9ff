"""A part in a case counts between its dates: who has left is out of sight, what was done stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from clients import actions, queries
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.clients.raw import App, acting, column
from tests.people import sign_in_browserless
from tests.records import writing
from tests.world import assign

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-02")]


@pytest.fixture
def noted(world: World) -> UUID:
    """Give a note of the couple's, and have Ben leave them."""
    note = writing.signed_note(world.dana, world.couple_case, "A quiet session.")
    leaves(world, world.ben)
    return note


def leaves(world: World, client: UUID) -> None:
    with as_actor(world.fred):
        members = queries.case_row(world.couple_case).members
        part = next(one.id for one in members if one.client == client)
        actions.end_member(actor=world.fred, member_id=part)


def browser_of(actor: Actor) -> Client:
    browser = Client()
    sign_in_browserless(browser, actor)
    return browser


def test_who_left_is_out_of_sight_and_the_case_and_its_notes_are_not(
    world: World, noted: UUID
) -> None:
    dana = browser_of(world.dana)
    for path in (
        f"/clients/{world.ben}", f"/clients/{world.ben}/identity",
        f"/clients/{world.ben}/contact-card", f"/clients/{world.ben}/portal",
    ):  # fmt: skip
        assert dana.get(path).status_code == 404, path
    assert dana.get(f"/clients/{world.ana}").status_code == 200
    assert dana.get(f"/notes/{noted}").status_code == 200
    case = dana.get(f"/cases/{world.couple_case}").content.decode()
    assert "Anathorpe" in case
    assert "Benjabur" not in case
    assert "Somebody left the case" in case
    assert browser_of(world.vera).get(f"/clients/{world.ben}").status_code == 404
    assert browser_of(world.fred).get(f"/clients/{world.ben}").status_code == 200


def test_who_left_sees_themselves_and_the_case_no_more(
    application: App, world: World, noted: UUID
) -> None:
    with acting(application, world.ben_portal.id):
        assert column(application, "SELECT id FROM clients_client") == {world.ben}
        assert column(application, "SELECT id FROM clients_case") == set()
    with acting(application, world.ana_portal.id):
        assert column(application, "SELECT id FROM clients_case") == {world.couple_case}
        assert column(application, "SELECT client_id FROM clients_casemember") == {world.ana}


def test_a_job_for_who_left_has_nothing_to_do_with_the_case(
    application: App, world: World, noted: UUID
) -> None:
    with acting(application, SERVICE.id, client=world.ben):
        assert column(application, "SELECT id FROM clients_client") == {world.ben}
        assert column(application, "SELECT * FROM visible_cases()") == set()


def test_who_left_is_known_no_more_and_comes_back_by_the_front_desk(
    application: App, world: World, noted: UUID
) -> None:
    with acting(application, world.dana.id):
        known = "SELECT clients_knows(%s), clients_knows(%s)"
        assert application.execute(known, [world.ana, world.ben]).fetchone() == (True, False)
    with as_actor(world.fred):
        actions.add_member(actor=world.fred, case_id=world.couple_case, client_id=world.ben)
    assert browser_of(world.dana).get(f"/clients/{world.ben}").status_code == 200


def test_what_the_couple_does_now_is_no_line_of_who_left(world: World, noted: UUID) -> None:
    with as_actor(world.fred):
        own = actions.open_case(actor=world.fred, client_id=world.ben)
    assign(world.fred, own, world.dana)
    assign(world.fred, world.couple_case, world.sam)
    with as_actor(world.dana):
        assert [one.id for one in queries.cases_of(world.ben)] == [own]
        lines = queries.timeline(world.ben)
        assert world.sam.id not in {one.person for one in lines}
        left = [one.words for one in lines if one.case == world.couple_case]
        assert left[0] == "somebody left the case"
        assert world.sam.id in {one.person for one in queries.timeline(world.ana)}
        assert queries.relation_to_client(world.dana, world.ben) == "assigned"


@pytest.mark.parametrize(("who", "taking_part"), [("ana", True), ("ben", False), ("mara", False)])
def test_the_database_says_who_takes_part(
    application: App, world: World, noted: UUID, who: str, taking_part: bool
) -> None:
    with acting(application, world.dana.id):
        question = "SELECT clients_takes_part(%s, %s, now())"
        asked = [world.couple_case, getattr(world, who)]
        assert application.execute(question, asked).fetchone() == (taking_part,)
