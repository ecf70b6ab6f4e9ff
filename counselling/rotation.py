"""Change keys while the practice works: wrap the data keys anew, or seal every value anew (EN-07).

Both go on where they were when they were killed, and both leave their event. The owner of the
database seals anew, like migrating: no process that faces the web can (docs/adr/0009).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

import psycopg
from django.db import connections, transaction

import audit.actions
from audit.domain import KEYS_REWRAPPED, KEYS_ROTATED, RESEALING_DONE
from counselling import db, vault
from counselling.access import Permission, require

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from typing import Any

    from counselling.access import Actor
    from counselling.vault.resealing import Column

LOOK: Final = 4000
BATCH: Final = 500
# a process that does not hear of new keys has forgotten the old ones after two minutes
WAIT: Final = 120.0
_FIRST: Final = UUID(int=0)
_BEGUN: Final = """
SELECT max(recorded) FILTER (WHERE kind = %(begun)s), max(recorded) FILTER (WHERE kind = %(done)s)
FROM audit_event WHERE kind IN (%(begun)s, %(done)s)
"""


class Resealed(NamedTuple):
    """What came of it; `broken` names values that do not open and stay as they are."""

    keys: int
    values: int
    broken: tuple[str, ...]


def rewrap_keys(*, actor: Actor) -> int:
    """Wrap every data key with the current key-encryption key, and count; raises SealBroken."""
    require(actor, Permission.RUN_JOB)
    count = vault.rewrap_keys()
    _tell(actor, KEYS_REWRAPPED, keys=count)
    return count


def reseal(
    *, actor: Actor, wait: float = WAIT, say: Callable[[str], object] = lambda _: None
) -> Resealed:
    """Give every keyholder a new key and seal everything anew; both keys open until it is done.

    A rotation that was killed is finished first, so calling it again is how it goes on.
    """
    require(actor, Permission.RUN_JOB)
    began = _unfinished() or _tell(actor, KEYS_ROTATED)
    keys = vault.renew_keys(began)
    say(f"{keys} keyholders have a new key.")
    settled = time.monotonic() + wait
    values, broken = _all(actor, say)
    if values:
        time.sleep(max(0.0, settled - time.monotonic()))
        more, broken = _all(actor, say)
        values += more
    _tell(actor, RESEALING_DONE, values=values, broken=len(broken))
    return Resealed(keys, values, broken)


def _unfinished() -> datetime.datetime | None:
    """Give when the rotation began that is not done yet, if there is one."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(_BEGUN, {"begun": KEYS_ROTATED.code, "done": RESEALING_DONE.code})
        began, done = cursor.fetchone()
    return began if began and (done is None or done < began) else None


def _tell(actor: Actor, kind: Any, **detail: int) -> Any:
    with db.as_actor(actor) as at:
        audit.actions.record(actor=actor, kind=kind, detail=detail)
    return at


def _all(actor: Actor, say: Callable[[str], object]) -> tuple[int, tuple[str, ...]]:
    total, broken = 0, list[str]()
    for column in vault.resealing.columns():
        done = reseal_column(actor=actor, column=column, broken=broken)
        total += done
        if done:
            say(f"{column.table}.{column.name}: {done} sealed anew.")
    return total, tuple(broken)


def reseal_column(*, actor: Actor, column: Column, broken: list[str]) -> int:
    """Look at the beginning of every value, and seal those anew whose key is not the newest.

    Gives how many; `broken` is told of those that do not open.
    """
    require(actor, Permission.RUN_JOB)
    done, last = 0, _FIRST
    while rows := _starts(column, last):
        last = rows[-1][0]
        vault.resealing.fetch_keys(column.holder(names) for _, _, *names in rows)
        old = [row for row, start, *names in rows if _is_old(column, names, start, row, broken)]
        for first in range(0, len(old), BATCH):
            done += _batch(actor, column, old[first : first + BATCH], broken)
    return done


def _is_old(column: Column, names: list[UUID], start: bytes, row: UUID, broken: list[str]) -> bool:
    try:
        return vault.resealing.is_old(column, column.holder(names), bytes(start))
    except vault.SealBroken as error:
        broken.append(f"{column.table}.{column.name} {row}: {error}")
        return False


def _starts(column: Column, after: UUID) -> list[tuple[Any, ...]]:
    name = _quoted(column.name)
    query = (
        f"SELECT {_key(column)}, substr({name}, 1, 9){_names(column)} "  # noqa: S608 names of columns, quoted
        f"FROM {_quoted(column.table)} WHERE {name} IS NOT NULL AND {_key(column)} > %s "
        f"ORDER BY {_key(column)} LIMIT %s"
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, [after, LOOK])
        return list(cursor.fetchall())


def _batch(actor: Actor, column: Column, rows: list[UUID], broken: list[str]) -> int:
    """Hold these rows, seal them anew, tell it and store it: all of it or nothing."""
    name = _quoted(column.name)
    query = (
        f"SELECT {_key(column)}, {name}{_names(column)} FROM {_quoted(column.table)} "  # noqa: S608 as above
        f"WHERE {_key(column)} = ANY (%s) AND {name} IS NOT NULL FOR UPDATE"
    )
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(query, [rows])
        new = [
            one
            for row, stored, *names in cursor.fetchall()
            if (one := _anew(column, names, row, bytes(stored), broken))
        ]
        if not new:
            return 0
        told = audit.actions.record_resealing(
            actor=actor,
            sealed={f"{column.table}/{one.row}/{column.name}": one.fingerprint for one in new},
        )
        _store(column, told, new)
    return len(new)


def _store(column: Column, told: UUID, new: list[vault.resealing.Anew]) -> None:
    # Django's cursor would write megabytes of envelopes out in hexadecimal, letter by letter
    with psycopg.Cursor(connections["owner"].connection) as cursor:
        cursor.execute(
            "SELECT counselling_reseal(%s, %s, %s, %b::uuid[], %b::bytea[], %b::bytea[])",
            [
                column.table,
                column.name,
                told,
                [one.row for one in new],
                [one.was for one in new],
                [one.envelope for one in new],
            ],
        )


def _anew(
    column: Column, names: list[UUID], row: UUID, stored: bytes, broken: list[str]
) -> vault.resealing.Anew | None:
    holder = column.holder(names)
    try:
        if not vault.resealing.is_old(column, holder, stored):
            return None
        return vault.resealing.anew(column, holder, row, stored)
    except vault.SealBroken as error:
        broken.append(str(error))
        return None
    except vault.KeyDestroyed:
        return None


def _quoted(name: str) -> str:
    return connections["owner"].ops.quote_name(name)


def _key(column: Column) -> str:
    return _quoted(column.key)


def _names(column: Column) -> str:
    return "".join(f", {_quoted(name)}" for name in column.names)
