"""Wrapped data keys in the `keys` database: added, rotated, wrapped anew, destroyed for good."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import connections, transaction
from django.db.models import Max
from django.db.models.functions import Now

from counselling.errors import CounsellingError
from counselling.vault.envelope import SealBroken
from counselling.vault.listener import CHANNEL
from counselling.vault.providers import KEY, KeysRefused, wrapper
from counselling.vault.router import KEYS

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from counselling.vault.models import Key

BATCH: Final = 1000

_OLD: Final = (
    "SELECT id, wrapped, wrapped_by, holder, version FROM vault_key "
    "WHERE destroyed_at IS NULL AND wrapped_by <> %s AND id > %s ORDER BY id LIMIT %s FOR UPDATE"
)
_REWRAPPED: Final = (
    "UPDATE vault_key SET wrapped = new.wrapped, wrapped_by = %s "
    "FROM unnest(%s::uuid[], %s::bytea[]) AS new (id, wrapped) WHERE vault_key.id = new.id"
)
_AGED: Final = (
    "SELECT holder, max(version) FROM vault_key WHERE holder > %s "
    "GROUP BY holder HAVING bool_and(destroyed_at IS NULL) AND max(created_at) < %s "
    "ORDER BY holder LIMIT %s"
)


class KeyDestroyed(CounsellingError):
    """What this key sealed is erased: it opens nowhere, and nothing new is sealed with it."""


class Stored(NamedTuple):
    """One version of a key as it is kept; `wrapped` is None once it is destroyed."""

    version: int
    wrapped: bytes | None
    wrapped_by: str


def versions(holders: Iterable[str]) -> dict[str, list[Stored]]:
    """Give what is kept of each holder's key."""
    found: dict[str, list[Stored]] = {}
    rows = _keys().filter(holder__in=list(holders))
    for holder, version, wrapped, by in rows.values_list(
        "holder", "version", "wrapped", "wrapped_by"
    ):
        key = Stored(version, None if wrapped is None else bytes(wrapped), by)
        found.setdefault(holder, []).append(key)
    return found


def every() -> Iterator[tuple[str, Stored]]:
    """Give every version of every key with its holder, a few at a time."""
    rows = _keys().order_by("id").values_list("holder", "version", "wrapped", "wrapped_by")
    for holder, version, wrapped, by in rows.iterator(chunk_size=BATCH):
        yield holder, Stored(version, None if wrapped is None else bytes(wrapped), by)


def ensure(holder: str) -> None:
    """Commit the first key of a holder unless there is one; raises KeyDestroyed after its end."""
    if not _keys().filter(holder=holder).exists():
        with transaction.atomic(using=KEYS, durable=True):
            _add(holder, 1)
    _refuse_destroyed(holder)


def ensure_all(holders: Iterable[str]) -> None:
    """Commit the first keys of many holders at once; a destroyed one is found when it is used."""
    wanted = sorted(set(holders))
    known = set(_keys().filter(holder__in=wanted).values_list("holder", flat=True))
    with transaction.atomic(using=KEYS, durable=True):
        made = [_new(holder, 1) for holder in wanted if holder not in known]
        _keys().bulk_create(made, ignore_conflicts=True)


def add_version(holder: str) -> int:
    """Commit one more version of a holder's key and give its number."""
    with transaction.atomic(using=KEYS, durable=True):
        _lock(holder)
        _refuse_destroyed(holder)
        newest = _keys().filter(holder=holder).aggregate(newest=Max("version"))["newest"] or 0
        _add(holder, newest + 1)
    return int(newest + 1)


def add_versions(before: datetime.datetime) -> int:
    """Commit one more version for every holder whose newest is older than that, and count.

    It can be killed at any point and run again: holders that have their version are passed over.
    Whoever listens forgets all keys after each batch, so as to seal with the new ones.
    """
    done, last = 0, ""
    while batch := _add_batch(last, before):
        last = batch[-1]
        done += len(batch)
    return done


