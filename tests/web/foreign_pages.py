"""Every page of a client once more in a language made on the fly: what it left in English shows.

The language is Esperanto by name; each sentence of ours is itself between brackets.
"""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import tempfile
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from django.conf import settings
from django.test import override_settings

from counselling.local import languages
from tests.web.matrix import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django.test import Client

    from tests.web.browsing import Answer

CODE: Final = "eo"
LEFT, RIGHT = "⟦", "⟧"
# who reads pages for clients, and what only staff come by
READERS: Final = ("clnt", "link", "none")
_SHOWN: Final = frozenset({"200", "400", "403", "404", "422"})


@contextlib.contextmanager
def spoken() -> Iterator[None]:
    """Have one language more, by a folder more."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        source = folder / CODE / "LC_MESSAGES" / "django.po"
        source.parent.mkdir(parents=True)
        with source.open("wb") as text:
            write_po(text, in_brackets())
        languages.compile_all(folder)
        named = [(code, code) for code in ("en-gb", "de", *languages.translated(folder))]
        with override_settings(LOCALE_PATHS=[folder], LANGUAGES=named):
            yield


def in_brackets() -> Catalog:
    """Give a catalogue that puts every sentence between brackets."""
    made = Catalog(locale=CODE)
    for one in languages.collected():
        if isinstance(one.id, tuple):
            said: Any = tuple(f"{LEFT}{form}{RIGHT}" for form in one.id)
        else:
            said = f"{LEFT}{one.id}{RIGHT}"
        if one.id:
            made.add(one.id, said, context=one.context)
    return made


def asked(
    people: Mapping[str, Client], ask: Callable[..., Answer], path_of: Callable[[str], str]
) -> list[Answer]:
    """Ask for everything a client, a link and nobody may see, in that language."""
    with spoken():
        for persona in READERS:
            people[persona].defaults["HTTP_ACCEPT_LANGUAGE"] = CODE
            # who has no session gets none: asking the client for it would make one
            known = settings.SESSION_COOKIE_NAME in people[persona].cookies
            session = people[persona].session if known else None
            if session is not None and session.session_key:
                session["language"] = CODE
                session.save()
        try:
            return [
                ask(people[persona], row, method, persona, path_of(row))
                for (row, method), cells in ROWS.items()
                for persona in READERS
                if cells[persona] in _SHOWN
            ]
        finally:
            for persona in READERS:
                del people[persona].defaults["HTTP_ACCEPT_LANGUAGE"]


# what is the same in every language, or is somebody's own words: it carries its language or is code
_OWN: Final = frozenset({"bdi", "code", "kbd", "script", "style"})
_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta"})


@dataclasses.dataclass
class Unmarked(HTMLParser):
    """What of a page's text is neither between brackets nor marked as of another language."""

    body: str
    found: list[str] = dataclasses.field(default_factory=list)
    _depth: int = 0
    _open: list[bool] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the page."""
        super().__init__()
        self.feed(self.body)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at what is read aloud, and go into what is somebody's own."""
        said = dict(attrs)
        for name in ("aria-label", "title", "placeholder", "alt"):
            if said.get(name):
                self._look(str(said[name]))
        if tag not in _VOID:
            own = tag in _OWN or (tag != "html" and said.get("lang") not in (None, CODE))
            own = own or bool(_MARKS & {*str(said.get("class")).split()})
            self._open.append(own)

    def handle_endtag(self, tag: str) -> None:
        """Come out again."""
        if self._open and tag not in _VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Keep what has letters and no bracket around it."""
        if any(self._open):
            return
        self._look(data)

    def _look(self, text: str) -> None:
        kept = []
        for letter in text:
            self._depth += (letter == LEFT) - (letter == RIGHT)
            if not self._depth and letter not in {LEFT, RIGHT}:
                kept.append(letter)
        words = " ".join("".join(kept).split())
        if any(map(str.isalpha, words)):
            self.found.append(words)


_MARKS: Final = frozenset({"hash", "ref", "reading", "kept", "what"})
