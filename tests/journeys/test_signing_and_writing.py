"""The same work by keyboard alone, without JavaScript, in two tabs, and with mistakes in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import people
from tests.consent import steps as asking
from tests.journeys import steps
from tests.journeys.conftest import one
from tests.records.writing import hold_session, signed_note
from tests.world import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def focused(page: Page) -> str:
    return str(
        page.evaluate(
            "(document.activeElement?.innerText || document.activeElement?.name || '').trim()"
        )
    )


def tabs_to(page: Page, words: str) -> None:
    """Press Tab until the words have the focus, as somebody without a mouse would."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page).startswith(words):
            assert is_seen(page), f"the focus on {words!r} is hidden"
            return
    pytest.fail(f"{words!r} cannot be reached by keyboard")


def is_seen(page: Page) -> bool:
    """Say whether what has the focus lies open in the window (AX-11)."""
    return bool(
        page.evaluate(
            "(() => { const e = document.activeElement, r = e.getBoundingClientRect();"
            "const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);"
            "return e.contains(top) || (top && top.contains(e)); })()"
        )
    )


def presses(page: Page, key: str = "Enter") -> None:
    with page.expect_navigation(timeout=15_000):
        page.keyboard.press(key)


@pytest.mark.req("AX-02", "AX-03", "AX-05", "AX-11")
def test_mara_signs_by_keyboard_alone(world: World, at_a_browser: Callable[..., Person]) -> None:
    # given a form that was sent to Mara
    sent = asking.send(world, asking.ask(world))
    mara = at_a_browser(viewport={"width": 320, "height": 700})
    mara.goes_to(sent.path)
    page = mara.page

    # when she never touches a mouse
    page.keyboard.type(sent.pin)
    presses(page)
    tabs_to(page, "I can read this and sign online")
    presses(page)
    for code in ("share-attendance", "share-summary", "share-notes"):
        tabs_to(page, code)
        page.keyboard.press("Space")
    tabs_to(page, "The whole text")
    presses(page)
    tabs_to(page, "I have read it. Go on")
    presses(page)
    mara.looks()
    tabs_to(page, "name")
    page.keyboard.type(" ".join(NAMES["mara"]))
    tabs_to(page, "Sign")
    presses(page)

    # then it is signed
    mara.sees("Thank you. It is signed.")
    assert one("SELECT count(*) FROM consent_signature") == 1


@pytest.mark.req("AX-16", "CC-20")
def test_mara_signs_without_javascript(world: World, at_a_browser: Callable[..., Person]) -> None:
    sent = asking.send(world, asking.ask(world))
    mara = at_a_browser(java_script_enabled=False)
    page = mara.page
    page.goto(mara.address + sent.path)
    page.get_by_label("PIN").fill(sent.pin)
    mara.leaves_by(page.get_by_role("button", name="Open"))
    mara.leaves_by(page.get_by_role("button", name="I can read this"))
    assert page.locator("input[type=radio]:checked").count() == 0
    for box in page.get_by_label("Yes", exact=True).all():
        box.check()
    mara.leaves_by(page.get_by_role("button", name="The whole text"))
    mara.leaves_by(page.get_by_role("button", name="I have read it"))
    page.get_by_label("Your name").fill(" ".join(NAMES["mara"]))
    mara.leaves_by(page.get_by_role("button", name="Sign", exact=True))
    page.get_by_text("Thank you. It is signed.").wait_for()
    assert one("SELECT count(*) FROM consent_signature") == 1


