"""A real browser before a real web server, with a real worker and the real sealer behind it."""

from __future__ import annotations

import os
import pathlib
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Playwright,
    sync_playwright,
)

from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.world import World

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # all that is in order is a third of a megabyte to bring over, and nobody reads it
    "resultTypes": ["violations"],
}

# how a page is built, as far as what axe says of it depends on that: tags, classes, roles, states,
# where there is text and where a name is empty. Of siblings built alike, one stands for all, so a
# list of three is the list of two that was judged already.
BUILT = """() => {
    const words = new RegExp('^(' + [
        'id|for|href|src|action|value|name|title|datetime|alt|placeholder|content',
        'd|x|y|width|height|points|transform|viewBox|pattern|max|min|maxlength|autocomplete',
        'data-.*|aria-(label|labelledby|describedby|controls|owns)',
    ].join('|') + ')$');
    const built = one => {
        const said = [...one.attributes].map(({name, value}) =>
            name + (words.test(name) ? (value.trim() ? '' : '=empty') : '=' + value)).sort();
        const text = [...one.childNodes].some(
            node => node.nodeType === Node.TEXT_NODE && node.data.trim()) ? '*' : '';
        const within = [...new Set([...one.children].map(built))].join('');
        return `<${one.localName} ${said.join(' ')}>${text}${within}</>`;
    };
    return [
        innerWidth, innerHeight,
        ...['print', '(prefers-color-scheme: dark)', '(forced-colors: active)',
            '(prefers-reduced-motion: reduce)', '(prefers-contrast: more)',
        ].map(media => matchMedia(media).matches),
        built(document.documentElement),
    ].join('|');
}"""
_judged: set[str] = set()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every story here needs the browser, the broker and the database."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def _playwright() -> Iterator[Playwright]:
    """Keep Playwright's loop no longer than its stories: sealing a PDF wants one of its own."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def chromium(_playwright: Playwright) -> Iterator[Browser]:
    """Start the Chromium that `make test` found; never skip for want of one."""
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    browser = _playwright.chromium.launch(executable_path=path, args=list(QUIET))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def machinery(django_db_setup: None) -> Iterator[None]:
    """Run a worker and the sealer as processes of their own, as in production."""
    environment = os.environ | {"COUNSELLING_MODE": "test"}
    commands = {
        "worker": [sys.executable, "-m", "celery", "-A", "counselling", "worker", "-c", "1"],
        "sealer": [sys.executable, "manage.py", "seal_log"],
    }
    running = [
        subprocess.Popen(
            [*command, "--loglevel", "WARNING"] if name == "worker" else command,
            cwd=ROOT,
            env=environment | {"COUNSELLING_PROCESS": name},
            start_new_session=True,
        )
        for name, command in commands.items()
    ]
    yield
    # nobody waits for what they had begun: this database is gone in a moment
    for process in running:
        os.killpg(process.pid, signal.SIGKILL)
    for process in running:
        process.wait()


class Person:
    """Somebody at a browser of their own; every page they come to is looked at with axe."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        """Open an empty page."""
        self.context = context
        self.address = address
        self.page: Page = context.new_page()
        self.foreign: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "about:", "blob:")):
            self.foreign.append(url)

    def _hear(self, message: Any) -> None:
        if message.type == "error" and "status of" not in message.text:
            self.said.append(message.text)

    def goes_to(self, path: str) -> None:
        """Follow a link typed or mailed."""
        self.page.goto(path if path.startswith("http") else self.address + path)
        self.arrives()

    def clicks(self, name: str) -> None:
        """Press a button by its name."""
        self.opens(self.page.get_by_role("button", name=name, exact=True).first)

    def follows(self, name: str) -> None:
        """Follow a link by how its name begins."""
        self.opens(self.page.get_by_role("link", name=re.compile(f"^{re.escape(name)}")).first)

    def opens(self, found: Locator) -> None:
        """Follow a link, or press a button, that leads to another page."""
        self.leaves_by(found)
        self.arrives()

    def leaves_by(self, found: Locator) -> None:
        """Wait for the whole of the next page: a click alone ends when it has begun to come."""
        with self.page.expect_navigation(timeout=15_000):
            found.click()

    def sees(self, words: str) -> None:
        """Expect words on the page."""
        self.page.get_by_text(words).locator("visible=true").first.wait_for(timeout=20_000)

    def heading(self) -> str:
        """Give the one heading."""
        return self.page.locator("h1").inner_text()

    def arrives(self) -> None:
        """Look at a page that was just opened; with axe unless it judged one built the same."""
        built = str(self.page.evaluate(BUILT))
        if built in _judged:
            self._fits()
        else:
            self.looks()
            _judged.add(built)

    def looks(self) -> None:
        """Look at the page with axe, at its title, and for sideways scroll."""
        found = Axe().run(self.page, options=AXE)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        self._fits()

    def _fits(self) -> None:
        assert self.page.locator("h1").count() == 1, self.page.url
        wide = "document.documentElement.scrollWidth <= innerWidth"
        assert self.page.evaluate(wide), f"sideways scroll at {self.page.url}"

    def was_left_alone(self) -> None:
        """Expect that no request left the origin and that the console stayed quiet."""
        assert self.foreign == []
        assert self.said == []


@pytest.fixture
def at_a_browser(
    chromium: Browser, live_server: Any, machinery: None, real_broker: None
) -> Iterator[Callable[..., Person]]:
    """Give a person a browser; options are Playwright's (javaScriptEnabled, viewport …)."""
    contexts: list[BrowserContext] = []
    people: list[Person] = []

    def sit_down(**options: Any) -> Person:
        context = chromium.new_context(accept_downloads=True, **options)
        contexts.append(context)
        person = Person(context, live_server.url)
        people.append(person)
        return person

    yield sit_down
    for context in contexts:
        context.close()
    for person in people:
        person.was_left_alone()


@pytest.fixture
def world(transactional_db: None) -> World:
    """Make the small practice."""
    from tests.world import World

    return World.build()


def until(happens: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something happens; fail if it does not."""
    ends = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.1)


def one(statement: str, *values: object) -> Any:
    """Ask the database past every policy, to check what a story left behind."""
    with superuser() as connection:
        row = connection.execute(statement, list(values)).fetchone()
    return row[0] if row else None
