"""A supervision has dates: it does not end before it begins."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One that was called off before it began ends as it begins."""

    dependencies = [("accounts", "0004_asleep")]

    operations = [
        migrations.AddConstraint(
            model_name="supervision",
            constraint=models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="accounts_supervision_ends_later",
            ),
        ),
    ]
