"""The one way an event is written: RFC 8785 without floats, and nothing a log must not hold."""

from __future__ import annotations

import datetime
import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from uuid import UUID

SAFE_INTEGER: Final = 2**53 - 1
LONGEST: Final = 300
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNKEEPABLE: Final = re.compile(r"[\x00\ud800-\udfff]")


class NotCanonical(ValueError):
    """A value that has no one way to be written."""


def canonical(value: object) -> str:
    """Write strings, whole numbers, booleans, null, lists and objects in the one RFC 8785 way.

    Raises NotCanonical for anything else, and for text PostgreSQL cannot keep.
    """
    _check(value)
    return _encode(value)


_encode: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _check(value: object) -> None:
    match value:
        case None:
            pass
        case str():
            _check_text(value)
        case int():  # booleans are whole numbers too
            _check_number(value)
        case list():
            for inner in value:
                _check(inner)
        case dict():
            _check_object(value)
        case _:
            message = f"{type(value).__name__} has no canonical form."
            raise NotCanonical(message)


def _check_object(value: dict[object, object]) -> None:
    for key, inner in value.items():
        _check_key(key)
        if type(inner) is str:  # nearly all there is
            _check_text(inner)
        else:
            _check(inner)


def _check_number(number: int) -> None:
    if abs(number) > SAFE_INTEGER:
        message = "The number is too large for every reader of JSON."
        raise NotCanonical(message)


def _check_text(text: str) -> None:
    if not (text.isascii() and "\x00" not in text) and _UNKEEPABLE.search(text):
        message = "Text with NUL or half a character cannot be kept."
        raise NotCanonical(message)


def _check_key(key: object) -> None:
    # ASCII keys sort alike by code point and by UTF-16, which RFC 8785 demands
    if not isinstance(key, str) or not key.isascii() or "\x00" in key:
        message = f"{key!r} is no key of an event."
        raise NotCanonical(message)


def clean(text: str) -> str:
    """Replace what a log must not hold (controls, line ends, half characters) and cut (AT-09)."""
    if text.isascii() and text.isprintable():
        return text[:LONGEST]
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text[:LONGEST])


def instant(at: datetime.datetime) -> str:
    """Write an instant as UTC with microseconds, the form the CHECK in the table reads."""
    utc = at.astimezone(datetime.UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds") + "Z"


def sealed_name(name: str, about: tuple[str, UUID] | None) -> str:
    """Spell which value a fingerprint is of as "table/row/column".

    `name` is a column of the row the event is about, or "table.column" of a row with the same
    id, or already spelt in full. Raises ValueError if the row is not said.
    """
    if name.count("/") == 2:  # noqa: PLR2004 the three parts
        return name
    if about is None:
        message = f"Which row is {name!r} of? Say what the event is about."
        raise ValueError(message)
    table, _, column = name.rpartition(".")
    return f"{table or about[0]}/{about[1]}/{column}"
