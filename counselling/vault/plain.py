"""What may be sealed: the limits and the forms of plain values, before they are hidden."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from counselling.errors import Invalid
from counselling.vault.sealed import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

# a note of 200,000 words; whoever needs more has a file
MOST_TEXT: Final = 1024 * 1024
MOST_FILE: Final = 64 * 1024 * 1024


def encoded(kind: Kind, value: Any, field: str, *, large: bool = False) -> bytes:
    """Give the bytes of a plain value; raises Invalid for what cannot be kept, TypeError for

    what is not of that kind.
    """
    encoder, most = _ENCODERS[kind]
    plain = encoder(value, field)
    if len(plain) > (MOST_FILE if large else most):
        raise Invalid("This is too long to be kept in one piece.", field)
    return plain


def _text(value: Any, field: str) -> bytes:
    if not isinstance(value, str):
        message = f"{field} takes text, not {type(value).__name__}."
        raise TypeError(message)
    try:
        plain = value.encode()
    except UnicodeEncodeError:
        # "from None": the error would carry the text
        raise _unwritable(field) from None
    if 0 in plain:
        raise _unwritable(field)
    return plain


def _json(value: Any, field: str) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if "\\u0000" in text and _has_null(value):
        raise _unwritable(field)
    return _text(text, field)


def _has_null(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_null(key) or _has_null(part) for key, part in value.items())
    return isinstance(value, list | tuple) and any(map(_has_null, value))


def _file(value: Any, field: str) -> bytes:
    if not isinstance(value, bytes | bytearray | memoryview):
        message = f"{field} takes bytes, not {type(value).__name__}."
        raise TypeError(message)
    return bytes(value)


def _unwritable(field: str) -> Invalid:
    return Invalid("This contains a character that cannot be written down.", field)


_ENCODERS: Final[dict[Kind, tuple[Callable[[Any, str], bytes], int]]] = {
    Kind.TEXT: (_text, MOST_TEXT),
    Kind.JSON: (_json, MOST_TEXT),
    Kind.FILE: (_file, MOST_FILE),
}
