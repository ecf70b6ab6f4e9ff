"""Forms that were done, so that a second click on the same one is not a second act."""

from django.db import migrations, models

from counselling.sql import grant


class Migration(migrations.Migration):
    """A keyed hash of what was sent, and the address it led to: ids, no word of anybody."""

    dependencies = [("accounts", "0002_rights_and_questions")]

    operations = [
        migrations.CreateModel(
            name="Posted",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                ("led_to", models.CharField(max_length=300)),
            ],
        ),
        grant("accounts_posted", "SELECT, INSERT, UPDATE, DELETE"),
    ]
