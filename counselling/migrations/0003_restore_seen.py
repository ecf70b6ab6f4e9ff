"""Which backups were restored on trial; written by whoever backs up, read by the web process."""

from django.db import migrations, models
from django.db.models.functions import Now

import counselling.db
from counselling.sql import grant, never_changes


class Migration(migrations.Migration):
    """The application only reads it: a process cannot vouch for its own backup."""

    dependencies = [("counselling", "0002_django_tables")]

    operations = [
        migrations.CreateModel(
            name="RestoreSeen",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counselling.db.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.CharField(max_length=4)),
                ("backup", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("by_kept_key", models.BooleanField()),
                ("at", models.DateTimeField(db_default=Now())),
            ],
            options={"db_table": "counselling_restore_seen"},
        ),
        migrations.AddConstraint(
            model_name="restoreseen",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("main", "keys"))),
                name="counselling_restore_seen_kind",
            ),
        ),
        never_changes("counselling_restore_seen", "restore that was seen"),
        grant("counselling_restore_seen", "SELECT"),
    ]