def _add_batch(after: str, before: datetime.datetime) -> list[str]:
    with transaction.atomic(using=KEYS, durable=True), connections[KEYS].cursor() as cursor:
        cursor.execute(_AGED, [after, before, BATCH])
        aged = dict(cursor.fetchall())
        firsts = _keys().filter(holder__in=aged, version=1).select_for_update()
        alive = {first.holder for first in firsts if first.destroyed_at is None}
        made = [_new(holder, aged[holder] + 1) for holder in sorted(alive)]
        _keys().bulk_create(made, ignore_conflicts=True)
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return list(aged)


def destroy(holder: str) -> None:
    """Destroy every version of a holder's key and tell whoever listens.

    Where there was no key a destroyed one is left, so that none can be made.
    """
    with transaction.atomic(using=KEYS, durable=True):
        _add(holder, 1)
        _lock(holder)
        _keys().filter(holder=holder, destroyed_at=None).update(wrapped=None, destroyed_at=Now())
        with connections[KEYS].cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, holder])


def rewrap_keys() -> int:
    """Wrap with the current key-encryption key what an older one wrapped, and count.

    No data key changes and no other table is touched. It can be killed at any point and run
    again: what is done is committed batch by batch. Keys that do not unwrap are left as they
    are and named at the end, by SealBroken.
    """
    done, broken, last = 0, list[str](), UUID(int=0)
    while batch := _rewrap_batch(last):
        last = batch.last
        done += batch.done
        broken += batch.broken
    if broken:
        message = f"{done} keys are wrapped anew, {len(broken)} do not unwrap: {broken[0]} first."
        raise SealBroken(message)
    return done


class _Batch(NamedTuple):
    last: UUID
    done: int
    broken: list[str]


def _rewrap_batch(after: UUID) -> _Batch | None:
    """Do the next keys after that one; None when there are no more."""
    kek = wrapper()
    new: list[tuple[UUID, bytes]] = []
    broken: list[str] = []
    with transaction.atomic(using=KEYS, durable=True), connections[KEYS].cursor() as cursor:
        cursor.execute(_OLD, [kek.id, after, BATCH])
        old = cursor.fetchall()
        for row, wrapped, by, holder, version in old:
            try:
                new.append((row, kek.rewrap(bytes(wrapped), by, holder, version)))
            except (SealBroken, KeysRefused):
                broken.append(f"{holder} {version}")
        cursor.execute(_REWRAPPED, [kek.id, [row for row, _ in new], [key for _, key in new]])
    return _Batch(old[-1][0], len(new), broken) if old else None


def unknown_wrappings() -> list[str]:
    """Name the key-encryption keys that live data keys need and this process does not have."""
    alive = _keys().filter(destroyed_at=None)
    needed = set(alive.values_list("wrapped_by", flat=True).distinct())
    return sorted(needed - wrapper().ids)


def _add(holder: str, version: int) -> None:
    """Insert a new random key unless somebody else just did."""
    _keys().bulk_create([_new(holder, version)], ignore_conflicts=True)


def _new(holder: str, version: int) -> Key:
    kek = wrapper()
    return _model()(
        holder=holder,
        version=version,
        wrapped=kek.wrap(os.urandom(KEY), holder, version),
        wrapped_by=kek.id,
    )


def _lock(holder: str) -> None:
    """Let one rotation or destruction of a holder's key happen at a time."""
    list(_keys().filter(holder=holder, version=1).select_for_update())


def _refuse_destroyed(holder: str) -> None:
    if _keys().filter(holder=holder, destroyed_at__isnull=False).exists():
        raise KeyDestroyed(holder)


def _model() -> type[Key]:
    # looked up when needed: the package is imported before its models may be
    return apps.get_model("vault", "Key")


def _keys() -> QuerySet[Key]:
    return _model()._default_manager.using(KEYS)
