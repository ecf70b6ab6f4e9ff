"""The server goes away under the editor: it says since when, keeps the words, saves them after."""

from __future__ import annotations

import datetime
import os
import re
from typing import TYPE_CHECKING

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread

import pytest
from playwright.sync_api import expect, sync_playwright

from counselling.db import as_actor
from records import actions
from records.domain import Attendance, Modality
from tests import people
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from playwright.sync_api import BrowserContext, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]

SOON = 12_000


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser.new_context()
        browser.close()


@pytest.fixture
def world(transactional_db: None) -> World:
    return World.build()


@pytest.fixture
def session(world: World) -> UUID:
    with as_actor(world.dana) as at:
        return actions.log_session(
            actor=world.dana, case_id=world.mara_case, starts_at=at - datetime.timedelta(hours=2),
            ends_at=at - datetime.timedelta(hours=1), modality=Modality.IN_PERSON,
            attendance=Attendance.ATTENDED,
        )  # fmt: skip


@pytest.fixture
def editor(context: BrowserContext, live_server: object, world: World, session: UUID) -> Page:
    """Dana's editor, with a first sentence that is saved."""
    page, address = context.new_page(), live_server.url  # type: ignore[attr-defined]  # Django's
    page.clock.install()
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail").fill(people.email_of(world.dana.id))
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").first.fill(people.code_now(world.dana.id))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_load_state()
    page.goto(f"{address}/sessions/{session}/draft")
    page.get_by_label("Record").fill("She slept.")
    page.keyboard.press("Tab")
    expect(page.locator("[data-saved]")).to_have_text(re.compile("Saved .*, sealed"))
    return page


def stored(world: World, session: UUID) -> str:
    with as_actor(world.dana):
        return actions.open_draft(actor=world.dana, session_id=session).record_part


@pytest.mark.parametrize("fault", ["gone", "back soon", "silent"])
def test_dana_sees_since_when_nothing_is_saved_and_loses_no_word(
    editor: Page, world: World, session: UUID, fault: str
) -> None:
    said = editor.locator("[data-saved]")
    since = said.inner_text().removeprefix("Saved ")[:5]

    def answer(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
        elif fault == "gone":
            route.abort("connectionrefused")
        elif fault == "back soon":
            route.fulfill(status=503, body="<h1>We will be back soon</h1>")
        # silent: a server that takes the words and never says a word itself

    editor.route("**/draft", answer)
    editor.get_by_label("Record").fill("She slept. She walked to the lake.")
    editor.clock.run_for(15_000)
    expect(said).to_have_text(f"Not saved since {since}", timeout=SOON)
    assert stored(world, session) == "She slept."
    # whoever presses a button meanwhile is not led away from their words
    editor.get_by_role("button", name="Keep as draft").click()
    editor.clock.run_for(15_000)
    assert editor.url.endswith("/draft")
    assert editor.get_by_label("Record").input_value().endswith("lake.")
    editor.unroute("**/draft")
    editor.clock.run_for(15_000)
    expect(said).to_have_text(re.compile("Saved .*, sealed"), timeout=SOON)
    assert stored(world, session) == "She slept. She walked to the lake."
