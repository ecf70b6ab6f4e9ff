"""Put the database back to where it was noted: quicker than making a world anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.raw import superuser

if TYPE_CHECKING:
    from psycopg import Connection

# generated columns cannot be written back
_TABLES: Final = (
    "SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) "
    "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
    "AND NOT a.attisdropped AND a.attgenerated = '' "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
    "AND NOT c.relispartition GROUP BY c.relname"
)


class Noted:
    """What every table held at one moment."""

    def __init__(self, schema: str = "noted") -> None:
        """Note it, in a schema of its own."""
        self.schema = schema
        with superuser() as connection:
            self.tables: dict[str, str] = dict(connection.execute(_TABLES).fetchall())
            connection.execute(f"CREATE SCHEMA {schema}")
            for table, columns in self.tables.items():
                connection.execute(
                    f"CREATE TABLE {schema}.{table} AS SELECT {columns} FROM public.{table}"
                )
            self.held = [table for table in self.tables if _holds(connection, f"{schema}.{table}")]

    def rewind(self) -> None:
        """Put every table back; triggers that refuse are asked to look away."""
        # deleting a few rows is quicker than truncating, which makes every file anew
        empty = "; ".join(f"DELETE FROM public.{table}" for table in self.tables)
        fill = "; ".join(
            f"INSERT INTO public.{table} ({self.tables[table]}) SELECT * FROM {self.schema}.{table}"
            for table in self.held
        )
        with superuser() as connection:
            connection.execute(f"SET session_replication_role = replica; {empty}; {fill}")

    def forget(self) -> None:
        """Leave nothing behind."""
        with superuser() as connection:
            connection.execute(f"DROP SCHEMA {self.schema} CASCADE")


def _holds(connection: Connection[Any], table: str) -> bool:
    found = connection.execute(f"SELECT EXISTS (SELECT FROM {table})").fetchone()
    return bool(found and found[0])
