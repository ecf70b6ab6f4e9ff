"""Publish the nine forms of the library in English and in German (CC-11 to CC-23).

The agreement's third edition asks no longer about recording and observing: these have forms of
their own, so that a No there cannot stand beside a forgotten Yes here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import migrations

from consent.migrations._library import publish

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def nine_forms(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Insert what is not here yet; what was signed before stays what it was."""
    publish(apps, schema_editor.connection.alias)


class Migration(migrations.Migration):
    """A practice made from now on has them from its beginning."""

    dependencies = [("consent", "0019_whose_word_it_is")]

    operations = [migrations.RunPython(nine_forms, migrations.RunPython.noop)]
