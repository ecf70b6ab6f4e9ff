"""Lists that grow with the practice come in pages, and what is looked for is found."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from unittest import mock

import pytest

import audit.queries.pages
import clients.actions
import clients.queries
from counselling.accounts.views import staff as pages
from counselling.db import as_actor
from counselling.views import trail as trail_page
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
    of_client = client.get(f"/trail?show=events&case={mara}").content.decode()
    of_case = client.get(f"/trail?show=events&case={case}").content.decode()
    of_nobody = client.get("/trail?case=222-222").content.decode()
    # contact details belong to no case
    opened = "opened a client&#x27;s contact details</td>"
    assert opened in of_client
    assert opened not in of_case
    assert "took in a client</td>" in of_case
    assert "No event fits" in of_nobody


@pytest.mark.req("AT-11")
def test_the_filters_of_the_trail_stay_on_the_page_and_in_its_links(client: Client) -> None:
    world = World.build()
    sign_in_browserless(client, world.priya)
    with mock.patch.object(trail_page, "A_PAGE", 2):
        quiet = client.get("/trail").content.decode()
        asked = client.get("/trail?role=front_desk&order=oldest&kind=").content.decode()
        link = re.search(r'href="(\?[^"]*before=[^"]*)">Later events', asked)
        assert link
        further = client.get(f"/trail{html.unescape(link[1])}").content.decode()
        short = client.get("/trail?why=ab").content.decode()
        unknown = client.get("/trail?order=random").content.decode()
    assert '<details class="wide">' in quiet
    for page in (asked, further):
        assert '<details class="wide" open>' in page
        assert '<option value="front_desk" selected>' in page
        assert '<option value="oldest" selected>' in page
        assert '<span class="muted">front desk</span>' in page
        assert '<span class="muted">counsellor</span>' not in page
    assert "Events, oldest first" in asked
    assert "at least 3 characters" in short
    assert "Select a valid choice" in unknown
    for page in (short, unknown):
        assert '<details class="wide" open>' in page


@pytest.mark.req("AT-11")
def test_a_page_that_looked_at_a_part_says_how_far_and_leads_on(client: Client) -> None:
    world = World.build()
    sign_in_browserless(client, world.priya)
    with mock.patch.object(audit.queries.pages, "LOOKED", 3):
        part = client.get("/trail?role=guardian").content.decode()
        sorted_part = client.get("/trail?role=guardian&order=person").content.decode()
    with mock.patch.object(audit.queries.pages, "SORTED", 3):
        cut = client.get("/trail?order=person").content.decode()
    assert "were looked through, as far as" in part
    assert "Look further" in part
    assert "A shorter period shows the rest" in sorted_part
    assert "Look further" not in sorted_part
    for page in (part, sorted_part):
        assert "No event fits" not in page
    assert "More events fit than can be put in this order" in cut
