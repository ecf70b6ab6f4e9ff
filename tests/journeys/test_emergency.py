"""When somebody may be in danger and nobody can be reached who cares for them; and a holiday."""

from __future__ import annotations

import datetime
import time
from typing import TYPE_CHECKING

import pytest

import clients.queries
from counselling.db import as_actor
from tests.clients.danger import hours_pass
from tests.journeys.conftest import one
from tests.journeys.steps import signs_in
from tests.records.safety import signed_plan
from tests.records.writing import signed_note

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.req("AU-16", "AT-12")
def test_a_hidden_file_is_read_for_an_hour_and_told_to_everybody_concerned(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    signed_note(world.dana, world.mara_case, "Sleeps badly since the spring.", alone="My own.")
    signed_plan(world.dana, world.mara_case, world.mara, help="My sister Klara.")
    with as_actor(world.dana):
        reference = clients.queries.client_row(world.mara).reference
    sam = at_a_browser()
    signs_in(sam, world.sam)

    began = time.monotonic()
    sam.goes_to(f"/clients/{world.mara}")
    assert sam.heading() == "Not available to you"
    sam.follows("Emergency access")
    sam.page.get_by_label("Their exact reference").fill(reference)
    sam.page.get_by_label("Somebody may harm").check()
    sam.page.get_by_label("In one sentence").fill("Her sister rang: she has said goodbye.")
    sam.clicks("Open for an hour")
    assert time.monotonic() - began < 20, "twenty seconds, axe on every page included"
    sam.sees("60 minutes left")
    sam.sees("My sister Klara.")
    access = sam.page.url.rsplit("/", 1)[1]
    sam.follows("Session note")
    sam.sees("Sleeps badly since the spring.")
    assert "My own." not in sam.page.content()
    sam.goes_to(f"/clients/{world.mara}")
    assert sam.heading() == "Not available to you"

    mara = at_a_browser(viewport={"width": 320, "height": 640})
    signs_in(mara, world.mara_portal)
    mara.goes_to("/space/accesses")
    assert "Sam Idris" not in mara.page.content()

    priya = at_a_browser()
    signs_in(priya, world.priya)
    priya.goes_to("/emergencies")
    priya.follows("Sam Idris")
    priya.sees("Her sister rang: she has said goodbye.")
    priya.sees("read a session note")
    priya.clicks("Justified")
    priya.sees("found it justified")

    sam.goes_to(f"/emergency/{access}")
    sam.clicks("End now")
    sam.goes_to(f"/emergency/{access}")
    assert sam.heading() == "Not available to you"

    hours_pass(one("SELECT id FROM clients_emergencyaccess"), 24)
    mara.goes_to("/space/accesses")
    mara.sees("Sam Idris")
    mara.sees("because of an emergency")
    assert "Her sister" not in mara.page.content()


@pytest.mark.req("AC-11")
def test_cases_are_handed_over_in_two_clicks_and_come_back_by_themselves(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    with as_actor(world.dana):
        reference = clients.queries.case_row(world.mara_case).reference
    dana = at_a_browser()
    signs_in(dana, world.dana)
    dana.goes_to("/clients")
    dana.follows("Hand over")
    dana.page.get_by_label(reference).check()
    dana.page.get_by_label("Who stands in").select_option(label="Sam Idris, counsellor")
    last = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=6)
    dana.page.get_by_label("Last day").fill(last.isoformat())
    dana.clicks("Hand over")
    dana.sees("One case is handed over.")

    sam = at_a_browser()
    signs_in(sam, world.sam)
    sam.goes_to("/today")
    sam.sees("you stand in for 1 case")
    sam.goes_to(f"/clients/{world.mara}")
    sam.sees("Maraquilla")
    dana.goes_to("/covers")
    dana.clicks("End the standing in for case " + reference)
    sam.goes_to(f"/clients/{world.mara}")
    assert sam.heading() == "Not available to you"
