"""Count and hash every record of a database in one snapshot, where it lives or where it came back.

The hash of a record is the SHA-256 of its row as text; a table's is the SHA-256 over those in the
order of its key. Rows never leave the database for this, only their hashes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, LiteralString

from psycopg import sql

from counselling.local.backups.manifest import Inventory, Table

if TYPE_CHECKING:
    import psycopg

# who sits here now and which process breathes: nothing to bring back. Nobody is signed in after
# a restore, which is meant: a sitting that was ended must not come back either.
LEFT_OUT: Final = ("django_session", "counselling_heartbeat")

# so that the same row is the same text in every cluster
_SPEAK: Final = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex'; "
    "SET LOCAL extra_float_digits = 1; SET LOCAL intervalstyle = 'postgres'; "
    "SET LOCAL row_security = off"
)
# text sorts by bytes, whatever order the cluster thinks in
_TABLES: Final = """
SELECT c.relname, array_agg(a.attname ORDER BY k.place),
    array_agg(a.attcollation <> 0 ORDER BY k.place)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
CROSS JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY AS k (number, place)
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname <> ALL (%s)
GROUP BY c.relname ORDER BY c.relname
"""
_KEYLESS: Final = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
"""
_HASHES: Final = (
    "COPY (SELECT sha256(convert_to(t::text, 'UTF8')) FROM public.{table} t ORDER BY {key}) "
    "TO STDOUT (FORMAT BINARY)"
)
_MIGRATIONS: Final = "SELECT app || '.' || name FROM django_migrations ORDER BY app, name"
_LOG: Final = "SELECT size, encode(root, 'hex') FROM audit_checkpoint ORDER BY size DESC LIMIT 1"
_DESTROYED: Final = (
    "SELECT DISTINCT encode(sha256(convert_to(holder, 'UTF8')), 'hex') FROM vault_key "
    "WHERE destroyed_at IS NOT NULL ORDER BY 1"
)


def take(connection: psycopg.Connection, kind: str) -> Inventory:
    """Take the inventory inside the connection's transaction."""
    connection.execute(_SPEAK)
    if bare := connection.execute(_KEYLESS).fetchall():
        message = f"{bare[0][0]} has no primary key, so its rows have no order."
        raise RuntimeError(message)
    tables = connection.execute(_TABLES, [list(LEFT_OUT)]).fetchall()
    log = connection.execute(_LOG).fetchone() if kind == "main" else None
    return Inventory(
        at=_one(connection, "SELECT now()"),
        migrations=tuple(name for (name,) in connection.execute(_MIGRATIONS)),
        tables={name: _table(connection, name, *key) for name, *key in tables},
        log={"size": log[0], "root": log[1]} if log else {},
        destroyed=tuple(hash_ for (hash_,) in connection.execute(_DESTROYED))
        if kind == "keys"
        else (),
    )


def _one(connection: psycopg.Connection, question: LiteralString) -> Any:
    row = connection.execute(question).fetchone()
    return row[0] if row else None


def _table(
    connection: psycopg.Connection, name: str, columns: list[str], texts: list[bool]
) -> Table:
    key = sql.SQL(", ").join(
        sql.SQL('t.{} COLLATE "C"' if text else "t.{}").format(sql.Identifier(column))
        for column, text in zip(columns, texts, strict=True)
    )
    question = sql.SQL(_HASHES).format(table=sql.Identifier(name), key=key)
    running = hashlib.sha256()
    with connection.cursor() as cursor:
        with cursor.copy(question) as rows:
            for block in rows:
                running.update(block)
        return Table(cursor.rowcount, running.hexdigest())
