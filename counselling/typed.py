"""What people type, made fit to be kept and shown: the fields of every form, in one place.

What nobody sees while typing is not kept: letters that turn the direction of what follows, letters
without width, bells and colours for terminals. With them a name, a recipient or a sentence of a
consent would read as another than it is; they come along unseen when something is copied, so they
are dropped and nobody is told off. What cannot be text at all is refused in words.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

# the marks that Arabic, Hebrew and Persian are written with (U+061C, U+200C to U+200F) stay
_UNSEEN: Final = re.compile(
    "[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters; NUL is refused by Django
    "\u00ad\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\ufffe\uffff"  # without width
    "\u202a-\u202e\u2066-\u2069\u206a-\u206f"  # direction
    "\u3164\uffa0\U000e0000-\U000e007f]"  # letters that draw nothing
)
_ENDS_A_LINE: Final = re.compile("\x0b|\x0c|\x85|\u2028|\u2029")
_BREAK: Final = re.compile("[\t\r\n]+")
_HALF: Final = re.compile("[\ud800-\udfff]")
_UNREADABLE: Final = "Part of this cannot be read as text. Please type it again."
_EARLIEST: Final = datetime.date(1900, 1, 1)
_LATEST: Final = datetime.date(2199, 12, 31)


def text(typed: str) -> str:
    """Give a text without what nobody sees; its lines and blanks stay."""
    return _UNSEEN.sub("", _ENDS_A_LINE.sub("\n", typed))


def line(typed: str) -> str:
    """Give one line; nothing if there is no letter in it that draws anything."""
    said = _BREAK.sub(" ", text(typed))
    shows = any(unicodedata.category(letter)[0] not in {"C", "Z"} for letter in said)
    return said if shows else ""


class Text(forms.CharField):
    """A text of several lines."""

    _unreadable = _HALF

    def to_python(self, value: Any) -> Any:
        """Drop what nobody sees; refuse half a letter."""
        typed = super().to_python(value) or ""
        if self._unreadable.search(typed):
            raise ValidationError(_UNREADABLE, code="unreadable")
        return super().to_python(self._clean(typed))

    def _clean(self, typed: str) -> str:
        return text(typed)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let what is typed run in its own direction."""
        return {**super().widget_attrs(widget), "dir": "auto"}


class Line(Text):
    """One line: a name, a number, a place."""

    # the letter that stands for bytes which are no text; a browser sends none by itself
    _unreadable = re.compile("[\ud800-\udfff\ufffd]")

    def _clean(self, typed: str) -> str:
        return line(typed)


class Address(forms.EmailField):
    """An address of a mailbox."""

    def to_python(self, value: Any) -> Any:
        """Drop what nobody sees."""
        return super().to_python(line(super().to_python(value) or ""))


class Day(forms.DateField):
    """A day somebody in care can have to do with; further off, clocks and zones have no answer."""

    def validate(self, value: datetime.date | None) -> None:
        """Refuse a year that is a slip of the finger."""
        super().validate(value)
        if value and not _EARLIEST <= value <= _LATEST:
            raise ValidationError("Check the year.", code="year")
