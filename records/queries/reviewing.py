"""What a review is told of a visit: how far the nearest session with that client was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from audit.facts import Around

_NEAREST: Final = """
SELECT n, distance FROM records_nearest_session(%s::uuid[], %s::uuid[], %s::timestamptz[])
"""


def around_visits(visits: Sequence[Around]) -> Mapping[int, Mapping[str, Any]]:
    """Say how far the nearest session was, before or after; nothing to anybody but the machine."""
    asked: list[Any] = [
        [one.client for one in visits],
        [one.case for one in visits],
        [one.at for one in visits],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, asked)
        return {n - 1: {"nearest": distance} for n, distance in cursor.fetchall()}
