"""Write down, in the living database, what became of a backup: for the log, for the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg

from audit import actions
from counselling import restores
from counselling.access import SERVICE
from counselling.db import as_actor, uuid7
from counselling.local.backups import where

if TYPE_CHECKING:
    from audit.domain import EventKind
    from counselling.local.backups.manifest import Manifest

_SEEN: Final = (
    "INSERT INTO counselling_restore_seen (id, kind, backup, made_at, by_kept_key) "
    "VALUES (%s, %s, %s, %s, %s)"
)


def tell(kind: EventKind, backup: Manifest, **detail: str | int | bool) -> None:
    """Leave the event of what was done with a backup."""
    with as_actor(SERVICE):
        actions.record(
            actor=SERVICE,
            kind=kind,
            detail={
                "kind": backup.kind,
                "made": backup.holds.at.isoformat(),
                "sha256": backup.sha256,
                **detail,
            },
        )


def made(backup: Manifest) -> None:
    """Record that a backup was made."""
    tell(restores.MADE, backup, size=backup.size)


def seen(backup: Manifest, *, by_kept_key: bool) -> None:
    """Record that a restore of it was seen to work, as the owner: the application only reads it."""
    tell(restores.VERIFIED, backup, by_kept_key=by_kept_key)
    with psycopg.connect(where.side("main").url, autocommit=True) as connection:
        connection.execute(
            _SEEN, [uuid7(), backup.kind, backup.sha256, backup.holds.at, by_kept_key]
        )


def restored(backup: Manifest, *, destroyed_again: int = 0) -> None:
    """Record that the practice now lives on it; such a restore was seen as well."""
    tell(restores.RESTORED, backup, destroyed_again=destroyed_again)
    seen(backup, by_kept_key=True)
