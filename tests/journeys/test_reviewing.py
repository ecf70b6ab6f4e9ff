"""Ten minutes of a supervisor's week: what was found is explained, asked, escalated, signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.audit.deciding import found
from tests.journeys.conftest import one
from tests.journeys.steps import signs_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def presses(person: Person, *keys: str) -> None:
    """Press one key after the other; the last one leads to a page."""
    *before, last = keys
    for key in before:
        person.page.keyboard.press(key)
    with person.page.expect_navigation(timeout=15_000):
        person.page.keyboard.press(last)
    person.arrives()


@pytest.mark.req("AT-12")
def test_a_week_is_reviewed_by_keyboard_alone(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    found(world.dana, client=world.jon, case=world.jon_case)
    found(world.tess, client=world.tom, rule="ordinary", reviewer=str(world.vera.id))
    vera = at_a_browser()
    signs_in(vera, world.vera)
    vera.goes_to("/review")
    assert vera.heading() == "Two things to look at"
    vera.page.keyboard.press("j")
    vera.page.keyboard.press("2")
    vera.page.keyboard.type("You are not on that case: what was it?")
    presses(vera, "Control+Enter")
    assert vera.heading() == "One thing to look at"
    vera.sees("asked")
    presses(vera, "1", "Space", "Enter")  # the first kind: ordinary work
    assert vera.heading() == "All decided: finish the review"

    dana = at_a_browser(viewport={"width": 320, "height": 640})
    signs_in(dana, world.dana)
    dana.goes_to("/today")
    dana.sees("a reviewer asks")
    dana.page.locator("a[href^='/asked/']").click()
    dana.sees("You are not on that case: what was it?")
    dana.page.keyboard.press("Escape")
    dana.page.get_by_label("Your answer").fill("Jon rang by mistake.")
    dana.clicks("Answer")

    vera.goes_to("/review")
    vera.sees("Jon rang by mistake.")
    vera.page.keyboard.press("j")
    vera.page.keyboard.press("3")
    vera.page.keyboard.type("I would rather somebody else decides.")
    presses(vera, "Control+Enter")
    vera.page.get_by_role("link", name="Finish review").focus()
    presses(vera, "Enter")
    vera.sees("I looked at 1 finding and 1 ordinary visit")
    vera.page.get_by_label("In your words").focus()
    presses(vera, "Control+Enter")
    assert vera.heading() == "Reviews that are finished"
    assert one("SELECT count(*) FROM audit_event WHERE kind = 'audit.review.signed'") == 1
    assert one("SELECT count(*) FROM audit_event WHERE kind = 'audit.finding.said'") == 3
    assert one("SELECT count(*) FROM audit_event WHERE kind = 'audit.finding.answered'") == 1
