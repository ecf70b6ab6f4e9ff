"""Publish the shipped forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import migrations
from django.utils import timezone

from consent.migrations._library import rows

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def publish(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Insert each shipped form with its first version."""
    using = schema_editor.connection.alias
    form, version = (apps.get_model("consent", name) for name in ("Form", "FormVersion"))
    for each in rows():
        made, _ = form.objects.using(using).get_or_create(**each.form)
        version.objects.using(using).create(form=made, published_at=timezone.now(), **each.version)


class Migration(migrations.Migration):
    """A new edition of a shipped form will be a migration of its own."""

    dependencies = [("consent", "0002_row_security")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
