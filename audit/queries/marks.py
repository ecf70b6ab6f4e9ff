"""The mark under a list that was shown: how the log stood, and the last entry of the list.

With it somebody can show later that the entry was in the log then (`manage.py check_shown`).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import connection

from audit.chain import leaf_hash
from audit.queries.reading import EVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from audit.domain import Entry

_NEWEST: Final = "SELECT size, encode(root, 'hex') FROM audit_checkpoint ORDER BY size DESC LIMIT 1"
_LAST: Final = """
SELECT e.payload FROM audit_openings_told(%s, %s, %s, %s::text[]) e WHERE e.id = %s
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """How many entries the newest signed state of the log has, its root, the list's last entry.

    `last` is the hash of that entry as a leaf of the log; "" for an empty list.
    """

    size: int
    root: str
    last: str


def mark_of(client: UUID, found: Sequence[Entry], *, also: Iterable[str]) -> Mark:
    """Give the mark of a list of openings, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        size, root = cursor.fetchone() or (0, "")
        if not found:
            return Mark(size, root, "")
        newest = found[0]
        cursor.execute(_LAST, [client, newest.when, EVER[1], sorted(also), newest.id])
        (payload,) = cursor.fetchone()
    return Mark(size, root, leaf_hash(payload.encode()).hex())
