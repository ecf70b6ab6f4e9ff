"""Every text that reaches a document is told to fetch, from the net and the disk: nothing does.

The same words in a page that plain WeasyPrint renders do fetch, so the listener and the canary see.
"""

from __future__ import annotations

import dataclasses
import itertools
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from consent import pdf
from consent.domain.documents import text_sha256
from consent.pdf import rendering
from tests.pdf import sources
from tests.pdf.test_accounts import PAPER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.req("WH-06"), pytest.mark.slow]
CANARY = "Zwetschgenkanarienvogel"
# the elements of the page's own template, and those that Markdown makes
OURS = frozenset(
    {"article", "section", "div", "table", "tbody", "tr", "th", "td", "h2", "h3", "h4", "h5", "p",
     "br", "strong", "em", "bdi", "span", "mark", "ul", "ol", "li", "blockquote", "hr", "code",
     "pre"}
)  # fmt: skip

ELEMENTS = """
<img src="{net}/img" srcset="{net}/srcset 2x" alt="">
<link rel="stylesheet" href="{net}/link.css">
<link rel="attachment" href="file://{disk}">
<a rel="attachment" href="{net}/a-attachment">x</a>
<style>@import url({net}/import.css); @import "file://{disk}";
@font-face {{ font-family: bait; src: url({net}/font.woff) }}
body {{ background: url({net}/background); font-family: bait }}
p::before {{ content: url({net}/content) }}
li {{ list-style-image: url(file://{disk}) }}</style>
<object data="{net}/object"></object><embed src="{net}/embed">
<iframe src="file://{disk}"></iframe><iframe src="{net}/iframe"></iframe>
<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{net}/svg-image" width="9"
height="9"/><use href="{net}/use.svg#x"/><image href="file://{disk}" width="9" height="9"/></svg>
<img src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cimage
href='{net}/in-data'/%3E%3C/svg%3E" alt="">
<input type="image" src="{net}/input"><video poster="{net}/poster" src="{net}/video"></video>
<base href="{net}/"><img src="relative" alt=""><script src="{net}/script"></script>
<meta http-equiv="refresh" content="0; url={net}/refresh"><p>words</p>
"""
WORDS = """
![x]({net}/markdown) [x](file://{disk}) <{net}/autolink> {net}/bare [x]: {net}/reference
{{% include "{disk}" %}} {{{{ settings.SECRET_KEY }}}} ]]> --> "> '> <!-- url(file://{disk})
"""


class _Listener(BaseHTTPRequestHandler):
    visits: list[str]

    def do_GET(self) -> None:
        self.visits.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclasses.dataclass
class Trap:
    """A listener on loopback, a file on the disk, and who came to the one of them."""

    net: str
    disk: Path
    visits: list[str]

    def set(self, words: str) -> str:
        """Name both in some words."""
        return words.format(net=self.net, disk=self.disk)


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Trap]:
    visits: list[str] = []
    handler = type("Handler", (_Listener,), {"visits": visits})
    server = HTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    disk = tmp_path / "secret.txt"
    disk.write_text(CANARY)
    yield Trap(f"http://127.0.0.1:{server.server_port}", disk, visits)
    server.shutdown()
    server.server_close()


def baited(thing: Any, words: str, lines: Iterator[str]) -> Any:
    """Put all the words into every long text of a document, and the next line into every other."""
    if isinstance(thing, tuple):
        return tuple(baited(one, words, lines) for one in thing)
    if not dataclasses.is_dataclass(thing) or isinstance(thing, type):
        return thing
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(thing):
        value = getattr(thing, field.name)
        if type(value) is not str:
            changes[field.name] = baited(value, words, lines)
        elif field.name not in {"zone", "language", "form_language", "day"}:
            more = words if field.name in {"text", "shown"} else next(lines)
            changes[field.name] = f"{value} {more}"
    if "shown" in changes:
        shown = text_sha256(changes["shown"])
        changes["evidence"] = dataclasses.replace(changes["evidence"], text_sha256=shown)
    return dataclasses.replace(thing, **changes)


def clean(content: bytes, run: Callable[..., str], tmp_path: Path, attached: int) -> None:
    """Expect that nothing of the trap is in the file but the words that name it."""
    assert f"{attached} embedded files" in run(content, "pdfdetach", "-list", "DOC")
    images = run(content, "pdfimages", "-list", "DOC").splitlines()[2:]
    assert images == []
    assert CANARY not in run(content, "pdftotext", "DOC", "-")
    run(content, "qpdf", "--qdf", "--stream-data=uncompress", "DOC", "plain.pdf")
    plain = (tmp_path / "plain.pdf").read_bytes()
    assert CANARY.encode() not in plain
    assert b"/URI" not in plain
    assert CANARY.encode("utf-16-be") not in plain


@pytest.mark.parametrize(
    ("name", "attached"), [("sharing", 2), ("disclosure", 0), ("letter", 0), ("withdrawal", 1)]
)
def test_no_text_of_a_document_makes_it_fetch(
    name: str, attached: int, trap: Trap, run: Callable[..., str], tmp_path: Path
) -> None:
    words = trap.set(ELEMENTS + WORDS)
    source = baited(getattr(sources, name)(), words, itertools.cycle(words.strip().splitlines()))
    assert trap.net in str(source)
    made = pdf.render(source)
    assert trap.visits == []
    clean(made, run, tmp_path, attached)


def test_no_field_of_an_accounting_makes_it_fetch(
    trap: Trap, run: Callable[..., str], tmp_path: Path
) -> None:
    words = trap.set(ELEMENTS + WORDS)
    paper = baited(PAPER, words, itertools.cycle(words.strip().splitlines()))
    made = pdf.render_accounting(paper, "Europe/Berlin")
    assert trap.visits == []
    clean(made, run, tmp_path, 0)


class _Seen(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("name", ["disclosure", "letter"])
def test_the_page_of_a_link_holds_no_element_that_a_text_brought(name: str, trap: Trap) -> None:
    words = trap.set(ELEMENTS + WORDS)
    source = baited(getattr(sources, name)(), words, itertools.cycle(words.strip().splitlines()))
    seen = _Seen()
    seen.feed(pdf.shared_page(source))
    assert seen.tags <= OURS, seen.tags - OURS
    assert seen.attributes <= {"class", "lang", "scope", "start"}


def _page(trap: Trap) -> str:
    return (
        f'<!doctype html><html lang="en"><title>x</title><body>{trap.set(ELEMENTS)}</body></html>'
    )


def test_even_a_template_that_lets_all_of_it_through_fetches_nothing(
    trap: Trap, run: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    css = f'@import "{trap.net}/paper.css"; @page {{ background: url({trap.net}/page) }}'
    monkeypatch.setattr(
        rendering,
        "render_to_string",
        lambda name, *_: css if name.endswith(".css") else _page(trap),
    )
    made = pdf.render(sources.disclosure())
    assert trap.visits == []
    clean(made, run, tmp_path, 0)


def test_the_same_page_without_our_fetcher_falls_into_the_trap(
    trap: Trap, run: Callable[..., str], tmp_path: Path
) -> None:
    import weasyprint

    made = weasyprint.HTML(string=_page(trap)).write_pdf()
    for place in ("/img", "/link.css", "/import.css", "/background", "/content", "/svg-image"):
        assert place in trap.visits, trap.visits
    assert "0 embedded files" not in run(made, "pdfdetach", "-list", "DOC")
    run(made, "pdfdetach", "-saveall", "DOC")
    assert CANARY in (tmp_path / "secret.txt").read_text()
    with pytest.raises(AssertionError):
        clean(made, run, tmp_path, 0)
