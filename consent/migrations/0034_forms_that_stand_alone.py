"""Publish the forms for proceedings and for notes of substance use; each alone grants its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import migrations

from consent.migrations._alone import ALONE, NOT_ALONE
from consent.migrations._library import publish

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def two_forms(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Insert what is not here yet; what was signed before stays what it was."""
    publish(apps, schema_editor.connection.alias)


class Migration(migrations.Migration):
    """What stands alone by law stands alone in the database, whoever writes (CC-12 to CC-14)."""

    dependencies = [("consent", "0033_written_by_who_writes_in_the_case")]

    operations = [
        migrations.RunPython(two_forms, migrations.RunPython.noop),
        migrations.RunSQL(ALONE, NOT_ALONE),
    ]
