"""A practice with databases of its own, backed up once; and an empty machine to restore it on."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from counselling.local import binaries, roles
from counselling.local.cluster import Cluster
from counselling.local.places import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT: Final = pathlib.Path(__file__).resolve().parents[2]
MAIN, KEYS = "backups_main", "backups_keys"
_MAIN: Final = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SEALER_URL")


@dataclasses.dataclass(frozen=True)
class Place:
    """A machine the practice lives on: its addresses, its backups, its secrets."""

    surroundings: dict[str, str]

    @property
    def backups(self) -> pathlib.Path:
        """Where its backups lie."""
        return pathlib.Path(self.surroundings["BACKUP_FOLDER"])

    @property
    def witness(self) -> pathlib.Path:
        """The file of its witness."""
        return pathlib.Path(self.surroundings["WITNESS_FILE"])

    def but(self, **other: str) -> Place:
        """Give the same machine with something else."""
        return Place(self.surroundings | other)

    def act(self, *words: object) -> dict[str, Any]:
        """Have somebody do something there."""
        done = self._run("-m", "tests.backups.acts", *map(str, words))
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer

    def command(self, *words: object, code: int = 0, stdin: str = "") -> str:
        """Type a command about backups there; give all it said."""
        done = self._run("-m", "counselling.local.backups", *map(str, words), stdin=stdin)
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        return said

    def manage(self, *words: str) -> str:
        """Type a management command there."""
        done = self._run("manage.py", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.surroundings, input=stdin,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    @contextlib.contextmanager
    def killed_once(self, ripe: Callable[[], bool], *words: str) -> Iterator[None]:
        """Have a command killed at the moment it came so far."""
        running = subprocess.Popen(
            [sys.executable, "-m", "counselling.local.backups", *words],
            cwd=ROOT, env=self.surroundings, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        while not ripe():
            assert running.poll() is None
        running.kill()
        running.wait()
        yield

    def databases(self, like: str) -> list[str]:
        """Name the databases on its server that are called so."""
        asked = f"SELECT datname FROM pg_database WHERE datname LIKE '{like}'"
        return [name for (name,) in self.rows(asked, "SUPERUSER_URL")]

    def rows(self, question: str, address: str = "DATABASE_OWNER_URL") -> list[tuple[Any, ...]]:
        """Ask its database."""
        with psycopg.connect(self.surroundings[address], autocommit=True) as connection:
            return connection.execute(question).fetchall()


@pytest.fixture(scope="module")
def folder() -> Iterator[pathlib.Path]:
    """A folder that an unprivileged PostgreSQL may pass, gone afterwards."""
    made = pathlib.Path(tempfile.mkdtemp(prefix="cslt-backups-", dir=binaries.FALLBACK))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def place(folder: pathlib.Path, name: str, urls: dict[str, str], superuser: str) -> Place:
    """Give a machine by its addresses; all share one folder of secrets and backups."""
    ours = ("COUNSELLING_", "DJANGO_", "PYTEST_", "PG")
    kept = {k: v for k, v in os.environ.items() if k not in NAMES and not k.startswith(ours)}
    return Place(
        kept
        | urls
        | {
            "SUPERUSER_URL": superuser,
            "KEYS_SUPERUSER_URL": superuser,
            "COUNSELLING_MODE": "test",
            "COUNSELLING_PROCESS": "command",
            "COUNSELLING_DATA": str(folder / "data"),
            "COUNSELLING_SECRETS": str(folder / "secrets"),
            "WITNESS_FILE": str(folder / f"witness-of-{name}"),
            "BACKUP_FOLDER": str(folder / "backups"),
            "BACKUP_SCRATCH": str(folder),
        }
    )


@pytest.fixture(scope="module")
def practice(folder: pathlib.Path, django_db_setup: None) -> Iterator[Place]:
    """The living practice, with databases of its own on the run's server."""
    from counselling import vault

    vault.signing.make_secrets(folder / "secrets")
    superuser = make_conninfo(os.environ["SUPERUSER_URL"], dbname="postgres")
    urls = {name: os.environ[name] for name in NAMES}
    urls |= {name: make_conninfo(urls[name], dbname=MAIN) for name in _MAIN}
    urls["KEYS_DATABASE_URL"] = make_conninfo(urls["KEYS_DATABASE_URL"], dbname=KEYS)
    with psycopg.connect(superuser, autocommit=True) as connection:
        _drop_all(connection)
        for name, plan in ((MAIN, roles.MAIN), (KEYS, roles.KEYS_DATABASE)):
            roles.make_alike(superuser, name, plan)
        _copy("DATABASE_OWNER_URL", urls, "--exclude-table-data=audit_event*")
        _copy("KEYS_DATABASE_URL", urls, "--exclude-table-data=vault_key")
        yield place(folder, "practice", urls, superuser)
        _drop_all(connection)


def _drop_all(connection: psycopg.Connection[Any]) -> None:
    names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'backups\\_%'")
    for (name,) in names.fetchall():
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        connection.execute(drop)


def _copy(address: str, urls: dict[str, str], *options: str) -> None:
    """Copy the migrated tables: quicker than migrating anew."""
    dump = [binaries.find() / "pg_dump", "-Fc", "-n", "public", *options]
    with psycopg.connect(urls[address], autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
    dumped = subprocess.run([*dump, "-d", os.environ[address]], capture_output=True, check=True)
    restore = [binaries.find() / "pg_restore", "-e", "-d", urls[address]]
    subprocess.run(restore, input=dumped.stdout, check=True)


@pytest.fixture(scope="module")
def machine(folder: pathlib.Path, practice: Place) -> Iterator[Place]:
    """A new machine: a server with the roles and two empty databases, the secrets carried there."""
    cluster = Cluster(folder / "machine", fast=True)
    cluster.start()
    roles.prepare(cluster.superuser_url, databases=(roles.MAIN, roles.KEYS_DATABASE))
    yield place(folder, "machine", cluster.urls(), cluster.superuser_url)
    cluster.destroy()
