"""The practice as gunicorn serves it and, in the same processes, the bare page beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.bare import ADDRESS, Bare
from counselling.wsgi import application as practice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

bare = Bare()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve one or the other."""
    asked = bare if environ["PATH_INFO"] == ADDRESS else practice
    return asked(environ, start_response)
