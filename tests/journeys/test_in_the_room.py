"""In the room: a device changes hands and comes back, and Back shows nothing of what was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import people
from tests.consent import steps as asking
from tests.journeys import steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.req("ES-13")
def test_dana_hands_her_device_to_mara_and_back(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    # given Dana at her desk, with Mara's page before her and another one in a second window
    request = asking.ask(world)
    dana = at_a_browser(viewport={"width": 820, "height": 1100})
    steps.signs_in(dana, world.dana)
    dana.goes_to(f"/clients/{world.mara}")
    page, elsewhere = dana.page, dana.page.context.new_page()
    elsewhere.goto(page.url)
    assert "Maraquilla" in elsewhere.inner_text("main")

    # when she hands it over
    dana.goes_to(f"/requests/{request}")
    dana.clicks("Hand over this device")
    assert "Is this for you?" in page.inner_text("main")

    # then the other window shows nothing any more, and Back neither
    elsewhere.wait_for_function("() => document.title === 'Hidden'")
    assert "Maraquilla" not in elsewhere.inner_text("main")
    dana.clicks("Yes, that is me")
    for _ in range(4):
        page.go_back()
        page.wait_for_load_state()
        assert "Dana" not in page.inner_text("body")
        assert "What happened" not in page.inner_text("body")

    # and Mara, who gives it back, is asked to hand it over, and Dana comes back with her password
    dana.goes_to("/r/device")
    assert "Please hand the device back" in page.inner_text("main")
    page.get_by_role("link", name="I work here").click()
    page.get_by_role("textbox").fill(people.PASSWORD)
    dana.clicks("Come back")
    assert "Where it stands" in page.inner_text("main")
