"""Somebody with a browser: cookies, forms, and patience when there is no answer."""

from __future__ import annotations

import dataclasses
import html.parser
import http.client
import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from counselling.local.doors import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# longer than any page takes, shorter than anybody's patience
PATIENCE = 15.0
# answers that say "not now": too much, in the way, back soon
NOT_NOW = {429, 500, 502, 503}


class NoAnswer(Exception):
    """The server was not there, or said that it cannot now: nothing was promised."""

    def __init__(self, why: str, text: str = "") -> None:
        """Keep the page, if there was one."""
        super().__init__(why)
        self.text = text


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str

    @property
    def json(self) -> dict[str, Any]:
        """Give the answer that a script reads."""
        found: dict[str, Any] = json.loads(self.text)
        return found

    def fields(self, about: str = "") -> dict[str, str]:
        """Give what the page's form holds already; of several forms the one with that field."""
        found = _Forms()
        found.feed(self.text)
        return next((form for form in found.forms if not about or about in form), {})

    @property
    def choices(self) -> set[str]:
        """Name the questions that are answered by a choice."""
        found = _Forms()
        found.feed(self.text)
        return found.choices


class _Forms(html.parser.HTMLParser):
    """Collect the fields of each form."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.choices: set[str] = set()
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and self.forms and name:
            if said.get("type") == "radio":
                self.choices.add(name)
            if said.get("type") != "radio" or "checked" in said:
                self.forms[-1][name] = said.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self.forms and self._select:
            self._offer(said)

    def _offer(self, said: dict[str, str]) -> None:
        """Take the option that is chosen, else the first, as browsers do."""
        if "selected" in said or self._select not in self.forms[-1]:
            self.forms[-1][self._select] = said.get("value", "")


class Visitor:
    """One person at one browser."""

    def __init__(self, port: int, *, hurry: Callable[[], bool] = lambda: False) -> None:
        """Open an empty browser; in a `hurry` nothing is tried again."""
        self.port, self.hurry = port, hurry
        self.cookies: dict[str, str] = {}
        self.got: Counter[str] = Counter()
        self.slowest = 0.0

    def get(self, path: str) -> Answer:
        """Look at a page."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: Mapping[str, str], accept: str = "") -> Answer:
        """Send a form."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        headers |= {"Accept": accept} if accept else {}
        return self._ask("POST", path, urlencode(fields), headers)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        headers |= {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE)
        began = time.monotonic()
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.got["late" if isinstance(error, TimeoutError) else "none"] += 1
            raise NoAnswer(str(error)) from error
        finally:
            connection.close()
            self.slowest = max(self.slowest, time.monotonic() - began)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.split(";")[0]
        self.got[str(answer.status)] += 1
        if answer.status in NOT_NOW:
            raise NoAnswer(str(answer.status), text)
        return Answer(answer.status, urlsplit(answer.headers.get("Location", "")).path, text)

    def tries(self, step: Callable[[], Answer]) -> Answer:
        """Do a step again and again until somebody answers, as people do."""
        while True:
            try:
                return step()
            except NoAnswer:
                if self.hurry():
                    raise
                time.sleep(0.2)

    def fills(self, path: str, fields: Mapping[str, str], about: str = "") -> Answer:
        """Look at a page and send its form with these words; both again where nobody answers."""

        def step() -> Answer:
            page = self.get(path)
            if page.status != 200:
                return page
            return self.post(path, page.fields(about) | fields)

        return self.tries(step)

    def signs_in(self, email: str, password: str, code: Callable[[], str]) -> None:
        """Sign in by password and, where there is one, the second factor."""
        answer = self.fills("/sign-in", {"email": email, "password": password}, "email")
        if answer.location == "/sign-in/code":
            answer = self.fills("/sign-in/code", {"code": code()}, "code")
        assert answer.status == 302, (answer.status, answer.text)