@pytest.mark.req("AX-06")
def test_a_note_signed_too_early_says_what_is_missing_and_keeps_every_word(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    session = hold_session(world.dana, world.mara_case)
    dana.goes_to(f"/sessions/{session}/draft")
    dana.page.get_by_label("Record").fill("Everything but the risk line.")
    dana.clicks("Sign …")
    dana.sees("Choose what applies to risk today.")
    assert "data-summary" in str(dana.page.evaluate("document.activeElement.outerHTML"))
    assert dana.page.get_by_label("Record").input_value() == "Everything but the risk line."
    dana.page.get_by_label("no new concern").check()
    dana.clicks("Sign …")
    dana.clicks("Sign")
    dana.sees("Signed by")


@pytest.mark.req("EN-14")
def test_two_tabs_show_both_texts_and_the_browser_keeps_nothing(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    # given the same note open in two tabs
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    session = hold_session(world.dana, world.mara_case)
    dana.goes_to(f"/sessions/{session}/draft")
    other = dana.context.new_page()
    other.goto(dana.page.url)

    # when the first saves, and the second is written in too
    dana.page.get_by_label("Record").fill("The first tab.")
    dana.page.get_by_role("status").get_by_text("sealed").wait_for(timeout=20_000)
    other.get_by_label("Record").fill("The second tab.")
    other.get_by_text("Another tab saved this note").wait_for(timeout=20_000)
    other.get_by_role("button", name="Keep as draft").click()

    # then both texts are on one page, and nothing of either in the browser's stores
    other.get_by_text("Saved by the other tab").first.wait_for()
    assert "The first tab." in other.locator("pre").first.inner_text()
    assert other.get_by_label("Record").input_value() == "The second tab."
    stored = other.evaluate(
        "(async () => JSON.stringify([{...localStorage}, {...sessionStorage}, "
        "await indexedDB.databases(), await caches.keys()]))()"
    )
    assert stored == "[{},{},[],[]]"

    # and what is in the box is kept
    other.get_by_role("button", name="Keep as draft").click()
    other.wait_for_url("**/today")
    dana.goes_to(f"/sessions/{session}/draft")
    assert dana.page.get_by_label("Record").input_value() == "The second tab."


@pytest.mark.req("AX-15")
def test_offline_the_page_says_that_nothing_is_saved_and_saves_when_it_can(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    session = hold_session(world.dana, world.mara_case)
    dana.goes_to(f"/sessions/{session}/draft")
    dana.context.set_offline(True)
    dana.page.get_by_label("Record").fill("Typed in a tunnel.")
    dana.page.get_by_role("status").get_by_text("Not saved").wait_for(timeout=20_000)
    dana.context.set_offline(False)
    dana.page.get_by_role("status").get_by_text("sealed").wait_for(timeout=12_000)
    assert one("SELECT count(*) FROM records_draft") == 1
    dana.said.clear()  # the browser itself says that it was offline


def test_words_typed_after_the_sitting_ended_are_saved_once_somebody_is_back(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    # given Dana in the middle of a note when her sitting ends
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    session = hold_session(world.dana, world.mara_case)
    dana.goes_to(f"/sessions/{session}/draft")
    dana.page.get_by_label("Record").fill("Before.")
    dana.page.get_by_role("status").get_by_text("sealed").wait_for(timeout=20_000)
    other = dana.context.new_page()
    other.goto(dana.address + "/account")
    other.get_by_role("button", name="Sign out").first.click()

    # when she goes on typing, and even presses Sign
    dana.page.get_by_label("Record").fill("Before. And after.")
    dana.page.get_by_text("You are signed out").wait_for(timeout=20_000)
    dana.page.get_by_role("button", name="Keep as draft").click()
    dana.page.get_by_text("You are signed out").wait_for(timeout=20_000)
    assert dana.page.get_by_label("Record").input_value() == "Before. And after."

    # then signing in in another tab is enough for every word to be saved
    other.goto(dana.address + "/sign-in")
    other.get_by_label("E-mail").fill(people.email_of(world.dana.id))
    other.get_by_label("Password", exact=True).fill(people.PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.get_by_label("Code").first.fill(people.code_now(world.dana.id))
    other.get_by_role("button", name="Go on").click()
    other.wait_for_url("**/today")
    dana.page.get_by_role("status").get_by_text("sealed").wait_for(timeout=12_000)
    dana.clicks("Keep as draft")
    dana.goes_to(f"/sessions/{session}/draft")
    assert dana.page.get_by_label("Record").input_value() == "Before. And after."


@pytest.mark.req("AU-13")
def test_after_signing_out_the_back_button_shows_nothing(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    note = signed_note(world.dana, world.mara_case, "quittengelee")
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    dana.goes_to(f"/notes/{note}")
    dana.sees("quittengelee")
    dana.clicks("Sign out")
    dana.page.go_back()
    assert "quittengelee" not in dana.page.content()


@pytest.mark.req("AC-02")
def test_sam_sees_the_same_page_for_a_hidden_note_and_for_none(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    note = signed_note(world.dana, world.mara_case, "text")
    sam = at_a_browser()
    steps.signs_in(sam, world.sam)
    sam.goes_to(f"/notes/{note}")
    hidden = sam.page.content()
    sam.goes_to(f"/notes/{world.mara}")
    assert sam.page.content() == hidden
