"""A private PostgreSQL for the run; everything the tests do, they do as the application role."""

from __future__ import annotations

import contextlib
import datetime
import os
import pathlib
import shutil
import tempfile
from typing import TYPE_CHECKING, Any

os.environ["COUNSELLING_MODE"] = "test"
os.environ.setdefault("COUNSELLING_PROCESS", "test")

import hypothesis
import psycopg
import pytest
from django.conf import settings
from psycopg.conninfo import make_conninfo

from counselling.local import languages
from counselling.local.cluster import Cluster
from tests import template
from tests.architecture import rewinding
from tests.architecture.rewinding import Noted
from tests.grouping import Grouped
from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from counselling.access import Actor

_NAMES = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_SEALER_URL",
    "KEYS_DATABASE_URL",
    "BROKER_URL",
)
_state: dict[str, Any] = {}

# `make soak`: ten times the examples, and however long one takes
hypothesis.settings.register_profile("soak", max_examples=1000, deadline=None)
if os.environ.get("SOAK"):
    hypothesis.settings.load_profile("soak")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Grouped:
    """Keep groups of tests together."""
    return Grouped(config, log)


def _start() -> None:
    if "cluster" in _state:
        return
    languages.compile_all()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cslt-", dir=_scratch()))
    folder.chmod(0o755)
    (folder / "static").mkdir()
    _state["folder"] = folder
    cluster = Cluster(folder / "pg", fast=True)
    _state["migrated"] = template.plant(cluster)
    cluster.start()
    if not _state["migrated"]:
        cluster.prepare()
    urls = cluster.urls()
    _state["cluster"] = cluster
    for name in _NAMES:
        os.environ[name] = urls[name]
    os.environ["SUPERUSER_URL"] = make_conninfo(cluster.superuser_url, dbname="counselling")
    os.environ["COUNSELLING_DATA"] = str(folder)
    os.environ["COUNSELLING_SECRETS"] = str(folder / "secrets")


def _scratch() -> str:
    """Prefer a folder whose parents an unprivileged PostgreSQL can pass."""
    if given := os.environ.get("TESTS_SCRATCH"):
        return given
    return "/var/tmp" if os.access("/var/tmp", os.W_OK) else tempfile.gettempdir()  # noqa: S108 a folder others can pass, by its well-known name


def _where_it_is_day() -> str:
    """Give a zone whose day is that of UTC and no night: an hour ago is the same day there."""
    hour = datetime.datetime.now(datetime.UTC).hour
    if hour < 6:
        return "Pacific/Auckland"
    return "America/Los_Angeles" if hour >= 20 else "Europe/Berlin"


os.environ.setdefault("TIME_ZONE", _where_it_is_day())
_start()
# not in pyproject.toml: pytest-django would read the settings before the cluster is there
os.environ["DJANGO_SETTINGS_MODULE"] = "counselling.settings"
settings.DATABASES  # noqa: B018 a look is what loads them


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Have one worker more than cores: one often waits for a browser or another process."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let no worker inherit where this process keeps its database: each has one of its own."""
    for name in ("DJANGO_SETTINGS_MODULE", "SUPERUSER_URL", *_NAMES):
        os.environ.pop(name, None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing running and nothing lying about."""
    with contextlib.suppress(Exception):
        from django.db import connections

        connections.close_all()
        rewinding.close()
    if cluster := _state.pop("cluster", None):
        cluster.destroy()
    if folder := _state.pop("folder", None):
        shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run every database test with real commits on every database: sealing needs them."""
    for item in items:
        if item.get_closest_marker("django_db"):
            item.own_markers = [mark for mark in item.own_markers if mark.name != "django_db"]
            item.add_marker(
                pytest.mark.django_db(transaction=True, databases="__all__"), append=False
            )


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> None:
    """Migrate as the owner, or find it done; remember the migrated rows, hand over."""
    from django.core.management import call_command

    from counselling import vault

    pathlib.Path(settings.SECRETS).mkdir(parents=True, exist_ok=True)
    vault.signing.make_secrets(pathlib.Path(settings.SECRETS))
    with django_db_blocker.unblock():
        if not _state["migrated"]:
            call_command("migrate", database="keys", verbosity=0)
            call_command("migrate", database="owner", verbosity=0)
        _state["migrated rows"] = Noted("replant")


@pytest.fixture(autouse=True, scope="session")
def _own_teardown() -> Iterator[None]:
    """Replace Django's flush, which refusing triggers stop, by the superuser's."""
    from django.test import TransactionTestCase

    def teardown(self: TransactionTestCase) -> None:
        _state["migrated rows"].rewind()

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> None:
    from tests.quick import hash_cheaply

    hash_cheaply()


@pytest.fixture
def root(db: None) -> Iterator[psycopg.Connection[Any]]:
    """Give a superuser's connection, for attacks."""
    with superuser() as connection:
        yield connection


@pytest.fixture
def owner(db: None) -> Iterator[psycopg.Connection[Any]]:
    """Give the schema owner's connection."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def application(db: None) -> Iterator[psycopg.Connection[Any]]:
    """Give a raw connection of the application role, as an injected query would have."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def acting() -> Callable[[Actor], contextlib.AbstractContextManager[Any]]:
    """Open the transaction of an actor."""
    from counselling.db import as_actor

    return as_actor


class Jobs(list[tuple[str, tuple[str, ...]]]):
    """What was enqueued, and a way to run it now in this process."""

    def run(self) -> None:
        """Run each task with its ids, as a worker would, until none is left."""
        from celery import current_app

        current_app.loader.import_default_modules()
        while self:
            name, ids = self.pop(0)
            current_app.tasks[name](*ids)


@pytest.fixture(autouse=True)
def jobs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """Keep messages in a list unless a test asks for the real broker."""
    from counselling import jobs as queue

    sent = Jobs()
    if "real_broker" not in request.fixturenames:
        monkeypatch.setattr(
            queue, "_send", lambda task, ids: sent.append((task, tuple(map(str, ids))))
        )
    return sent


@pytest.fixture
def real_broker() -> None:
    """Ask for messages to go to the real broker."""
