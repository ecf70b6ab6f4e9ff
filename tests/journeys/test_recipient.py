"""A doctor reads what was shared with her: by keyboard, on a telephone, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counselling import jobs as queue
from tests.consent import acts_delivery, delivering

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.req("AX-01", "DS-01")
def test_the_doctor_opens_it_with_the_word_she_was_told_and_closes_it(
    world: World, at_a_browser: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given: Dana sent it, and told her the word on the telephone; the letter is written here
    with monkeypatch.context() as still:
        still.setattr(queue, "_send", lambda *_: None)
        sent = delivering.delivered(world)
    body = acts_delivery.claimed(world)
    doctor = at_a_browser(viewport={"width": 320, "height": 640}, color_scheme="dark")
    # when: she follows the link and types what she heard
    doctor.goes_to(f"/d/{delivering.token_in(body)}")
    page = doctor.page
    page.keyboard.type(sent.secret.shown.lower())
    page.keyboard.press("Enter")
    page.get_by_text("walked to the lake again").wait_for()
    # then: it is marked with her name, fits the telephone, and paper gets the notice alone
    address = page.url.removeprefix(doctor.address)
    doctor.goes_to(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert "Lindqvarn" in str(page.locator("svg.watermark text").first.text_content())
    page.emulate_media(media="print")
    assert not page.get_by_text("walked to the lake again").is_visible()
    assert page.get_by_text("is not printed").is_visible()
    page.emulate_media(media="screen")
    # when: she has finished
    page.get_by_role("button", name="I have finished").last.press("Enter")
    page.get_by_role("heading", name="it is closed").wait_for()
    # then: going back shows nothing
    doctor.goes_to(address)
    assert "no longer available" in doctor.heading()
    doctor.was_left_alone()
