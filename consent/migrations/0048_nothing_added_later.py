"""Nothing is added to what was shared, by nobody, once it was: its own transaction has ended."""

from django.db import migrations

from consent.migrations import _items as items


class Migration(migrations.Migration):
    """The list of notes that went is as sure as that something went."""

    dependencies = [("consent", "0047_locked_files_are_known")]

    operations = [migrations.RunSQL(items.FORWARD, items.BACK)]
