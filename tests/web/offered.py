"""The forms a page offers, read from its HTML as a browser reads it, and how to fill them in."""

from __future__ import annotations

import dataclasses
import datetime
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterator

CSRF: Final = "csrfmiddlewaretoken"
# by the clock of the practice: near midnight another day than in UTC
_NOW: Final = timezone.localtime()
# where a name, a type or an option does not say what is right
FITTING: Final = {
    # a passage has to stand in the note; a comment on the whole of it needs none
    "c-0-quote": "",
    "c-1-quote": "",
    # by which somebody may be kin: it has a number
    "address": "Lange Gasse 7, Ulm",
    "called": "Kay",
    "code": "000000",
    "crisis_line": "0800 111",
    "current": "not-the-password",
    "given": "Given",
    # a subpoena that came today is answered, and objected to, after that
    "due_on": f"{_NOW + datetime.timedelta(days=15):%Y-%m-%d}",
    "object_by": f"{_NOW + datetime.timedelta(days=9):%Y-%m-%d}",
    "minutes": "50",
    "password": "not-the-password",
    "phone": "030 901820",
    "pin": "000000",
    # the first way that is offered to a recipient is e-mail
    # none named: all of one's cases
    "references": "",
    "reach": "praxis@quill.example",
    # the first day and the last of what is arranged; the practice may be a day ahead of this clock
    "since": f"{_NOW + datetime.timedelta(days=1):%Y-%m-%d}",
    "until": f"{_NOW + datetime.timedelta(days=5):%Y-%m-%d}",
    # two words that are not easy to guess, and nobody's name
    "word": "kiwi lantern",
}


@dataclasses.dataclass(slots=True)
class Field:
    """One name of a form, with all that a browser could send for it."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = dataclasses.field(default_factory=list)
    required: bool = False
    longest: int = 0

    @property
    def is_free(self) -> bool:
        """Say whether a person types into it."""
        return self.kind in {"text", "email", "textarea", "search", "tel", "password"}

    def fitting(self) -> str | None:
        """Give a value the page would take; None is left away."""
        if self.options:
            offered = [one for one in self.options if one]
            return self.value or (offered[0] if offered else None)
        if self.value or self.kind == "hidden":
            return self.value
        if self.name in FITTING:
            return FITTING[self.name]
        return _BY_KIND.get(self.kind, "Words" if self.is_free else None)


_BY_KIND: Final = {
    "email": "somebody.new@mailbox.example",
    "date": "1990-03-04",
    "time": None,
    "number": "50",
}


@dataclasses.dataclass(slots=True)
class Offered:
    """One form: where it leads, and its fields by name; a button is a field with its values."""

    path: str
    method: str
    fields: dict[str, Field]
    query: dict[str, str]
    row: str = ""
    persona: str = ""

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """Tell forms apart: where to, the names in it, and what its button or a mark says."""
        marks = {
            one.name: one.value or one.options
            for one in self.fields.values()
            if one.kind == "button" or (one.name == "act" and one.kind == "hidden")
        }
        return self.row, self.method, (*sorted(self.fields), *map(str, marks.items()))

    def pressed(self) -> Iterator[Offered]:
        """Give the form once for each of its buttons that sends something."""
        button = next((one for one in self.fields.values() if one.kind == "button"), None)
        for value in button.options if button else []:
            sent = dataclasses.replace(button, kind="hidden", value=value, options=[])
            yield dataclasses.replace(self, fields=self.fields | {sent.name: sent})
        if button is None:
            yield self

    @property
    def cell(self) -> str:
        """Name it in a sentence."""
        return f"{self.row} ({', '.join(self.fields) or 'a button'}) as {self.persona}"

    def choosing(self, name: str) -> dict[str, str]:
        """Choose the way below which a field stands, where its name begins with that of the way."""
        return {
            one.name: way
            for one in self.fields.values()
            for way in one.options
            if way and one.kind == "radio" and name.startswith(f"{way}-")
        }

    def filled(self, **instead: Any) -> dict[str, Any]:
        """Fill it in as somebody would who means it."""
        said = {CSRF: "a token", **{name: one.fitting() for name, one in self.fields.items()}}
        papers = {one.name: _paper() for one in self.fields.values() if one.kind == "file"}
        said |= papers | instead
        return {name: value for name, value in said.items() if value is not None}


def _paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("paper.pdf", b"%PDF-1.7\nWords\n%%EOF\n", "application/pdf")


class Reader(HTMLParser):
    """One pass over a page for its forms."""

    def __init__(self, at: str) -> None:
        """Know where the page is, for forms that lead back to it."""
        super().__init__()
        self.at = at
        self.forms: list[Offered] = []
        # addresses with a question mark: the same page, told to be another
        self.queries: list[str] = []
        self._open: Offered | None = None
        self._select: Field | None = None
        self._text: Field | None = None
        # a field may stand outside its form and name it by id
        self._by_id: dict[str, Offered] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what belongs to a form."""
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and "?" in said.get("href", ""):
            self.queries.append(urljoin(self.at, said["href"]))
        if tag == "form":
            self._begin(said)
        elif tag == "option" and self._select is not None:
            self._select.options.append(said.get("value", ""))
            if "selected" in said:
                self._select.value = said.get("value", "")
        elif tag in {"input", "select", "textarea", "button"}:
            self._field(tag, said)

    def _begin(self, said: dict[str, str]) -> None:
        to = urlsplit(said.get("action") or self.at)
        query = {name: values[0] for name, values in parse_qs(to.query).items()}
        self._open = Offered(to.path, said.get("method", "get").lower(), {}, query)
        self.forms.append(self._open)
        if "id" in said:
            self._by_id[said["id"]] = self._open

    def _field(self, tag: str, said: dict[str, str]) -> None:
        form = self._by_id.get(said.get("form", "")) or self._open
        name = said.get("name", "")
        if form is None or not name or name == CSRF:
            return
        kind = said.get("type", "text") if tag == "input" else tag
        field = form.fields.setdefault(name, Field(name, kind))
        field.required |= "required" in said
        field.longest = int(said.get("maxlength") or 0)
        if kind in {"radio", "checkbox", "button"}:
            field.options.append(said.get("value", "on"))
            if "checked" in said:
                field.value = said.get("value", "on")
        elif tag == "input":
            field.value = said.get("value", "")
        self._select = field if tag == "select" else None
        self._text = field if tag == "textarea" else None

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text = None

    def handle_data(self, data: str) -> None:
        """Keep what stands in a text area."""
        if self._text is not None:
            self._text.value += data.removeprefix("\n") if not self._text.value else data


def read(body: str, at: str) -> Reader:
    """Read a page that stands at an address."""
    reader = Reader(at)
    reader.feed(body)
    reader.close()
    return reader


def is_id(value: str | None) -> bool:
    """Say whether a value is the id of a row."""
    return bool(value and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value))
