"""Number and sign what was committed: one sealer, which never skips a row that commits late."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connections, transaction

from audit import chain, checkpoint
from audit.chain import CompactRange
from audit.checkpoint import Checkpoint

if TYPE_CHECKING:
    import datetime

    from django.db.backends.utils import CursorWrapper

    from audit.checkpoint import Signer

    Row = tuple[str, UUID, datetime.datetime, str]  # xid, id, recorded, payload

DATABASE: Final = "sealer"
MOST: Final = 1000
_NOBODY: Final = UUID(int=0)

_ALONE: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('audit.sealer', 0))"
_CLUSTER: Final = "SELECT system_identifier::text FROM pg_control_system()"
_MARK: Final = "SELECT xid::text, event_id, size, range, cluster, restored FROM audit_watermark"

# one statement has one snapshot: what is below its xmin has ended and, if it committed, is seen
_NEXT: Final = """
SELECT e.xid::text, e.id, e.recorded, e.payload FROM audit_event e
WHERE (e.xid, e.id) > (%s::xid8, %s::uuid) AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY e.xid, e.id LIMIT %s
"""
_NEXT_AFTER_RESTORE: Final = _NEXT.replace(
    "ORDER", "AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event_id = e.id) ORDER"
)
_OLDEST_OPEN: Final = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"
_WITHOUT_LEAF: Final = """
SELECT e.xid::text, e.id, e.recorded, e.payload FROM audit_event e
WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event_id = e.id)
ORDER BY e.recorded, e.id
"""

_KEEP_LEAVES: Final = "COPY audit_leaf (number, recorded, event_id, leaf_hash) FROM STDIN"
_KEEP_CHECKPOINT: Final = "INSERT INTO audit_checkpoint (size, root, note) VALUES (%s, %s, %s)"
_KEEP_MARK: Final = """
INSERT INTO audit_watermark (xid, event_id, size, range, cluster, restored)
VALUES (%s::xid8, %s, %s, %s, %s, %s)
ON CONFLICT (single) DO UPDATE SET xid = excluded.xid, event_id = excluded.event_id,
    size = excluded.size, range = excluded.range, cluster = excluded.cluster,
    restored = excluded.restored
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Sealed:
    """What one round sealed, and the newest checkpoint's note if it signed one."""

    count: int
    size: int
    note: str = ""


@dataclasses.dataclass(slots=True)
class _Mark:
    """How far sealing came: the last sealed row, the tree, and in which cluster.

    `restored` says that transaction ids began anew since the first entry.
    """

    xid: str
    event: UUID
    tree: CompactRange
    cluster: str
    restored: bool


def seal_next(signer: Signer, *, most: int = MOST) -> Sealed | None:
    """Seal up to `most` events in one transaction; None while another sealer is at work."""
    with transaction.atomic(using=DATABASE), connections[DATABASE].cursor() as cursor:
        cursor.execute(_ALONE)
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(_CLUSTER)
        cluster = cursor.fetchone()[0]
        mark = _mark(cursor) or _Mark("0", _NOBODY, CompactRange(), cluster, restored=False)
        if mark.cluster == cluster:
            return _go_on(cursor, mark, signer, most)
        return _begin_again(cursor, mark, signer, cluster)


def _mark(cursor: CursorWrapper) -> _Mark | None:
    cursor.execute(_MARK)
    kept = cursor.fetchone()
    if kept is None:
        return None
    xid, event, size, hashes, cluster, restored = kept
    return _Mark(xid, event, CompactRange(size, map(bytes, hashes)), cluster, restored)


def _go_on(cursor: CursorWrapper, mark: _Mark, signer: Signer, most: int) -> Sealed:
    """Seal what follows the mark."""
    cursor.execute(_NEXT_AFTER_RESTORE if mark.restored else _NEXT, [mark.xid, mark.event, most])
    rows: list[Row] = cursor.fetchall()
    if not rows:
        return Sealed(0, mark.tree.size)
    note = _seal(cursor, mark.tree, rows, signer)
    mark.xid, mark.event = rows[-1][:2]
    _keep(cursor, mark)
    return Sealed(len(rows), mark.tree.size, note)


def _begin_again(cursor: CursorWrapper, mark: _Mark, signer: Signer, cluster: str) -> Sealed:
    """Seal all that has no leaf: after a restore transaction ids start again.

    What the statement does not see yet has an id of at least the xmin asked before it. So the
    mark is put there, and from now on each row is asked whether it has its leaf already.
    """
    cursor.execute(_OLDEST_OPEN)
    mark.xid, mark.event = cursor.fetchone()[0], _NOBODY
    mark.cluster, mark.restored = cluster, True
    cursor.execute(_WITHOUT_LEAF)
    rows: list[Row] = cursor.fetchall()
    note = _seal(cursor, mark.tree, rows, signer) if rows else ""
    _keep(cursor, mark)
    return Sealed(len(rows), mark.tree.size, note)


def _seal(cursor: CursorWrapper, tree: CompactRange, rows: list[Row], signer: Signer) -> str:
    """Keep the rows' leaves and sign the tree they make."""
    with cursor.copy(_KEEP_LEAVES) as leaves:
        for _, event, recorded, payload in rows:
            leaf = chain.leaf_hash(payload.encode())
            tree.append(leaf)
            leaves.write_row((tree.size, recorded, event, leaf))
    root = tree.root()
    note = checkpoint.sign(Checkpoint(signer.name, tree.size, root), signer)
    cursor.execute(_KEEP_CHECKPOINT, [tree.size, root, note])
    return note


def _keep(cursor: CursorWrapper, mark: _Mark) -> None:
    tree = mark.tree
    cursor.execute(
        _KEEP_MARK,
        [mark.xid, mark.event, tree.size, tree.hashes, mark.cluster, mark.restored],
    )


def seal_all(signer: Signer) -> Sealed:
    """Seal until nothing waits that may be sealed; for tests, `--once` and the last breath."""
    total = 0
    while True:
        done = seal_next(signer)
        if done is None or done.count == 0:
            return Sealed(total, done.size if done else 0, latest_note())
        total += done.count


def latest_note() -> str:
    """Give the newest checkpoint's note, or nothing before the first."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute("SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1")
        row = cursor.fetchone()
    return row[0] if row else ""


def lag() -> tuple[int, datetime.datetime | None]:
    """Give how many events wait and since when the oldest does.

    An open transaction in any database of the cluster holds sealing back.
    """
    with connections[DATABASE].cursor() as cursor:
        cursor.execute("SELECT waiting, oldest FROM audit_standing()")
        waiting, oldest = cursor.fetchone()
    return waiting, oldest


def make_partitions() -> None:
    """Make this month's partition and the next three, so that no event ever finds none."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute("SELECT audit_make_partitions()")
