"""Proofs out of the sealed log: that an entry is in it, that an older log is its beginning.

All leaves go by once, however many proofs are asked for, and no tree is kept.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypedDict

from django.db import connections

from audit.chain import Prover, consistency_ranges, inclusion_ranges
from audit.verifying import DATABASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from django.db.backends.utils import CursorWrapper

AT_A_TIME: Final = 5000
_NEWEST: Final = "SELECT size, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1"
# what somebody may have kept: every letter that was sent, and the last of each day
_EARLIER: Final = """
SELECT size, note FROM audit_checkpoint WHERE size < %(size)s AND size IN (
    SELECT w.size FROM audit_witnessing w WHERE w.witness = 'mail' AND w.outcome = 'told'
    UNION
    SELECT max(c.size) FROM audit_checkpoint c GROUP BY date_trunc('day', c.signed_at, 'UTC'))
ORDER BY size
"""
_LEAVES: Final = "SELECT leaf_hash FROM audit_leaf WHERE number <= %s ORDER BY number"
_ENTRIES: Final = """
SELECT l.number, e.payload FROM audit_leaf l
JOIN audit_event e ON e.recorded = l.recorded AND e.id = l.event_id
WHERE l.number <= %(size)s
  AND (%(event)s::uuid IS NULL OR l.event_id = %(event)s)
  AND e.recorded >= %(since)s AND e.recorded < %(until)s
  AND (%(client)s::uuid IS NULL OR e.client = %(client)s OR e.clients @> ARRAY[%(client)s::uuid])
  AND (%(account)s::uuid IS NULL OR e.actor = %(account)s)
ORDER BY l.number
"""
_EVER: Final = (
    datetime.datetime(1, 1, 1, tzinfo=datetime.UTC),
    datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC),
)


class Part(TypedDict, total=False):
    """Which entries are asked for; what is not said is not asked."""

    event: UUID | None
    client: UUID | None
    account: UUID | None
    since: datetime.datetime | None
    until: datetime.datetime | None


class Proven(NamedTuple):
    """An entry with the path from it to the root of the checkpoint."""

    number: int
    payload: str
    path: list[bytes]


class Earlier(NamedTuple):
    """An older checkpoint with the proof that its log is the beginning of this one."""

    note: str
    path: list[bytes]


class Proofs:
    """The proofs of a part of the log, against its newest checkpoint; in one snapshot."""

    def __init__(self, cursor: CursorWrapper, part: Part) -> None:
        """Look which entries are asked for, and read all leaves once."""
        self._cursor = cursor
        cursor.execute(_NEWEST)
        newest: tuple[int, str] = cursor.fetchone() or (0, "")
        self.size, self.note = newest
        self._asked: dict[str, Any] = {
            "event": part.get("event"), "client": part.get("client"),
            "account": part.get("account"), "since": part.get("since") or _EVER[0],
            "until": part.get("until") or _EVER[1], "size": self.size,
        }  # fmt: skip
        cursor.execute(_EARLIER, {"size": self.size})
        self._earlier = cursor.fetchall()
        self.count = 0
        self._prover = Prover(self._ranges())
        for leaf in self._leaves():
            self._prover.append(leaf)

    def _ranges(self) -> Iterator[tuple[int, int]]:
        for number, _ in self._entries():
            self.count += 1
            yield from inclusion_ranges(number - 1, self.size)
        for size, _ in self._earlier:
            yield from consistency_ranges(size, self.size)

    def _leaves(self) -> Iterator[bytes]:
        with connections[DATABASE].connection.cursor("leaves", binary=True) as leaves:
            leaves.execute(_LEAVES, [self.size])
            for rows in iter(lambda: leaves.fetchmany(AT_A_TIME), []):
                yield from (leaf for (leaf,) in rows)

    def _entries(self) -> Iterator[tuple[int, str]]:
        with connections[DATABASE].chunked_cursor() as entries:
            entries.execute(_ENTRIES, self._asked)
            for rows in iter(lambda: entries.fetchmany(AT_A_TIME), []):
                yield from rows

    def entries(self) -> Iterator[Proven]:
        """Give every entry asked for, with its proof."""
        for number, payload in self._entries():
            yield Proven(number, payload, self._path(inclusion_ranges(number - 1, self.size)))

    def earlier(self) -> Iterator[Earlier]:
        """Give the checkpoints that somebody may have kept, each with its proof."""
        for size, note in self._earlier:
            yield Earlier(note, self._path(consistency_ranges(size, self.size)))

    def _path(self, ranges: Iterable[tuple[int, int]]) -> list[bytes]:
        return self._prover.hashes(ranges)


def as_json(one: Proven | Earlier) -> dict[str, object]:
    """Write a proof as it stands in a file."""
    said = one._asdict()
    return said | {"path": [part.hex() for part in said["path"]]}
