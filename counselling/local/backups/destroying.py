"""Destroy again, in restored keys, what was destroyed after their backup was made.

What is known of destroyed keys comes from three places: the log of the main database, the living
keys where there are any, and the manifests of later backups, which hold hashes of holders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg

from audit.domain import KEY_DESTROYED
from counselling.local.backups import manifest
from counselling.local.problem import Problem
from counselling.vault.listener import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from counselling.local.backups.where import Side

_LOGGED: Final = (
    "SELECT DISTINCT payload::json -> 'detail' ->> 'holder' FROM audit_event WHERE kind = %s"
)
_LIVING: Final = "SELECT DISTINCT holder FROM vault_key WHERE destroyed_at IS NOT NULL"
_DESTROY: Final = """
UPDATE vault_key SET wrapped = NULL, destroyed_at = now()
WHERE destroyed_at IS NULL AND (
    holder = ANY (%(holders)s)
    OR encode(sha256(convert_to(holder, 'UTF8')), 'hex') = ANY (%(hashes)s))
RETURNING holder
"""
# a holder without a key must not get a new one either
_BAR: Final = """
INSERT INTO vault_key (id, holder, version, wrapped, wrapped_by, destroyed_at)
SELECT gen_random_uuid(), holder, 1, NULL, '', now() FROM unnest(%s::text[]) AS holder
WHERE NOT EXISTS (SELECT FROM vault_key k WHERE k.holder = holder.holder)
"""


class Destroyed(NamedTuple):
    """The holders whose keys are destroyed, by name or by hash."""

    holders: frozenset[str]
    hashes: frozenset[str]


def known(main: Side, keys: Side, folder: Path, *, without_log: bool) -> Destroyed:
    """Collect what is known; raises Problem where the log, which knows best, cannot be asked."""
    logged = _asked(main.url, _LOGGED, [KEY_DESTROYED.code])
    if logged is None and not without_log:
        message = (
            "The main database cannot be asked which keys were destroyed since: "
            "restore it first, or say --without-log."
        )
        raise Problem(message)
    living = _asked(keys.url, _LIVING, [])
    return Destroyed(frozenset([*(logged or []), *(living or [])]), frozenset(_told(folder)))


def _asked(url: str, question: str, values: list[str]) -> list[str] | None:
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            return [holder for (holder,) in connection.execute(question, values) if holder]
    except psycopg.Error:
        return None


def _told(folder: Path) -> Iterable[str]:
    """Read the hashes in every manifest that the practice vouched for."""
    for path in folder.glob("keys-*.age"):
        try:
            yield from manifest.read(path).holds.destroyed
        except Problem:
            continue


def catch_up(main: Side, keys: Side) -> list[str]:
    """Destroy what the log says is destroyed: who was killed in between did only say so."""
    logged = frozenset(_asked(main.url, _LOGGED, [KEY_DESTROYED.code]) or [])
    return again(keys.url, Destroyed(logged, frozenset())) if logged else []


def again(url: str, destroyed: Destroyed) -> list[str]:
    """Destroy them in these keys and give the holders whose key was still alive there."""
    asked = {"holders": list(destroyed.holders), "hashes": list(destroyed.hashes)}
    with psycopg.connect(url) as connection:
        found = {holder for (holder,) in connection.execute(_DESTROY, asked)}
        connection.execute(_BAR, [sorted(destroyed.holders)])
        for holder in found:
            connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, holder])
    return sorted(found)
