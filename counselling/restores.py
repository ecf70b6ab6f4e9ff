"""Which restores of a backup were seen to work; asked before the web process opens its door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg
from django.db import connections

from audit.domain import Act, EventKind, register

if TYPE_CHECKING:
    import datetime

KINDS: Final = ("main", "keys")
MADE: Final = EventKind("backup.made", Act.CREATE, "made a backup")
VERIFIED: Final = EventKind("backup.verified", Act.EXECUTE, "tried a backup on a scratch server")
RESTORED: Final = EventKind("backup.restored", Act.EXECUTE, "restored a backup")
register(MADE, VERIFIED, RESTORED)

_SEEN: Final = """
SELECT kind, now() - max(at) FILTER (WHERE by_kept_key), now() - max(at)
FROM counselling_restore_seen GROUP BY kind
"""

Ages = dict[str, tuple["datetime.timedelta | None", "datetime.timedelta | None"]]


def ages() -> Ages:
    """Give, for each kind, how long ago a restore was seen: with the key kept apart, and at all.

    On a connection of its own: this is asked before gunicorn forks, when the pool must not open.
    """
    parameters = connections["default"].get_connection_params()
    with psycopg.connect(**{**parameters, "autocommit": True}) as connection:
        return {kind: (kept, any_) for kind, kept, any_ in connection.execute(_SEEN)}
