"""Passages of a text that is shown: found by where they stand or by their words, and marked."""

from __future__ import annotations

import dataclasses
import html
import itertools
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_PASSAGE: Final = 1_000


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """Words of one part of a page, and where they begin and end, counted in its letters."""

    part: str
    start: int
    end: int
    quote: str = dataclasses.field(repr=False)


def plain(shown: str) -> str:
    """Give the letters of a piece of HTML as a browser gives `textContent`."""
    reader = _Letters()
    reader.feed(shown)
    reader.close()
    return "".join(reader.found)


def find(part: str, text: str, quote: str, start: int | None = None) -> Passage | None:
    """Find a passage in the letters of a part: where it was picked, or by its words.

    Blanks, line ends and capitals need not agree; of several the one nearest to `start` is meant.
    """
    words = quote.split()
    if not words or len(quote) > LONGEST_PASSAGE:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    hits = [(hit.start(), hit.end()) for hit in pattern.finditer(text)]
    if not hits:
        return None
    begin, end = min(hits, key=lambda hit: abs(hit[0] - (start or 0)))
    return Passage(part, begin, end, text[begin:end])


def find_in(
    parts: Sequence[tuple[str, str]], quote: str, part: str = "", start: int | None = None
) -> Passage | None:
    """Find a passage in the part where it was picked, else in the first that holds it."""
    ordered = sorted(parts, key=lambda one: one[0] != part)
    found = (find(name, text, quote, start if name == part else None) for name, text in ordered)
    return next((one for one in found if one is not None), None)


def marked(shown: str, marks: Iterable[tuple[int, Passage]]) -> str:
    """Put <mark data-comment="3"> around passages of HTML that is safe already.

    A passage that runs over several paragraphs is marked in each; one that begins within another
    begins anew there.
    """
    writer = _Marks(sorted(marks, key=lambda one: (one[1].start, one[1].end)))
    writer.feed(shown)
    writer.close()
    return "".join(writer.written)


class _Letters(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


class _Marks(HTMLParser):
    """Write the same HTML again, with the marks in its text."""

    def __init__(self, marks: list[tuple[int, Passage]]) -> None:
        super().__init__(convert_charrefs=True)
        self.marks = marks
        self.at = 0
        self.written: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = "".join(f' {name}="{html.escape(value or "")}"' for name, value in attrs)
        self.written.append(f"<{tag}{said}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        begin, self.at = self.at, self.at + len(data)
        cuts = {begin, self.at}
        for _, one in self.marks:
            cuts |= {edge for edge in (one.start, one.end) if begin < edge < self.at}
        edges = sorted(cuts)
        for left, right in itertools.pairwise(edges):
            self._write(left, data[left - begin : right - begin])

    def _write(self, left: int, text: str) -> None:
        said = html.escape(text, quote=False)
        numbers = [number for number, one in self.marks if one.start <= left < one.end]
        if numbers and text.strip():
            said = f'<mark data-comment="{numbers[-1]}">{said}</mark>'
        self.written.append(said)
