"""What the machine finds in the log stands as it was found."""

import django.contrib.postgres.fields
from django.db import migrations, models

import counselling.db
from counselling.sql import grant, never_changes


class Migration(migrations.Migration):
    """Who sees a finding is a migration of clients, which knows who reviews whom."""

    dependencies = [
        ("audit", "0007_reviews"),
    ]

    operations = [
        migrations.CreateModel(
            name="Finding",
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
                ("rule", models.CharField(max_length=40)),
                ("person_id", models.UUIDField()),
                ("role", models.CharField(blank=True, max_length=20)),
                ("client_id", models.UUIDField(null=True)),
                ("case_id", models.UUIDField(null=True)),
                ("began", models.DateTimeField()),
                ("ended", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=200
                    ),
                ),
                ("facts", models.TextField(default="{}")),
                ("found_at", models.DateTimeField()),
            ],
            options={
                "db_table": "audit_finding",
                "indexes": [
                    models.Index(fields=["person_id", "began"], name="audit_finding_of"),
                    models.Index(fields=["client_id", "began"], name="audit_finding_client"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rule", "person_id", "client_id", "case_id", "began"),
                        name="audit_finding_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("began__lte", models.F("ended"))),
                        name="audit_finding_ends_later",
                    ),
                ],
            },
        ),
        never_changes("audit_finding", "finding"),
        grant("audit_finding", "SELECT, INSERT"),
    ]
