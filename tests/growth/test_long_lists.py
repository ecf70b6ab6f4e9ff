"""Lists that grow with the practice come in pages, and what is looked for is found."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import pytest

import clients.actions
import clients.queries
from counselling.accounts.views import staff as pages
from counselling.db import as_actor
from tests.people import sign_in_browserless
from tests.world import World

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def test_colleagues_come_in_pages_and_are_found_by_name(client: Client) -> None:
    world = World.build()
    sign_in_browserless(client, world.ada)
    with mock.patch.object(pages, "A_PAGE", 3):
        first = client.get("/staff").content.decode()
        second = client.get("/staff?page=2").content.decode()
        found = client.get("/staff?name=vera").content.decode()
        none = client.get("/staff?name=nobody").content.decode()
        beyond = client.get("/staff?page=99")
    assert "Dana Roth" in first
    assert "Vera Lindqvist" not in first
    assert "page=2" in first
    assert "Dana Roth" not in second
    assert "Vera Lindqvist" in found
    assert "Fred Osei" not in found
    assert "Nobody of this name" in none
    assert beyond.status_code == 200


@pytest.mark.req("AT-11")
def test_the_trail_is_asked_by_client_as_well_as_by_case(client: Client) -> None:
    world = World.build()
    with as_actor(world.dana):
        clients.actions.open_client(actor=world.dana, client_id=world.mara)
        mara = clients.queries.client_row(world.mara).reference
        case = clients.queries.case_row(world.mara_case).reference
    sign_in_browserless(client, world.priya)
    of_client = client.get(f"/trail?case={mara}").content.decode()
    of_case = client.get(f"/trail?case={case}").content.decode()
    of_nobody = client.get("/trail?case=222-222").content.decode()
    # contact details belong to no case
    opened = "opened a client&#x27;s contact details</td>"
    assert opened in of_client
    assert opened not in of_case
    assert "took in a client</td>" in of_case
    assert "No event fits" in of_nobody
