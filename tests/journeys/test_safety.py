"""Safety beside the note: a plan written together, and a danger somebody had to be told of."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

import pytest

from tests.journeys.conftest import one
from tests.journeys.steps import signs_in
from tests.records.writing import hold_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_a_plan_is_written_beside_the_note_and_mara_carries_it_home(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    session = hold_session(world.dana, world.mara_case)
    dana = at_a_browser()
    signs_in(dana, world.dana)
    # given a note half written
    dana.goes_to(f"/sessions/{session}/draft")
    dana.page.get_by_label("Record").fill("She says she cannot promise.")
    assert not dana.page.get_by_role("button", name="Write a safety plan").is_visible()
    # when the risk line says something else than "no new concern"
    dana.page.get_by_label("safety plan updated").check()
    dana.clicks("Write a safety plan")
    # then the plan is written in her words, and signed with the keyboard
    dana.page.get_by_label("How I notice that it begins").fill("I stop answering.\nI lie awake.")
    dana.page.get_by_label("Whom I ask for help").fill("My sister, also at night")
    dana.page.get_by_label("Show this version in the client's space").check()
    with dana.page.expect_navigation():
        dana.page.keyboard.press("Control+Enter")
    dana.looks()
    dana.sees("in their space")
    # and the note kept what was typed before she went
    dana.goes_to(f"/sessions/{session}/draft")
    assert dana.page.get_by_label("Record").input_value() == "She says she cannot promise."
    # the plan opens beside it, in place
    dana.page.get_by_text(re.compile("^Safety plan,")).click()
    dana.sees("My sister, also at night")

    mara = at_a_browser(viewport={"width": 320, "height": 640})
    signs_in(mara, world.mara_portal)
    mara.follows("Open it")
    mara.sees("I lie awake.")
    with mara.page.expect_download() as waiting:
        mara.page.get_by_role("link", name="As a card, to print").click()
    assert re.fullmatch(r"card-\d{4}-\d\d-\d\d\.pdf", waiting.value.suggested_filename)
    assert one("SELECT count(*) FROM audit_event WHERE kind = 'plan.printed'") == 1


def test_a_danger_is_written_down_and_mara_learns_of_it_from_dana_first(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    dana, mara = at_a_browser(), at_a_browser()
    signs_in(dana, world.dana)
    signs_in(mara, world.mara_portal)
    dana.goes_to(f"/cases/{world.mara_case}/clients/{world.mara}/dangers/new")
    page = dana.page
    page.get_by_label("the client's own").check()
    page.get_by_label("What the danger is").fill("She named tonight.")
    page.get_by_label("Who was consulted").fill("Vera, by telephone: do not leave her alone.")
    page.get_by_label("Who was told", exact=True).fill("The crisis team")
    page.get_by_label("What they were told").first.fill("Where she is.")
    page.get_by_label("Later, by the end").check()
    dana.clicks("Write it down")
    dana.sees("Choose the day.")
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)  # noqa: DTZ011 as a person would
    page.get_by_label("Day", exact=True).fill(tomorrow.isoformat())
    dana.clicks("Write it down")
    dana.sees("tell the client")
    # it stands among what waits for Dana, and on no page of Mara's
    dana.goes_to("/today")
    dana.sees("tell the client")
    for path in ("/space", "/space/dangers", "/space/accesses"):
        mara.goes_to(path)
        assert "crisis team" not in page_text(mara)
        assert "at stake" not in page_text(mara).replace("When a life was at stake", "")
    # told in the room; then her own page says so as well
    page.get_by_role("link", name=re.compile("tell the client|Mara")).first.click()
    page.wait_for_url(re.compile("/dangers/"))
    dana.follows("I told them")
    page.get_by_label("Text").fill("In the room, at five.")
    dana.clicks("Sign")
    mara.goes_to("/space")
    mara.follows("Somebody was told")
    mara.sees("The crisis team")
    assert "named tonight" not in page_text(mara)


def page_text(person: Person) -> str:
    return person.page.locator("main").inner_text()
