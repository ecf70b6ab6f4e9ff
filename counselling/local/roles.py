"""Create the roles and databases of a practice: for the demo, for tests and in production."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

if TYPE_CHECKING:
    from collections.abc import Mapping

OWNER, APPLICATION, SEALER, KEYS = ROLES = (
    "counselling_owner",
    "counselling_app",
    "counselling_sealer",
    "counselling_keys",
)
MAIN, KEYS_DATABASE, QUEUE = "counselling", "counselling_keys", "counselling_queue"
# database: who owns it, who else may connect
DATABASES = {
    MAIN: (OWNER, (APPLICATION, SEALER)),
    KEYS_DATABASE: (KEYS, ()),
    QUEUE: (APPLICATION, ()),
}
POWERLESS = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"


def prepare(
    superuser_url: str, passwords: Mapping[str, str] | None = None, *, queue: bool = True
) -> None:
    """Create what is missing of roles and databases, and the queue where pgmq is the broker."""
    databases = {name: who for name, who in DATABASES.items() if queue or name != QUEUE}
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for role in ROLES:
            _role(connection, role, (passwords or {}).get(role))
        for name, (owner, guests) in databases.items():
            _database(connection, name, owner, guests)
    for name, (owner, _) in databases.items():
        _schema(make_conninfo(superuser_url, dbname=name), owner)
    if queue:
        _queue(make_conninfo(superuser_url, dbname=QUEUE))


def _role(connection: psycopg.Connection, role: str, password: str | None) -> None:
    name = sql.Identifier(role)
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {}").format(name))
    connection.execute(sql.SQL("ALTER ROLE {} {}").format(name, sql.SQL(POWERLESS)))
    if password is not None:
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(password)))


def _database(
    connection: psycopg.Connection, name: str, owner: str, guests: tuple[str, ...]
) -> None:
    database = sql.Identifier(name)
    if (
        connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        is None
    ):
        create = "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'"
        connection.execute(sql.SQL(create).format(database, sql.Identifier(owner)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    for guest in guests:
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(guest))
        )


def _schema(database: str, owner: str) -> None:
    """Leave creating in `public` to the owner, also where an older cluster was more generous."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(owner)))


def _queue(database: str) -> None:
    """Install pgmq's tables as the application, which makes and drops queues as it runs."""
    from pgmq import install_pgmq_from_sql  # noqa: PLC0415 - production with another broker does not have it

    with psycopg.connect(database) as connection:
        if connection.execute("SELECT to_regclass('pgmq.meta')").fetchone() == (None,):
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(APPLICATION)))
            install_pgmq_from_sql(conn=connection)
