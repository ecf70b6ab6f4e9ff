"""Publish the second edition of the counselling agreement: it names who supervises (SU-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import migrations
from django.utils import timezone

from consent.migrations._library import rows

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def publish(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Insert the versions that are not here yet; what was signed before stays what it was."""
    using = schema_editor.connection.alias
    version = apps.get_model("consent", "FormVersion").objects.using(using)
    for each in rows():
        if not version.filter(id=each.version["id"]).exists():
            version.create(form_id=each.form["id"], published_at=timezone.now(), **each.version)


class Migration(migrations.Migration):
    """A practice made from now on has the second edition from its beginning."""

    dependencies = [("consent", "0008_everybodys_word")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
