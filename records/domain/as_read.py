"""A text as it reads: without what Markdown hides, each letter with where it was written."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTITY: Final = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});"
# what Markdown puts inside a word without showing it, and letters that nobody sees
_INSIDE: Final = r"(?<=[^\W_])(?:\*{1,3}|~~|`)(?=[^\W_])"
_UNSEEN: Final = "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+"
# the beginning of a line in a list, a quotation or a heading
_LINE: Final = r"\n[ \t]*(?:(?:[-+*>]|#{1,6}|\d{1,3}[.)])[ \t]+)*\s*"
# with what any of these begins: whatever else there is in a long text is not looked at again
_BEGINS: Final = "[&*~`\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
_FIRST: Final = re.compile(_BEGINS)
_ODD: Final = re.compile("|".join((_ENTITY, _INSIDE, _UNSEEN)))
_ODD_OR_MARKS: Final = re.compile("|".join((_ENTITY, _INSIDE, _UNSEEN, _LINE, r"[*`\\]+")))


class AsRead:
    """A text as it reads, each letter of it with where it comes from in what was written."""

    def __init__(self, text: str, *, bare: bool = False) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        letters: list[str] = []
        at = 0
        for odd in _ODD_OR_MARKS.finditer(text) if bare else _odd_in(text):
            self._as_written(at, odd.start())
            shown = _shown(odd[0])
            letters += [text[at : odd.start()], shown]
            self._starts += [odd.start()] * len(shown)
            self._ends += [odd.end()] * len(shown)
            at = odd.end()
        if at:
            self._as_written(at, len(text))
        self.text = "".join([*letters, text[at:]])

    def _as_written(self, start: int, end: int) -> None:
        self._starts += range(start, end)
        self._ends += range(start + 1, end + 1)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give from where until where something stands in what was written."""
        if not self._starts:
            return start, end
        return self._starts[start], self._ends[end - 1]


def _odd_in(text: str) -> Iterator[re.Match[str]]:
    """Give what `_ODD.finditer` gives, much sooner where there is little of it."""
    at = 0
    while (first := _FIRST.search(text, at)) is not None:
        odd = _ODD.match(text, first.start())
        if odd is not None:
            yield odd
        at = first.end() if odd is None else odd.end()


def _shown(odd: str) -> str:
    """Give what is read of what does not read as it is written."""
    if odd.startswith("&"):
        return html.unescape(odd)
    return "\n" if odd.startswith("\n") else ""
