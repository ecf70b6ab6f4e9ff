"""What is typed by somebody who means harm, and how an answer shows that it did some."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import secrets
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.db import connection

from counselling.logs import IdsOnly, Readable
from tests.web.pages import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

# a word that is nowhere else, at the beginning of each so that it survives being cut
MARK: Final = "zqx"
PRODUCT: Final = str(7191 * 7193)
SLOW: Final = 5

# what a person may type: it is kept, word for word, and never more than words
KEPT: Final = {
    "script": f"{MARK}<script>{MARK}()</script>",
    "attribute": f"{MARK}\"'><svg onload={MARK}()>",
    "end of a text area": f"{MARK}</textarea></title><img src=x onerror={MARK}()>",
    "markdown": f"{MARK} [a](javascript:{MARK}()) ![b](https://{MARK}.example/a.png)",
    "sql": f"{MARK}';SELECT pg_sleep({SLOW});--",
    "sql in a number": f"{MARK} OR 1=(SELECT 1 FROM pg_sleep({SLOW}))",
    "template": f"{MARK}{{{{7191*7193}}}}{{% debug %}}${{7191*7193}}",
    "format": f"{MARK}%(name)s %n {{0.__class__}} {{self}}",
    "formula": f'=HYPERLINK("http://{MARK}.example","{MARK}")',
    "path": f"{MARK}/../../../../etc/passwd",
    "accents": f"{MARK} Z\u0351\u036b\u0343\u036a\u0302\u0361A\u0334\u0335\u031c 👩‍👩‍👧 ﷽",
    "other direction": f"{MARK} שלום مرحبا",
}
# what nobody sees when typing it: it is not kept
UNSEEN: Final = {
    "override": f"{MARK}\u202egnp.exe\u202c\u2066\u2069",
    "zero width": f"{MARK}\u200ba\ufeffb\u2060c\u00add",
    "bells and colours": f"{MARK}\x07\x1b[31m\x1b]0;{MARK}\x9b",
}
# what ends a line, where there is one line only
LINES: Final = {
    "header": f"{MARK}\r\nBcc: {MARK}@{MARK}.example",
    "line separator": f"{MARK}\u2028Bcc: {MARK}\u2029\x85x",
}
NEVER_KEPT: Final = re.compile(
    "[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2028-\u202e\u2060-\u2069\ufeff]"
)
# what is wrong by the kind of a field; each is sent alone, with all else as it should be
WRONG: Final = {
    "date": ("0000-00-00", "0001-01-01", "9999-12-31", "2026-02-31", "today"),
    "time": ("25:61", "24:00", "-1:00"),
    "number": ("-1", "NaN", "1e309", "9" * 400, "1.5", "99999999999"),
    "choice": ("zqx", "00000000-0000-0000-0000-000000000000"),
    "hidden": ("zqx", "9" * 400),
    "free": ("\u3164\u200d", "x" * 100_000),
}
NUL: Final = f"{MARK}\x00x"
BROKEN: Final = (b"%ED%A0%80", b"%FF%FE", b"%C0%AF")


def harm(response: HttpResponse, seconds: float) -> Iterator[str]:
    """Say what an answer shows of harm done."""
    if response.status_code >= 500 and response.status_code != 503:
        yield f"{response.status_code}"
    if seconds > SLOW * 0.8:
        yield f"took {seconds:.1f} s"
    for name, value in response.headers.items():
        if MARK in name.lower() or re.search(r"[\x00-\x1f\x7f]", value):
            yield f"header {name}: {value!r}"
    to = urlsplit(response.headers.get("Location", ""))
    if to.scheme or to.netloc:
        yield f"leads to {to.geturl()}"
    if response.headers.get("Content-Type", "").startswith("text/html"):
        yield from harm_in(response.content.decode())


def harm_in(body: str) -> Iterator[str]:
    """Say what a page runs, fetches or evaluates that somebody typed."""
    for one in Page(body).unsafe:
        yield f"runs or fetches {one}"
    if PRODUCT in body:
        yield "evaluated a template"


class Log(logging.Handler):
    """Every line that was logged, as each of our formatters writes it."""

    def __init__(self) -> None:
        """Hear everything."""
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one entry twice: as production writes it, and as the demo does."""
        self.lines += [IdsOnly().format(record), Readable().format(record)]

    def faults(self) -> set[str]:
        """Say which lines are more than one, or hold what somebody sent."""
        return {
            line
            for line in self.lines
            if MARK in line.lower() or not line.isprintable() or not _is_one(line)
        }


def _is_one(line: str) -> bool:
    return not line.startswith("{") or isinstance(json.loads(line), dict)


@contextlib.contextmanager
def logged() -> Iterator[list[str]]:
    """Hear every event that is written, as it goes into the database."""
    heard: list[str] = []

    def hear(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if "INTO audit_event" in sql:
            heard.extend(str(one) for one in params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hear):
        yield heard


def unlike_any() -> str:
    """Give a word nobody has typed yet."""
    return MARK + secrets.token_hex(4)
