"""Whose word the rows around a disclosure are: by who acts, now; later than said by somebody else."""

from django.db import migrations

from consent.migrations import _by_whom as by_whom


class Migration(migrations.Migration):
    """No address is verified in another's name, no telling put off by who stated the basis."""

    dependencies = [("consent", "0026_on_what_ground")]

    operations = [migrations.RunSQL(by_whom.FORWARD, by_whom.BACK)]
