"""Destroy again, in restored keys, what was destroyed after their backup was made.

What is known of destroyed keys comes from three places: the log of the main database, the living
keys where there are any, and the manifests of later backups, which hold hashes of holders. An
event is believed if the practice vouched for it: the application may write any event, and SQL
injected into it must not have a key destroyed for good.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import psycopg

from audit.domain import KEY_DESTROYED
from counselling import vault
from counselling.local.backups import manifest
from counselling.local.problem import Problem
from counselling.vault.listener import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from counselling.local.backups.where import Side

_LOGGED: Final = (
    "SELECT DISTINCT payload::json -> 'detail' ->> 'holder', payload::json -> 'detail' ->> 'mark' "
    "FROM audit_event WHERE kind = %s"
)
_LIVING: Final = "SELECT DISTINCT holder FROM vault_key WHERE destroyed_at IS NOT NULL"
_ALIVE: Final = (
    "SELECT DISTINCT holder FROM vault_key WHERE destroyed_at IS NULL AND holder = ANY (%s)"
)
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
    """The holders whose keys are destroyed, by name or by hash.

    `doubted` are those that events name and nobody vouched for with a key that is here.
    """

    holders: frozenset[str]
    hashes: frozenset[str]
    doubted: frozenset[str] = frozenset()


def known(main: Side, keys: Side, folder: Path, *, without_log: bool) -> Destroyed:
    """Collect what is known; raises Problem where the log, which knows best, cannot be asked."""
    logged = _logged(main.url)
    if logged is None and not without_log:
        message = (
            "The main database cannot be asked which keys were destroyed since: "
            "restore it first, or say --without-log."
        )
        raise Problem(message)
    believed = logged.holders if logged else frozenset()
    living = frozenset(holder for (holder,) in _asked(keys.url, _LIVING, []) or ())
    return Destroyed(believed | living, frozenset(_told(folder)))


def _logged(url: str) -> Destroyed | None:
    """Ask the log; None where it cannot be asked."""
    said = _asked(url, _LOGGED, [KEY_DESTROYED.code])
    if said is None:
        return None
    named = frozenset(holder for holder, _ in said if holder)
    believed = frozenset(holder for holder, mark in said if holder and _is_vouched(holder, mark))
    return Destroyed(believed, frozenset(), named - believed)


def _is_vouched(holder: str, mark: str | None) -> bool:
    digest = hashlib.sha256(holder.encode()).digest()
    try:
        vault.check_vouched(KEY_DESTROYED.code, digest, mark or "")
    except (vault.SealBroken, vault.KeysRefused):
        return False
    return True


def _asked(url: str, question: str, values: list[Any]) -> list[tuple[Any, ...]] | None:
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            return connection.execute(question, values).fetchall()
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
    logged = _logged(main.url)
    return again(keys.url, logged) if logged and logged.holders else []


def doubted(main: Side, keys: Side) -> list[str]:
    """Give the holders whose key lives though an event that nobody vouched for says otherwise."""
    logged = _logged(main.url)
    named = sorted(logged.doubted) if logged else []
    return sorted(holder for (holder,) in _asked(keys.url, _ALIVE, [named]) or ())


def again(url: str, destroyed: Destroyed) -> list[str]:
    """Destroy them in these keys and give the holders whose key was still alive there."""
    asked = {"holders": list(destroyed.holders), "hashes": list(destroyed.hashes)}
    with psycopg.connect(url) as connection:
        found = {holder for (holder,) in connection.execute(_DESTROY, asked)}
        connection.execute(_BAR, [sorted(destroyed.holders)])
        for holder in found:
            connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, holder])
    return sorted(found)
