"""Number and sign what was committed: one sealer, which never skips a row that commits late."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connections, transaction

from audit import checkpoint
from audit.chain import CompactRange
from audit.checkpoint import Checkpoint

if TYPE_CHECKING:
    import datetime

    from django.db.backends.utils import CursorWrapper

    from audit.checkpoint import Signer

DATABASE: Final = "sealer"
# few transactions for a backlog, and none that holds what others wait for longer than a breath
MOST: Final = 10_000
HASH: Final = 32
_NOBODY: Final = UUID(int=0)

# without sorts, or the planner may read all that waits to find the first thousand
_ALONE: Final = """
SELECT pg_try_advisory_xact_lock(hashtextextended('audit.sealer', 0)),
    (SELECT system_identifier::text FROM pg_control_system()),
    set_config('enable_sort', 'off', true)
"""
_MARK: Final = "SELECT xid::text, event_id, size, range, cluster, restored FROM audit_watermark"

# One statement has one snapshot: what is below its xmin has ended and, if it committed, is seen.
# The leaf hash of RFC 6962 is taken where the text lies; the verifier takes it again elsewhere.
_SEAL: Final = """
WITH waiting AS MATERIALIZED (
    SELECT %(size)s + row_number() OVER (ORDER BY {order}) AS number, e.xid, e.recorded, e.id,
        sha256('\\x00'::bytea || convert_to(e.payload, 'UTF8')) AS leaf_hash
    FROM audit_event e WHERE {which} ORDER BY {order} LIMIT %(most)s
), kept AS (
    INSERT INTO audit_leaf (number, recorded, event_id, leaf_hash)
    SELECT number, recorded, id, leaf_hash FROM waiting
)
SELECT string_agg(leaf_hash, '' ORDER BY number), (array_agg(xid::text ORDER BY number DESC))[1],
    (array_agg(id ORDER BY number DESC))[1]
FROM waiting
"""
_AFTER_MARK: Final = """
    (e.xid, e.id) > (%(xid)s::xid8, %(event)s::uuid)
    AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
"""
_WITHOUT_LEAF: Final = """
    NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event_id = e.id AND l.recorded = e.recorded)
"""
_SEAL_NEXT: Final = _SEAL.format(which=_AFTER_MARK, order="e.xid, e.id")
_SEAL_NEXT_RESTORED: Final = _SEAL.format(
    which=f"{_AFTER_MARK} AND {_WITHOUT_LEAF}", order="e.xid, e.id"
)
_SEAL_LEFT_OVER: Final = _SEAL.format(which=_WITHOUT_LEAF, order="e.recorded, e.id")
_OLDEST_OPEN: Final = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"

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
        alone, cluster, _ = cursor.fetchone()
        if not alone:
            return None
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
    asked: dict[str, Any] = {
        "size": mark.tree.size,
        "xid": mark.xid,
        "event": mark.event,
        "most": most,
    }
    cursor.execute(_SEAL_NEXT_RESTORED if mark.restored else _SEAL_NEXT, asked)
    leaves, xid, event = cursor.fetchone()
    if not leaves:
        return Sealed(0, mark.tree.size)
    mark.xid, mark.event = xid, event
    return _sign(cursor, mark, leaves, signer)


def _begin_again(cursor: CursorWrapper, mark: _Mark, signer: Signer, cluster: str) -> Sealed:
    """Seal all that has no leaf: after a restore transaction ids start again.

    What the statement does not see yet has an id of at least the xmin asked before it. So the
    mark is put there, and from now on each row is asked whether it has its leaf already.
    """
    cursor.execute(_OLDEST_OPEN)
    mark.xid, mark.event = cursor.fetchone()[0], _NOBODY
    mark.cluster, mark.restored = cluster, True
    cursor.execute(_SEAL_LEFT_OVER, {"size": mark.tree.size, "most": None})
    leaves, _, _ = cursor.fetchone()
    if not leaves:
        _keep(cursor, mark)
        return Sealed(0, mark.tree.size)
    return _sign(cursor, mark, leaves, signer)


def _sign(cursor: CursorWrapper, mark: _Mark, leaves: bytes, signer: Signer) -> Sealed:
    """Grow the tree by these leaf hashes, sign it, and keep how far sealing came."""
    before, hashes = mark.tree.size, bytes(leaves)
    for at in range(0, len(hashes), HASH):
        mark.tree.append(hashes[at : at + HASH])
    size, root = mark.tree.size, mark.tree.root()
    note = checkpoint.sign(Checkpoint(signer.name, size, root), signer)
    cursor.execute(_KEEP_CHECKPOINT, [size, root, note])
    _keep(cursor, mark)
    return Sealed(size - before, size, note)


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


_WITNESSED: Final = """
INSERT INTO audit_witnessing (id, witness, outcome, size, code)
SELECT gen_random_uuid(), 'file', %(outcome)s, %(size)s, %(code)s
WHERE %(outcome)s IS DISTINCT FROM coalesce((
    SELECT w.outcome FROM audit_witnessing w WHERE w.witness = 'file' ORDER BY w.at DESC LIMIT 1
), 'told')
RETURNING true
"""


def keep_witnessing(outcome: str, size: int, code: str = "") -> bool:
    """Keep that the witness file was or was not told, where that is new; say whether it is."""
    asked: dict[str, str | int] = {"outcome": outcome, "size": size, "code": code}
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_WITNESSED, asked)
        return cursor.fetchone() is not None


def make_partitions() -> None:
    """Make this month's partition and the next three, so that no event ever finds none."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute("SELECT audit_make_partitions()")
