"""Vera works through what trainees wrote; Tess answers what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.conftest import one
from tests.journeys.steps import signs_in
from tests.records.supervising import waiting_note

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LONG = "\n\n".join(
    f"Paragraph {number}. He spoke of the river and of work." for number in range(60)
)
SELECT = """() => {
  const text = document.querySelector('[data-passages] p').firstChild;
  const at = text.data.indexOf('the brother');
  getSelection().setBaseAndExtent(text, at, text, at + 11);
}"""


@pytest.mark.req("SU-01", "AC-04", "AX-01")
def test_vera_co_signs_with_the_keyboard_and_returns_with_a_comment_that_tess_answers(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    # given two notes of Tess that wait, the older one long
    waiting_note(world, LONG, hours_ago=9)
    second = waiting_note(world, "He spoke of the brother for the first time.")
    vera = at_a_browser()
    signs_in(vera, world.vera)
    vera.goes_to("/supervision")
    assert vera.heading() == "2 notes to co-sign"

    # when she opens the first, she cannot sign before its end was on the screen
    vera.follows("Read")
    button = vera.page.get_by_role("button", name="Co-sign and next")
    assert button.is_disabled()
    vera.page.keyboard.press("Control+Enter")
    vera.page.wait_for_timeout(300)
    assert one("SELECT count(*) FROM records_co_signature") == 0
    vera.page.keyboard.press("End")
    button.and_(vera.page.locator(":enabled")).wait_for(timeout=20_000)

    # then one key signs it and brings the next
    with vera.page.expect_navigation():
        vera.page.keyboard.press("Control+Enter")
    vera.sees("This is the next one.")
    assert str(second) in vera.page.url
    assert one("SELECT count(*) FROM records_co_signature") == 1

    # when she selects words and says what is missing, the note goes back
    vera.page.evaluate(SELECT)
    pick = vera.page.get_by_role("button", name="Comment on the selected words")
    pick.and_(vera.page.locator(":enabled")).wait_for(timeout=20_000)
    pick.click()
    assert vera.page.get_by_label("Passage").first.input_value() == "the brother"
    vera.page.keyboard.type("Which one? Say what he said.")
    vera.clicks("Return")
    vera.sees("Nothing else waits for you.")

    # then Tess finds it on her day, reads the comment beside its passage, and answers
    tess = at_a_browser(viewport={"width": 320, "height": 720})
    signs_in(tess, world.tess)
    tess.page.goto(f"{tess.address}/today")
    with tess.page.expect_navigation():
        tess.page.locator(f"a[href='/notes/{second}/comments']").click()
    assert tess.page.locator("mark[data-comment='1']").inner_text() == "the brother"
    tess.sees("Which one? Say what he said.")
    tess.page.get_by_label("Correction").check()
    tess.page.get_by_label("Text").fill("The elder: he called on Sunday.")
    with tess.page.expect_navigation():
        tess.page.get_by_role("button", name="Sign", exact=True).click()
    tess.sees("waits for your supervisor again")

    # and it waits for Vera again, with the answer under it
    vera.goes_to("/supervision")
    vera.follows("Read")
    vera.sees("The elder: he called on Sunday.")
    vera.clicks("Co-sign and next")
    assert one("SELECT count(*) FROM records_co_signature") == 2
