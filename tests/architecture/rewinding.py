"""Put the database back to where it was noted: quicker than making a world anew."""

from __future__ import annotations

import os
from typing import Any, Final

import psycopg

# generated columns cannot be written back
_TABLES: Final = (
    "SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) "
    "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
    "AND NOT a.attisdropped AND a.attgenerated = '' "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
    "AND NOT c.relispartition GROUP BY c.relname"
)
# how many rows, and written by whom: whatever is inserted, changed or deleted makes another of it
_STATE: Final = "SELECT '{0}', count(*), coalesce(sum(xmin::text::bigint), 0) FROM public.{0}"
# a sealer of its own process, where a story runs one, has ended what it was at or waits
_NO_SEALER: Final = "SELECT pg_advisory_xact_lock(hashtextextended('audit.sealer', 0))"
_kept: dict[int, psycopg.Connection[Any]] = {}

_States = dict[str, tuple[int, int]]


class Noted:
    """What every table held at one moment."""

    def __init__(self, schema: str = "noted") -> None:
        """Note it, in a schema of its own."""
        self.schema = schema
        self.tables: dict[str, str] = dict(_ask(_TABLES))
        self._question = " UNION ALL ".join(_STATE.format(table) for table in self.tables)
        self._states = self._found()
        self._counts = {table: count for table, (count, _) in self._states.items()}
        copies = "; ".join(
            f"CREATE TABLE {schema}.{table} AS SELECT {self.tables[table]} FROM public.{table}"
            for table, count in self._counts.items()
            if count
        )
        _ask(f"CREATE SCHEMA {schema}; {copies}")

    def rewind(self) -> None:
        """Put back every table that changed; triggers that refuse are asked to look away."""
        found = self._found()
        changed = [table for table, state in found.items() if state != self._states[table]]
        if not changed:
            return
        # deleting a few rows is quicker than truncating, which makes every file anew
        steps = [_NO_SEALER]
        steps += [f"DELETE FROM public.{table}" for table in changed if found[table][0]]
        steps += [
            f"INSERT INTO public.{table} ({self.tables[table]}) SELECT * FROM {self.schema}.{table}"
            for table in changed
            if self._counts[table]
        ]
        [(own,)] = _ask("; ".join([*steps, "SELECT pg_current_xact_id()::xid::text::bigint"]))
        # not asked of the tables: what somebody late wrote since would pass for ours
        for table in changed:
            count = self._counts[table]
            self._states[table] = (count, count * own)

    def forget(self) -> None:
        """Leave nothing behind."""
        _ask(f"DROP SCHEMA {self.schema} CASCADE")

    def _found(self) -> _States:
        return _states(_ask(self._question, prepare=True))


def _states(rows: list[tuple[Any, ...]]) -> _States:
    return {table: (count, int(written)) for table, count, written in rows}


def _ask(statement: str, *, prepare: bool = False) -> list[tuple[Any, ...]]:
    """Ask over one connection kept for it; once more if the server was away meanwhile."""
    try:
        return _answer(_connection(), statement, prepare=prepare)
    except psycopg.OperationalError:
        _kept.clear()
        return _answer(_connection(), statement, prepare=prepare)


def _answer(
    connection: psycopg.Connection[Any], statement: str, *, prepare: bool
) -> list[tuple[Any, ...]]:
    cursor = connection.execute(statement.encode(), prepare=prepare)
    while cursor.nextset():  # what the last of several statements says
        pass
    return cursor.fetchall() if cursor.description else []


def _connection() -> psycopg.Connection[Any]:
    """Give this process's connection, past every trigger: a forked one has none of it."""
    found = _kept.get(os.getpid())
    if found is None or found.closed:
        # no plan fits this year's tables better than the first: they are small
        found = psycopg.connect(
            os.environ["SUPERUSER_URL"],
            autocommit=True,
            options="-c session_replication_role=replica -c plan_cache_mode=force_generic_plan "
            "-c max_parallel_workers_per_gather=0",
        )
        _kept[os.getpid()] = found
    return found


def close() -> None:
    """Let go of the connection."""
    while _kept:
        _kept.popitem()[1].close()
