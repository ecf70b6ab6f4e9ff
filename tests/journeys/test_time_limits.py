"""A page left alone warns, is held by one press, hides in time, and loses no word (AX-04)."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from counselling.accounts.views import sleeping
from tests import people
from tests.journeys import steps
from tests.journeys.conftest import one, until
from tests.raw import superuser
from tests.records.writing import hold_session, signed_note, type_draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEEN = "SELECT max(seen_at)::text FROM accounts_signedinsession"


def seconds_left(person: Person) -> int:
    return int(person.page.locator("[data-idle-left]").inner_text())


def pass_over(person: Person, seconds: float) -> None:
    """Let time go by in the browser; the page looks at its clock once a second."""
    person.page.clock.fast_forward(int(seconds * 1000))


@pytest.mark.req("AX-04", "AU-12")
def test_dana_is_warned_a_minute_before_and_holds_the_page_ten_times_with_one_press(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    # given a page with the limit that people really have
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    dana.page.clock.install()
    session = hold_session(world.dana, world.mara_case)
    dana.goes_to(f"/sessions/{session}/draft")
    warning = dana.page.get_by_role("alertdialog")
    limit = int(
        dana.page.locator("dialog[data-idle-seconds]").get_attribute("data-idle-seconds") or 0
    )
    assert limit == 15 * 60

    # when she does nothing, she is warned in time, and stays by one press of Enter, ten times
    aged = "UPDATE accounts_signedinsession SET seen_at = now() - interval '1 minute'"
    with superuser() as root:
        root.execute(aged)
    before = one(SEEN)
    for _ in range(10):
        pass_over(dana, limit - 110)
        assert not warning.is_visible()
        pass_over(dana, 53)
        warning.wait_for(timeout=20_000)
        assert 20 < seconds_left(dana) <= 60
        dana.page.keyboard.press("Enter")
        warning.wait_for(state="hidden", timeout=20_000)
    # the server was told that somebody is there
    until(lambda: one(SEEN) != before)

    # and when she really is away, the page is emptied
    pass_over(dana, limit - 30)
    pass_over(dana, 31)
    dana.page.get_by_role("heading", name="Hidden while you were away").wait_for(timeout=20_000)
    assert dana.page.get_by_label("Record").count() == 0


STORED = (
    "(async () => JSON.stringify([{...localStorage}, {...sessionStorage}, "
    "await indexedDB.databases(), await caches.keys()]))()"
)


def comes_back(person: Person, answer: str) -> None:
    """Give one factor in the page that was hidden."""
    person.page.get_by_label("Your password").fill(answer)
    person.page.get_by_role("button", name="Come back").click()


@pytest.mark.req("AX-04", "EN-14", "AU-12")
def test_dana_is_away_for_a_while_and_one_factor_brings_every_word_back_in_the_same_page(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    # given a note with words that are saved, and a page with words that are nobody's yet but hers
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    dana.page.clock.install()
    note = signed_note(world.dana, world.mara_case, "The sleep log is kept.")
    session = hold_session(world.dana, world.mara_case)
    dana.goes_to(f"/sessions/{session}/draft")
    dana.page.get_by_label("Record").fill("Words that nobody types twice.")
    other = dana.context.new_page()
    other.goto(f"{dana.address}/notes/{note}/addenda/new")
    other.get_by_label("Text").fill("A sentence nobody has yet.")

    # when she leaves, both pages are emptied, and the server opens nothing more
    pass_over(dana, 14 * 60 + 1)
    pass_over(dana, 60)
    dana.page.get_by_role("heading", name="Hidden while you were away").wait_for(timeout=20_000)
    other.get_by_role("heading", name="Hidden while you were away").wait_for(timeout=20_000)
    until(lambda: one("SELECT count(*) FROM accounts_signedinsession WHERE asleep_at IS NULL") == 0)
    dana.looks()
    for page in (dana.page, other):
        assert page.locator("textarea").count() == 0
        assert "twice" not in page.content()
        assert "A sentence" not in page.content()
        assert page.evaluate(STORED) == "[{},{},[],[]]"

    # then a wrong answer says so, and the password in one page brings back both
    comes_back(dana, "not the password")
    dana.sees("This is neither your password nor a code")
    comes_back(dana, people.PASSWORD)
    assert dana.page.get_by_label("Record").input_value() == "Words that nobody types twice."
    dana.page.get_by_role("status").get_by_text("sealed").wait_for(timeout=20_000)
    assert other.get_by_label("Text").input_value() == "A sentence nobody has yet."
    other.get_by_label("Late entry").check()
    other.get_by_role("button", name="Sign", exact=True).click()
    other.get_by_text("A sentence nobody has yet.").wait_for(timeout=20_000)


@pytest.mark.req("AX-04", "EN-14")
def test_a_sitting_that_fell_asleep_in_mid_sentence_is_woken_where_the_words_are(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    session = hold_session(world.dana, world.mara_case)
    path = f"/sessions/{session}/draft"
    dana.goes_to(path)
    dana.page.get_by_label("Record").fill("Words that nobody types twice.")
    dana.page.get_by_label("no new concern").check()
    dana.page.get_by_role("status").get_by_text("sealed").wait_for(timeout=20_000)

    # when the server let her sitting sleep and she goes on typing all the same
    with superuser() as root:
        root.execute("UPDATE accounts_signedinsession SET seen_at = now() - interval '16 minutes'")
    dana.page.get_by_label("Record").fill("Words that nobody types twice. And some more.")

    dana.page.get_by_role("heading", name="Hidden while you were away").wait_for(timeout=10_000)

    # then a code of her authenticator is enough, and what she typed is saved
    comes_back(dana, people.code_now(world.dana.id))
    record = dana.page.get_by_label("Record")
    assert record.input_value() == "Words that nobody types twice. And some more."
    dana.page.get_by_text(re.compile("Saved .* sealed")).wait_for(timeout=10_000)
    dana.goes_to(path)
    assert record.input_value() == "Words that nobody types twice. And some more."
    assert dana.page.get_by_label("no new concern").is_checked()


@pytest.mark.req("AX-04", "AU-12")
def test_who_comes_back_before_the_server_slept_does_not_fall_asleep_behind_the_page(
    world: World, at_a_browser: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[bool] = []
    sleep = sleeping.actions.fall_asleep

    def late(**said: Any) -> None:
        time.sleep(1)
        sleep(**said)
        slept.append(True)

    monkeypatch.setattr(sleeping.actions, "fall_asleep", late)
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    dana.page.clock.install()
    dana.page.goto(f"{dana.address}/sessions/{hold_session(world.dana, world.mara_case)}/draft")
    dana.page.get_by_label("Record").fill("Words.")
    pass_over(dana, 14 * 60 + 1)
    pass_over(dana, 60)
    comes_back(dana, people.PASSWORD)
    dana.page.get_by_label("Record").wait_for(timeout=20_000)
    until(lambda: bool(slept))
    assert one("SELECT count(*) FROM accounts_signedinsession WHERE asleep_at IS NOT NULL") == 0


@pytest.mark.req("AX-04")
def test_mara_is_led_back_to_the_page_she_was_on(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    mara = at_a_browser()
    steps.signs_in(mara, world.mara_portal)
    with superuser() as root:
        root.execute("UPDATE accounts_signedinsession SET seen_at = now() - interval '11 minutes'")
    mara.goes_to("/space/permissions")
    assert "/sign-in" in mara.page.url
    mara.page.get_by_label("E-mail").fill(people.email_of(world.mara_portal.id))
    mara.page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    mara.clicks("Sign in")
    assert mara.page.url.endswith("/space/permissions")


@pytest.mark.req("AX-16")
def test_dana_reads_and_mara_reads_without_javascript(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    note = signed_note(world.dana, world.mara_case, "The sleep log is kept.")
    for actor, path, words in (
        (world.dana, f"/notes/{note}", "The sleep log is kept."),
        (world.mara_portal, "/space/accesses", "Dana Roth"),
    ):
        person = at_a_browser(java_script_enabled=False)
        page = person.page
        page.goto(person.address + "/sign-in")
        page.get_by_label("E-mail").fill(people.email_of(actor.id))
        page.get_by_label("Password", exact=True).fill(people.PASSWORD)
        person.leaves_by(page.get_by_role("button", name="Sign in"))
        if "/sign-in/code" in page.url:
            page.get_by_label("Code").first.fill(people.code_now(actor.id))
            person.leaves_by(page.get_by_role("button", name="Go on"))
        page.goto(person.address + path)
        page.get_by_text(words).first.wait_for(timeout=20_000)


@pytest.mark.req("AX-17", "WH-05")
@pytest.mark.parametrize("way", ["forced colours", "print"])
def test_pages_can_be_read_in_forced_colours_and_on_paper(
    world: World, at_a_browser: Callable[..., Person], way: str
) -> None:
    note = signed_note(world.dana, world.mara_case, "# Heading\n\nText.", alone="Mine.")
    session = hold_session(world.dana, world.mara_case)
    type_draft(world.dana, session, "Half a sentence.")
    mara = f"/clients/{world.mara}"
    dana = at_a_browser(forced_colors="active" if way == "forced colours" else "none")
    steps.signs_in(dana, world.dana)
    if way == "print":
        dana.page.emulate_media(media="print")
    for path in (f"/sessions/{session}/draft", f"/notes/{note}", f"{mara}/requests/new"):
        dana.goes_to(path)
    if way == "print":
        ink = dana.page.evaluate("getComputedStyle(document.body).color")
        assert ink == "rgb(0, 0, 0)"
    else:
        assert dana.page.evaluate("matchMedia('(forced-colors: active)').matches")
