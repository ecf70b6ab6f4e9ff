"""A sitting is parked while the device is in the hands of a client: it sleeps, for one form."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Only one factor of its owner wakes it, as it wakes any that sleeps."""

    dependencies = [("accounts", "0006_link_and_word")]

    operations = [
        migrations.AddField("signedinsession", "parked_for", models.UUIDField(null=True)),
        migrations.AddConstraint(
            "signedinsession",
            models.CheckConstraint(
                condition=models.Q(parked_for__isnull=True) | models.Q(asleep_at__isnull=False),
                name="accounts_parked_sleeps",
            ),
        ),
    ]
