"""A database of the run's own: started, migrated, taken down again with all that was in it."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from psycopg.conninfo import make_conninfo

from counselling.local.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

APPLICATION: Final = "counselling_app"


@contextlib.contextmanager
def practice() -> Iterator[None]:
    """Run a practice that nobody works in, committed to disk as in the demo."""
    folder = Path(tempfile.mkdtemp(prefix="counselling-bench-", dir=_scratch()))
    # PostgreSQL of an unprivileged user must walk through
    folder.chmod(0o755)
    cluster = Cluster(folder / "pg")
    before = dict(os.environ)
    try:
        cluster.start()
        cluster.prepare()
        _surroundings(folder, cluster)
        _migrate()
        yield
    finally:
        _close()
        cluster.destroy()
        shutil.rmtree(folder, ignore_errors=True)
        # what is measured next has a place of its own
        os.environ.clear()
        os.environ.update(before)


def _scratch() -> str:
    """Prefer a folder on disk whose parents an unprivileged PostgreSQL can pass."""
    return "/var/tmp" if os.access("/var/tmp", os.W_OK) else tempfile.gettempdir()  # noqa: S108 a folder others can pass, by its well-known name


def _surroundings(folder: Path, cluster: Cluster) -> None:
    """Say to settings, which are read after this, where everything is."""
    os.environ |= cluster.urls() | {
        # for attacks and checks, past every policy
        "SUPERUSER_URL": make_conninfo(cluster.superuser_url, dbname="counselling"),
        "DJANGO_SETTINGS_MODULE": "counselling.settings",
        "COUNSELLING_MODE": "test",
        "COUNSELLING_PROCESS": "command",
        "COUNSELLING_DATA": str(folder),
        "COUNSELLING_SECRETS": str(folder / "secrets"),
        "LOG_LEVEL": "WARNING",
    }


def _migrate() -> None:
    """Make the secrets and the tables, as any installation does."""
    import django  # noqa: PLC0415 - the settings are known only now

    django.setup()
    from django.conf import settings  # noqa: PLC0415 - as above
    from django.core.management import call_command  # noqa: PLC0415 - as above

    from counselling import vault  # noqa: PLC0415 - as above

    vault.signing.make_secrets(settings.SECRETS)
    call_command("migrate", database="keys", verbosity=0)
    call_command("migrate", database="owner", verbosity=0)


def _close() -> None:
    from django.db import connections  # noqa: PLC0415 - as above

    with contextlib.suppress(Exception):
        connections.close_all()


def make_tables(*models: type[Model]) -> None:
    """Make those that are missing of the bench's own tables, for the application to use."""
    from django.db import connections  # noqa: PLC0415 - as above

    known = connections["owner"].introspection.table_names()
    with connections["owner"].schema_editor() as editor:
        for model in models:
            if model._meta.db_table in known:
                continue
            editor.create_model(model)
            editor.execute(f"GRANT ALL ON {model._meta.db_table} TO {APPLICATION}")
