"""What a page is made of, as far as the rules of every page ask for it."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser
from typing import Final

VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


@dataclasses.dataclass
class Page(HTMLParser):
    """One pass over the HTML: what is wrong with it, and what it says of itself."""

    body: str
    language: str = ""
    title: str = ""
    h1: int = 0
    unsafe: list[str] = dataclasses.field(default_factory=list)
    bare_forms: list[str] = dataclasses.field(default_factory=list)
    _inside: str = ""
    _hidden: int = 0
    _form: dict[str, str] | None = None

    def __post_init__(self) -> None:
        """Read the page."""
        super().__init__()
        self.feed(self.body)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        said = {name: value or "" for name, value in attrs}
        self._look_for_unsafe(tag, said)
        if tag == "html":
            self.language = said.get("lang", "")
        # what stands ready for later (the cover of an idle page) is no part of the page yet
        if tag not in VOID and (self._hidden or tag == "template" or "hidden" in said):
            self._hidden += 1
        if tag == "h1" and not self._hidden:
            self.h1 += 1
        self._inside = tag
        self._look_at_form(tag, said)

    def _look_for_unsafe(self, tag: str, said: dict[str, str]) -> None:
        for name, value in said.items():
            if name == "style" or name.startswith("on"):
                self.unsafe.append(f"{tag} {name}={value!r}")
            if value.strip().lower().startswith(("javascript:", "data:", "http:", "//")):
                self.unsafe.append(f"{tag} {name}={value!r}")
        if tag == "style" or (tag == "script" and not said.get("src", "").startswith("/static/")):
            self.unsafe.append(tag)
        if tag in {"iframe", "object", "embed", "base"}:
            self.unsafe.append(tag)

    def _look_at_form(self, tag: str, said: dict[str, str]) -> None:
        if tag == "form":
            self._form = {"method": said.get("method", "get").lower(), "to": said.get("action", "")}
        if tag == "input" and said.get("name") == "csrfmiddlewaretoken" and self._form:
            self._form["token"] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Close a form, and judge it."""
        self._inside = ""
        self._hidden -= bool(self._hidden)
        if tag == "form" and self._form is not None:
            if self._form["method"] == "post" and not self._form.get("token"):
                self.bare_forms.append(self._form["to"])
            self._form = None

    def handle_data(self, data: str) -> None:
        """Keep the title."""
        if self._inside == "title":
            self.title += data
