"""Who reviews from outside reads of whom by reference, asks by reference, and opens nothing."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client as Browser

import clients.actions
import clients.queries
from counselling.access import SERVICE, Actor, Role
from counselling.db import as_actor
from tests import people
from tests.clients.acts_keeping_out import sealed, shut
from tests.clients.raw import App, acting
from tests.people import sign_in_browserless

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("AT-13", "AC-12")]


@pytest.fixture
def otto(world: World) -> Actor:
    """Invite somebody from outside, after Dana opened two files."""
    for client in (world.mara, world.ana):
        with as_actor(world.dana):
            clients.actions.open_client(actor=world.dana, client_id=client)
    return people.make_person(Role.OUTSIDE_REVIEWER, name="Otto Outside")


def called(world: World, client: UUID, case: UUID) -> tuple[str, str]:
    """Give how Dana calls a client and a case."""
    with as_actor(world.dana):
        row = clients.queries.client_row(client)
        return row.reference, clients.queries.case_row(case).reference


def ask(application: App, actor: Actor, *said: UUID | str) -> set[str]:
    """Give what raw SQL says that somebody may call these."""
    texts = [one for one in said if isinstance(one, str)]
    with acting(application, actor.id):
        rows = application.execute(
            "SELECT reference FROM clients_called_outside(%s, %s)",
            [[one for one in said if not isinstance(one, str)], texts],
        ).fetchall()
    return {row[0] for row in rows}


def at_a_desk(person: Actor) -> Browser:
    browser = Browser()
    sign_in_browserless(browser, person)
    return browser


def words(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return re.sub(r'(?<=name="csrfmiddlewaretoken" value=")\w+', "", answer.content.decode())


def test_only_who_reviews_from_outside_is_told_what_somebody_is_called(
    world: World, application: App, otto: Actor
) -> None:
    client, case = called(world, world.mara, world.mara_case)
    assert ask(application, otto, world.mara, world.mara_case) == {client, case}
    assert ask(application, otto, client) == {client}
    assert ask(application, otto, case) == {case}
    for other in (
        world.dana, world.sam, world.vera, world.priya, world.ada, world.fred, world.mara_portal,
        SERVICE,
    ):  # fmt: skip
        assert ask(application, other, world.mara, world.mara_case, client, case) == set(), other


def test_the_trail_calls_a_case_by_its_reference_and_opens_nothing(
    world: World, otto: Actor
) -> None:
    client, case = called(world, world.mara, world.mara_case)
    desk = at_a_desk(otto)
    for shown in ("", "&show=events"):
        every, hers = (
            words(desk, f"/trail?case={shown}"),
            words(desk, f"/trail?case={client}{shown}"),
        )
        assert client in every
        assert client in hers
        assert called(world, world.ana, world.couple_case)[0] not in hers
        assert "Maraquilla" not in every
        assert world.mara.hex not in every.replace("-", "")
    assert "There is no such" not in words(desk, f"/trail/picture?case={case}")
    assert desk.get(f"/clients/{world.mara}").status_code == 403


def test_what_is_taken_away_says_the_reference_too(world: World, otto: Actor) -> None:
    client, _ = called(world, world.mara, world.mara_case)
    taken = at_a_desk(otto).post("/trail/file", {"form": "csv"}).getvalue().decode()
    assert client in {row["Client"] for row in csv.DictReader(io.StringIO(taken[1:], newline=""))}


@pytest.mark.parametrize("why", ["sealed", "shut out"])
def test_a_file_they_are_kept_out_of_is_called_nothing(
    world: World, application: App, otto: Actor, why: str
) -> None:
    client, case = called(world, world.mara, world.mara_case)
    if why == "sealed":
        sealed(world.dana, world.mara)
    else:
        shut(world.dana, world.mara, otto)
    assert ask(application, otto, world.mara, world.mara_case, client, case) == set()
    desk = at_a_desk(otto)
    unknown = words(desk, "/trail?case=ZZZ-ZZZ").replace("ZZZ-ZZZ", client)
    assert words(desk, f"/trail?case={client}") == unknown
    assert client not in words(desk, "/trail")
    taken = desk.post("/trail/file", {"form": "csv"}).getvalue().decode()
    assert client not in taken
    assert str(world.mara) not in taken
    # and with a word for who else is in the file, the others are named as ever
    assert called(world, world.ana, world.couple_case)[0] in words(desk, "/trail")
