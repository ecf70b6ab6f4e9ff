"""A request in another code than UTF-8 reaches the page that refuses it, whatever its address asks.

Django reads the question in an address by the code that the body names, before any of our own code
runs: a code that is none for text would be a fault without a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.http import parse_header_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Door = Callable[[dict[str, Any], Any], Iterable[bytes]]


def without_question(door: Door) -> Door:
    """Knock at a door with nothing asked, where it will refuse to read."""

    def knock(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        return door(forget_question(environ), start)

    return knock


def forget_question(environ: dict[str, Any]) -> dict[str, Any]:
    """Leave the question away if the body is said to be in another code."""
    code = parse_header_parameters(environ.get("CONTENT_TYPE", ""))[1].get("charset", "utf-8")
    if code.lower() in {"utf-8", "utf8"}:
        return environ
    return {**environ, "QUERY_STRING": ""}
