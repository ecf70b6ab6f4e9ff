"""A sitting that was left alone sleeps; whoever wants no single-key shortcuts says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Since when a sitting sleeps, and one setting of a person."""

    dependencies = [("accounts", "0003_posted")]

    operations = [
        migrations.AddField("signedinsession", "asleep_at", models.DateTimeField(null=True)),
        migrations.AddField("account", "single_keys", models.BooleanField(default=True)),
    ]
