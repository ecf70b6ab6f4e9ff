"""What a second person refused does not go at once; what the machine settles, nobody else does."""

from django.db import migrations

from consent.migrations import _second_looks as second_looks


class Migration(migrations.Migration):
    """Refused is refused, a danger is of these weeks, and a notice is never put off by hand."""

    dependencies = [("consent", "0042_own_notes_that_went")]

    operations = [migrations.RunSQL(second_looks.FORWARD, second_looks.BACK)]
