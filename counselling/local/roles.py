"""Create the roles and databases of a practice: for the demo, for tests and in production.

As a program it reads SUPERUSER_URL, KEYS_SUPERUSER_URL and the addresses that the application will
use, and gives each role the password of its address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

OWNER, APPLICATION, SEALER, KEYS = (
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
    superuser_url: str,
    passwords: Mapping[str, str] | None = None,
    databases: Collection[str] = (MAIN, KEYS_DATABASE, QUEUE),
) -> None:
    """Create what is missing of these databases and their roles; run it as often as you like."""
    wanted = {name: DATABASES[name] for name in databases}
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for role in dict.fromkeys(
            role for owner, guests in wanted.values() for role in (owner, *guests)
        ):
            _role(connection, role, (passwords or {}).get(role))
        for name, (owner, guests) in wanted.items():
            _database(connection, name, owner, guests)
    for name, (owner, _) in wanted.items():
        _schema(make_conninfo(superuser_url, dbname=name), owner)
    if QUEUE in wanted:
        _queue(make_conninfo(superuser_url, dbname=QUEUE))


def make_alike(superuser_url: str, name: str, plan: str) -> None:
    """Make an empty database of any name, owned and guarded as the planned one: for a restore."""
    owner, guests = DATABASES[plan]
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        _database(connection, name, owner, guests)
    _schema(make_conninfo(superuser_url, dbname=name), owner)


def _role(connection: psycopg.Connection, role: str, password: str | None) -> None:
    name = sql.Identifier(role)
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {}").format(name))
    connection.execute(sql.SQL("ALTER ROLE {} {}").format(name, sql.SQL(POWERLESS)))
    if password is not None:
        secret = sql.Literal(password)
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, secret))


def _database(
    connection: psycopg.Connection, name: str, owner: str, guests: tuple[str, ...]
) -> None:
    database = sql.Identifier(name)
    known = "SELECT 1 FROM pg_database WHERE datname = %s"
    if connection.execute(known, [name]).fetchone() is None:
        create = "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'"
        connection.execute(sql.SQL(create).format(database, sql.Identifier(owner)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    for guest in guests:
        grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
        connection.execute(grant.format(database, sql.Identifier(guest)))


def _schema(database: str, owner: str) -> None:
    """Leave creating in `public` to the owner, also where an older cluster was more generous."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(owner)))


def _queue(database: str) -> None:
    """Install pgmq's tables as the application, which makes and drops queues as it runs."""
    from pgmq import install_pgmq_from_sql  # noqa: PLC0415 - not needed with another broker

    with psycopg.connect(database) as connection:
        if connection.execute("SELECT to_regclass('pgmq.meta')").fetchone() == (None,):
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(APPLICATION)))
            install_pgmq_from_sql(conn=connection)


def main() -> None:
    """Prepare the two servers of a production: the practice's and, apart from it, the keys'."""
    from counselling import env  # noqa: PLC0415 - the functions above work without Django

    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SEALER_URL", "KEYS_DATABASE_URL")
    parts = [conninfo_to_dict(env.text(name)) for name in names]
    passwords = {str(part["user"]): str(part["password"]) for part in parts if part.get("password")}
    small = env.text("BROKER_URL").startswith("pgmq:")
    prepare(env.text("SUPERUSER_URL"), passwords, (MAIN, QUEUE) if small else (MAIN,))
    prepare(env.text("KEYS_SUPERUSER_URL"), passwords, (KEYS_DATABASE,))


if __name__ == "__main__":
    main()
