"""The trail on the page: visits that open, names only when asked for, pictures with their table."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from django.test import Client as Browser
from django.utils import timezone

import clients.actions
import clients.queries
from audit.queries.picturing import Openings
from counselling.db import as_actor
from counselling.views import picture
from counselling.views.trail import NAMES
from tests import world as worlds
from tests.people import sign_in_browserless
from tests.raw import superuser

if TYPE_CHECKING:
    from counselling.access import Actor
    from tests.world import World

pytestmark = pytest.mark.django_db

MONDAY: Final = datetime.date(2026, 3, 2)


@pytest.fixture
def world() -> World:
    made = worlds.World.build()
    with as_actor(made.dana):
        for _ in range(3):
            clients.actions.open_client(actor=made.dana, client_id=made.mara)
    return made


def signed_in(person: Actor) -> Browser:
    browser = Browser()
    sign_in_browserless(browser, person)
    return browser


def page(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def reference(world: World) -> str:
    with as_actor(world.dana):
        return clients.queries.client_row(world.mara).reference


def recorded(kind: str) -> list[str]:
    with superuser() as root:
        found = root.execute(
            "SELECT payload FROM audit_event WHERE kind = %s ORDER BY recorded, id", [kind]
        )
        return [payload for (payload,) in found]


@pytest.mark.req("AT-11")
def test_a_visit_is_one_line_that_opens_to_its_events(world: World) -> None:
    shown = page(signed_in(world.vera), "/trail?kind=client.opened")
    assert shown.count('<li id="visit-') == 1
    assert "opened a client&#x27;s contact details 3 times" in shown
    assert f'client <span class="ref">{reference(world)}</span>' in shown
    assert shown.count("<time datetime") >= 4
    assert "Maraq" not in shown
    assert '"visits":1' in recorded("audit.trail.read")[-1]


@pytest.mark.req("AT-11")
def test_the_address_and_the_sitting_of_a_visit_lead_to_all_of_them(world: World) -> None:
    dana = signed_in(world.dana)
    page(dana, f"/clients/{world.mara}")
    browser = signed_in(world.priya)
    shown = page(browser, "/trail?kind=client.opened&role=counsellor")
    by_address = re.search(r'href="(/trail\?address=[0-9a-f]{12})">address [0-9A-F]{4}', shown)
    by_sitting = re.search(r'href="(/trail\?sitting=[0-9a-f-]{36})"', shown)
    assert by_address
    assert by_sitting
    for link in (by_address[1], by_sitting[1]):
        assert "opened a client&#x27;s contact details" in page(browser, link)
    assert "No event fits" in page(browser, "/trail?address=0000000000000000")
    assert "first four characters" in page(browser, "/trail?address=%25%25")


@pytest.mark.req("AT-01")
def test_a_name_is_shown_when_asked_for_and_that_is_an_event(world: World) -> None:
    browser = signed_in(world.vera)
    before = len(recorded("client.listed"))
    answer = browser.post("/trail/name?kind=client.opened", {"client": str(world.mara)})
    shown = answer.content.decode()
    assert answer.status_code == 200
    (named,) = re.findall(r"<span class=\"named\">([^<]+)</span>", shown)
    assert named.startswith("Mara")
    assert 'action="/trail"' in shown
    names = recorded("client.listed")
    assert len(names) == before + 1
    assert '"purpose":"review"' in names[-1]
    assert str(world.mara) in names[-1]


@pytest.mark.req("AC-01")
def test_a_name_of_somebody_hidden_is_no_name_of_anybody(world: World) -> None:
    browser = signed_in(world.vera)
    for said in ([str(world.jon)], [], ["Mara"], ["00000000-0000-7000-8000-00000000abcd"]):
        assert browser.post("/trail/name", {"client": said}).status_code == 404
    assert signed_in(world.dana).post("/trail/name", {"client": world.mara}).status_code == 403


@pytest.mark.req("WH-09")
def test_names_are_so_many_an_hour(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counselling.views.trail.NAMES", _few())
    browser = signed_in(world.priya)
    said = [
        browser.post("/trail/name?kind=none", {"client": str(world.mara)}).status_code
        for _ in range(3)
    ]
    assert said == [200, 200, 429]
    assert NAMES.burst * NAMES.regain == 3600


def _few() -> Any:
    return type(NAMES)(NAMES.name, burst=2, regain=600)


@pytest.mark.req("BR-01")
def test_whom_somebody_touched_stands_on_one_page_by_reference(world: World) -> None:
    browser = signed_in(world.priya)
    today = timezone.localdate()
    asked = f"since={today - datetime.timedelta(days=1)}&until={today}"
    shown = page(browser, f"/trail/touched?person={world.dana.id}&{asked}")
    assert f'<span class="ref">{reference(world)}</span>' in shown
    assert "opened a client&#x27;s contact details" in shown
    assert "Maraq" not in shown
    assert "Choose a person" in page(browser, f"/trail/touched?{asked}")
    assert "Nobody" in page(browser, f"/trail/touched?sitting=0000&{asked}")
    assert "ends before" in page(
        browser, f"/trail/touched?person={world.dana.id}&since={today}&until=2020-01-01"
    )
    assert "This field is required" in page(browser, f"/trail/touched?person={world.dana.id}")
    # a supervisor is not offered whom they do not supervise, and asks in vain
    assert "Select a valid choice" in page(
        signed_in(world.vera), f"/trail/touched?person={world.sam.id}&{asked}"
    )


@pytest.mark.req("AX-14")
def test_a_picture_has_a_title_its_words_and_the_same_numbers_in_a_table(world: World) -> None:
    browser = signed_in(world.priya)
    shown = page(browser, f"/trail/picture?case={reference(world)}")
    assert re.search(r'<svg role="img" aria-labelledby="[^"]+"', shown)
    assert "<title id=" in shown
    said = re.search(r"<desc[^>]*>(\d+) openings, most in the week of", shown)
    assert said
    cells = re.findall(r'data-label="(?:By day|At night)">(\d+)<', shown)
    assert sum(map(int, cells)) == int(said[1]) >= 4
    assert "openings, most on" in page(browser, "/trail/picture")
    assert "no such case" in page(browser, "/trail/picture?case=222-222")
    assert "ends before" in page(browser, "/trail/picture?since=2026-03-02&until=2026-03-01")
    assert "a day to a year" in page(browser, "/trail/picture?since=2020-03-02&until=2026-03-01")


def test_bars_stand_on_the_ground_with_the_night_on_top() -> None:
    drawn = picture.draw(
        [Openings(MONDAY, 40, 10), Openings(MONDAY + datetime.timedelta(days=2), 0, 1)],
        MONDAY,
        MONDAY + datetime.timedelta(days=6),
    )
    assert [one.label for one in drawn.bars] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    monday, tuesday, wednesday = drawn.bars[:3]
    assert monday.day_y + monday.day_height == 96
    assert monday.night_y + monday.night_height < monday.day_y
    assert monday.night_y >= 0
    assert (tuesday.day_height, tuesday.night_height) == (0, 0)
    assert wednesday.night_height >= 3
    assert drawn.words == "51 openings, most on Monday 2 March: 50. 11 at night."
    assert all(one.x + one.width <= picture.WIDTH for one in drawn.bars)


def test_many_days_are_drawn_as_weeks_and_none_as_nothing() -> None:
    drawn = picture.draw([Openings(MONDAY, 1, 0)], MONDAY, MONDAY + datetime.timedelta(days=90))
    assert len(drawn.bars) == 13
    assert drawn.words == "1 openings, most in the week of 2 March: 1. None at night."
    assert picture.draw([], MONDAY, MONDAY).words == "Nothing was opened."
