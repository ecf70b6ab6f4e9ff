"""Surnames and addresses of clients as keyed hashes, to be compared with those of staff."""

import django.db.models.deletion
from django.db import migrations, models

import counselling.db


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0031_nobody_answers_of_themselves"),
    ]

    operations = [
        migrations.CreateModel(
            name="Kin",
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
                ("sign", models.CharField(max_length=8)),
                ("token", models.CharField(max_length=32)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sign__in", ["surname", "address", "none"])),
                        name="clients_kin_sign",
                    ),
                    models.UniqueConstraint(fields=("token", "client"), name="clients_kin_once"),
                ],
            },
        ),
    ]
