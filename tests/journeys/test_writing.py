"""A working day at the editor: Today, the last note beside, a preview, layouts, keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.consent import steps as asking
from tests.journeys import steps
from tests.journeys.conftest import one, until
from tests.records.writing import hold_session, signed_note

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OPENED = "SELECT count(*) FROM audit_event WHERE kind = 'note.opened'"
GONE_THROUGH = "SELECT count(*) FROM consent_gone_through"


@pytest.mark.req("EN-14", "AX-15")
def test_dana_writes_with_the_last_note_beside_her_and_sees_how_it_will_read(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    # given a note of last week, permissions nobody has gone through, and a session just over
    signed_note(world.dana, world.mara_case, "She kept the **sleep log**.", hours_ago=170)
    asking.shared_permission(world)
    hold_session(world.dana, world.mara_case)
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    page = dana.page

    # when she comes from Today and unfolds the last note, it opens in place; looking is recorded
    dana.follows("Write note")
    before = one(OPENED)
    page.locator("summary", has_text="Last note").click()
    page.locator("details.beside strong", has_text="sleep log").wait_for(timeout=20_000)
    assert one(OPENED) == before + 1
    # folding it up and opening it again is no second look
    page.locator("summary", has_text="Last note").click()
    page.locator("summary", has_text="Last note").click()

    # then the preview follows her typing, and nothing but the draft is kept
    page.get_by_label("Record").fill("*Tired* today.")
    page.get_by_role("button", name="Preview").click()
    shown = page.get_by_role("region", name="How it will read")
    shown.locator("em", has_text="Tired").wait_for(timeout=20_000)
    page.get_by_label("Record").fill("**Awake** today.")
    shown.locator("strong", has_text="Awake").wait_for(timeout=20_000)

    # and what they agreed to is gone through without leaving the page or a word of it
    page.get_by_role("button", name="Gone through together").click()
    page.get_by_role("status").get_by_text("noted").wait_for(timeout=20_000)
    assert one(GONE_THROUGH) == 1

    # and another layout keeps every word
    dana.clicks("SOAP")
    text = page.get_by_label("Record").input_value()
    assert text.startswith("**Awake** today.")
    assert re.findall("## (.*)", text) == ["Subjective", "Objective", "Assessment", "Plan"]
    assert one(OPENED) == before + 1


def test_dana_calls_a_session_off_and_moves_another_without_leaving_today(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    hold_session(world.dana, world.mara_case)
    dana = at_a_browser(viewport={"width": 320, "height": 640})
    steps.signs_in(dana, world.dana)
    dana.page.locator("summary", has_text="Change").click()
    dana.clicks("Did not come")
    assert one("SELECT attendance FROM records_session") == "no_show"
    dana.sees("not held")
    dana.page.locator("summary", has_text="Change").click()
    dana.follows("Another time or place")
    dana.page.get_by_label("How you meet").select_option("phone")
    dana.clicks("Keep")
    assert one("SELECT modality FROM records_session") == "phone"


@pytest.mark.req("AX-18", "AX-02")
def test_single_keys_lead_through_the_day_until_they_are_turned_off(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    hold_session(world.dana, world.mara_case)
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    page = dana.page

    def focused() -> str:
        return str(page.evaluate("document.activeElement.innerText"))

    # J goes to the next line of a list, K back, C to the clients, T home again
    page.keyboard.press("j")
    assert focused() != ""
    page.keyboard.press("k")
    with page.expect_navigation():
        page.keyboard.press("c")
    assert page.url.endswith("/clients")
    page.keyboard.press("?")
    dana.sees("Next and previous in a list")
    dana.looks()
    page.keyboard.press("n")  # a dialog is no place to fly away from
    assert page.url.endswith("/clients")
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("t")
    # letters that are typed stay letters
    dana.follows("Write note")
    page.get_by_label("Record").press_sequentially("tcnj?")
    assert page.get_by_label("Record").input_value() == "tcnj?"
    until(lambda: one("SELECT count(*) FROM records_draft") == 1)

    # and off is off, here and wherever she signs in
    dana.goes_to("/account")
    page.get_by_label("Use single-key shortcuts").uncheck()
    dana.clicks("Keep this")
    for key in ("c", "t", "?", "j"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.url.endswith("/account")
    assert page.get_by_role("dialog").count() == 0
    assert one("SELECT single_keys FROM accounts_account WHERE name = 'Dana Roth'") is False
